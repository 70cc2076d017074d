import { deg } from '../../src/kernel/units.ts'
import { bytesOf } from './command-line.ts'
import type { Firmware, FirmwareEffect, FirmwareView } from './firmware.ts'
import { nearestTurn } from './way-round.ts'

/** How finely such a controller can be set to count: of the Rot2Prog 1, 2 or 4, of the MD-01 also 10. */
export type PulsesPerDegree = 1 | 2 | 4 | 10

/**
 * SPID Rot1Prog, Rot2Prog and MD-01/02, from the description of the protocol in Hamlib's `spid.txt` and the maker's
 * MD-01 manual. Thirteen bytes in: `W`, four digits and pulses per degree for each axis, the command (0F stop, 1F status,
 * 2F set; MD-01 also 14 move by hand), a space. Digits and pulses of the packet count for a set alone, and of the pulses the
 * controller's own are used. Stop and status are answered: Rot1Prog 5 bytes with whole degrees, the others 12 with tenths,
 * digits as bare numbers, all plus 360. A set is answered by the MD-01 and not by the older ones. No checksum; what does
 * not begin with `W` and end with a space where it should is thrown away up to the next `W`.
 *
 * The controller is told a bearing and goes the shortest way there within its limits, whatever turn the host had in mind.
 */
export interface SpidDialect {
  readonly model: 'rot1prog' | 'rot2prog' | 'md01'
  /** The controller's setting, of both axes. Rot1Prog has whole degrees. */
  readonly pulsesPerDegree: PulsesPerDegree
  /** A line of its log at boot and before every third answer, as MD-01 firmware of some editions prints on the same port. */
  readonly logs?: boolean
}

interface SpidState {
  readonly packet: readonly number[]
  readonly answered: number
}

const PACKET_BYTES = 13
const START = 0x57
const END = 0x20
const COMMAND = { stop: 0x0f, status: 0x1f, set: 0x2f, move: 0x14 }
const MOVE_BITS = [
  { bit: 0x01, axis: 'azimuth', direction: -1 },
  { bit: 0x02, axis: 'azimuth', direction: 1 },
  { bit: 0x04, axis: 'elevation', direction: 1 },
  { bit: 0x08, axis: 'elevation', direction: -1 },
] as const
const BAUD_RATES = { rot1prog: 1200, rot2prog: 600, md01: 9600 }
const LOG_EACH = 3

/** Digits of a set command; `undefined` where one is none. */
const readDigits = (digits: readonly number[]): number | undefined =>
  digits.every((digit) => digit >= 0x30 && digit <= 0x39) ? Number(String.fromCharCode(...digits)) : undefined

/** Hundreds, tens, ones and tenths of the angle plus 360, bare numbers. */
const writeDigits = (angle: number): readonly number[] => {
  const tenths = Math.min(Math.max(Math.round((angle + 360) * 10), 0), 9999)
  return [Math.floor(tenths / 1000), Math.floor(tenths / 100) % 10, Math.floor(tenths / 10) % 10, tenths % 10]
}

const STOP_BOTH: readonly FirmwareEffect[] = [
  { kind: 'stop', axis: 'azimuth' },
  { kind: 'stop', axis: 'elevation' },
]

export const createSpid = (dialect: SpidDialect): Firmware<SpidState> => {
  const { model, pulsesPerDegree } = dialect
  const isRot1 = model === 'rot1prog'

  const place = ({ reading }: FirmwareView): FirmwareEffect => {
    // The counter counts pulses: its finest step, however fine the digits.
    const counted = (angle: number): number => Math.round(angle * pulsesPerDegree) / pulsesPerDegree
    const azimuth = writeDigits(counted(reading.azimuth))
    const bytes = isRot1
      ? [START, ...azimuth.slice(0, 3), END]
      : [START, ...azimuth, pulsesPerDegree, ...writeDigits(counted(reading.elevation)), pulsesPerDegree, END]
    return { kind: 'reply', bytes: Uint8Array.from(bytes) }
  }

  const set = (packet: readonly number[], view: FirmwareView): readonly FirmwareEffect[] => {
    const azimuthDigits = readDigits(packet.slice(1, isRot1 ? 4 : 5))
    const elevationDigits = isRot1 ? 0 : readDigits(packet.slice(6, 10))
    if (azimuthDigits === undefined || elevationDigits === undefined) return []
    const scale = isRot1 ? 1 : pulsesPerDegree
    const wanted = azimuthDigits / scale - 360
    const bearing = ((wanted % 360) + 360) % 360
    const azimuth = nearestTurn(bearing, view.reading.azimuth, view.azimuthRange)
    const effects: FirmwareEffect[] = []
    if (azimuth !== undefined) effects.push({ kind: 'move-to', axis: 'azimuth', target: deg(azimuth) })
    const elevation = elevationDigits / scale - 360
    const { min, max } = view.elevationRange
    if (!isRot1 && max > min) {
      effects.push({
        kind: 'move-to',
        axis: 'elevation',
        target: deg(Math.min(Math.max(elevation, min), max)),
      })
    }
    return effects
  }

  const move = (bits: number): readonly FirmwareEffect[] =>
    MOVE_BITS.filter(({ bit }) => (bits & bit) !== 0).map(({ axis, direction }) => ({
      kind: 'turn',
      axis,
      direction,
    }))

  const execute = (packet: readonly number[], view: FirmwareView): readonly FirmwareEffect[] => {
    const command = packet[PACKET_BYTES - 2]
    if (command === COMMAND.stop) return [...STOP_BOTH, place(view)]
    if (command === COMMAND.status) return [place(view)]
    if (command === COMMAND.set) {
      return model === 'md01' ? [...set(packet, view), place(view)] : set(packet, view)
    }
    if (command === COMMAND.move && model === 'md01') return move(packet[1] ?? 0)
    return []
  }

  /** A log line begins with a number and never stands within a packet. */
  const withLog = (
    effects: readonly FirmwareEffect[],
    answered: number,
    view: FirmwareView,
  ): readonly FirmwareEffect[] => {
    const due = dialect.logs === true && answered % LOG_EACH === LOG_EACH - 1
    const line = `${Math.floor(view.sinceBootMs / 1000)}: Watchdog W ok, motors idle \r\n`
    return due ? [{ kind: 'reply', bytes: bytesOf(line) }, ...effects] : effects
  }

  return {
    name: model,
    defaultBaudRate: BAUD_RATES[model],
    initial: { packet: [], answered: 0 },
    ...(dialect.logs === true ? { banner: bytesOf('0: System start\r\n') } : {}),
    step: (state, byte, view) => {
      const packet = [...state.packet, byte]
      if (packet[0] !== START) return [{ ...state, packet: [] }, []]
      if (packet.length < PACKET_BYTES) return [{ ...state, packet }, []]
      if (byte === END) {
        const effects = execute(packet, view)
        const answers = effects.some((effect) => effect.kind === 'reply')
        return [
          { packet: [], answered: state.answered + (answers ? 1 : 0) },
          answers ? withLog(effects, state.answered, view) : effects,
        ]
      }
      // Something was lost: begin again at the next byte that can be a beginning.
      const again = packet.indexOf(START, 1)
      return [{ ...state, packet: again < 0 ? [] : packet.slice(again) }, []]
    },
  }
}
