/**
 * The rtl_tcp protocol from the server's side, as in librtlsdr's `rtl_tcp.c`: a header of 12 bytes, then samples; the
 * client sends commands of 5 bytes, a code and a big-endian number.
 */

/** Announces this simulator in the header's tuner type ("SIM" and a zero), so that a client can know. */
export const SIMULATED_TUNER_TYPE = 0x53494d00

// As many gains as an R820T has; clients ask for nothing more exact.
const GAIN_COUNT = 29

export const rtlTcpHeader = (): Uint8Array => {
  const header = new Uint8Array(12)
  header.set([0x52, 0x54, 0x4c, 0x30])
  const view = new DataView(header.buffer)
  view.setUint32(4, SIMULATED_TUNER_TYPE)
  view.setUint32(8, GAIN_COUNT)
  return header
}

/** What a client can set that this receiver has. Whatever else it sends is taken and changes nothing. */
export interface DongleSettings {
  readonly centerHz: number
  readonly sampleRateHz: number
  /** Manual tuner gain, dB, or nothing while the gain is automatic. */
  readonly gainDb: number | undefined
  readonly manualGainDb: number
  /** The client's own correction for the crystal, ppm. */
  readonly correctionPpm: number
}

const COMMAND_BYTES = 5
const SET_FREQUENCY = 0x01
const SET_SAMPLE_RATE = 0x02
const SET_GAIN_MODE = 0x03
const SET_GAIN = 0x04
const SET_CORRECTION = 0x05
// Beyond it librtlsdr's own arithmetic overflows.
const CORRECTION_PPM_MAX = 1000

/** The rates that an RTL2832 can resample to (librtlsdr, `rtlsdr_set_sample_rate`); others it refuses. */
const isSampleRate = (rate: number): boolean =>
  (rate > 225_000 && rate <= 300_000) || (rate > 900_000 && rate <= 3_200_000)

const applied = (settings: DongleSettings, code: number, value: number): DongleSettings => {
  const signed = value | 0
  switch (code) {
    case SET_FREQUENCY:
      return { ...settings, centerHz: value }
    case SET_SAMPLE_RATE:
      return isSampleRate(value) ? { ...settings, sampleRateHz: value } : settings
    case SET_GAIN_MODE:
      return { ...settings, gainDb: value === 0 ? undefined : settings.manualGainDb }
    case SET_GAIN: {
      const manualGainDb = signed / 10
      return { ...settings, manualGainDb, gainDb: settings.gainDb === undefined ? undefined : manualGainDb }
    }
    case SET_CORRECTION:
      return Math.abs(signed) <= CORRECTION_PPM_MAX ? { ...settings, correctionPpm: signed } : settings
    default:
      return settings
  }
}

export interface CommandReader {
  /** The settings after all commands that these bytes complete; the rest waits for more. */
  readonly take: (settings: DongleSettings, bytes: Uint8Array) => DongleSettings
}

export const createCommandReader = (): CommandReader => {
  const pending = new Uint8Array(COMMAND_BYTES)
  const view = new DataView(pending.buffer)
  let filled = 0
  return {
    take: (settings, bytes) => {
      let next = settings
      for (const byte of bytes) {
        pending[filled] = byte
        filled += 1
        if (filled < COMMAND_BYTES) continue
        filled = 0
        next = applied(next, view.getUint8(0), view.getUint32(1))
      }
      return next
    },
  }
}
