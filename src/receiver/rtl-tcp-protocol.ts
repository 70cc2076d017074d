import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { Hz } from '../kernel/units.ts'

/**
 * The protocol of rtl_tcp (librtlsdr, `src/rtl_tcp.c`): the server greets with 12 bytes, then sends IQ bytes for
 * ever; the client sends commands of five bytes, a code and a big-endian 32-bit parameter, and gets no answer.
 */
export const HEADER_BYTES = 12

export interface RtlTcpHeader {
  readonly tunerType: number
  /** For people: of the real tuners by librtlsdr's numbers, "simulator" for Azel's own, else the number. */
  readonly tunerName: string
  /** Whether it is a real tuner's number: any other is given by no real dongle. */
  readonly isRealTuner: boolean
  readonly gainCount: number
}

// enum rtlsdr_tuner in rtl-sdr.h; 0 is "unknown".
const TUNERS: ReadonlyMap<number, string> = new Map([
  [1, 'E4000'],
  [2, 'FC0012'],
  [3, 'FC0013'],
  [4, 'FC2580'],
  [5, 'R820T'],
  [6, 'R828D'],
])
/** "SIM" and a zero: what Azel's simulated receiver gives. */
const SIMULATOR_TUNER_TYPE = 0x53494d00

export const parseHeader = (bytes: Uint8Array): Result<RtlTcpHeader, Fault> => {
  const magic = String.fromCharCode(...bytes.subarray(0, 4))
  if (bytes.length < HEADER_BYTES || magic !== 'RTL0') {
    const seen = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
    return err(
      fault('receiver.protocol', `The server did not greet as rtl_tcp does ("RTL0") but with ${seen}`),
    )
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES)
  const tunerType = view.getUint32(4)
  const realName = TUNERS.get(tunerType)
  const otherName = tunerType === SIMULATOR_TUNER_TYPE ? 'simulator' : `type ${tunerType}`
  return ok({
    tunerType,
    tunerName: realName ?? otherName,
    isRealTuner: realName !== undefined,
    gainCount: view.getUint32(8),
  })
}

const command = (code: number, parameter: number): Uint8Array => {
  const bytes = new Uint8Array(5)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, code)
  // Also right for negative numbers (frequency correction), in two's complement.
  view.setUint32(1, Math.round(parameter) >>> 0)
  return bytes
}

export const encodeFrequency = (frequency: Hz): Uint8Array => command(0x01, frequency)
export const encodeSampleRate = (rate: Hz): Uint8Array => command(0x02, rate)
/** Gain in dB, or the tuner's own control, whose level then means nothing. */
export const encodeGain = (gain: number | 'automatic'): Uint8Array[] =>
  gain === 'automatic' ? [command(0x03, 0)] : [command(0x03, 1), command(0x04, gain * 10)]
export const encodeFrequencyCorrection = (partsPerMillion: number): Uint8Array =>
  command(0x05, partsPerMillion)
export const encodeDigitalGainControl = (on: boolean): Uint8Array => command(0x08, on ? 1 : 0)
