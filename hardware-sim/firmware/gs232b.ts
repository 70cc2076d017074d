import { deg } from '../../src/kernel/units.ts'
import type { AxisName } from '../plant/plant.ts'
import type { Firmware, FirmwareEffect, FirmwareView } from './firmware.ts'

/**
 * Yaesu GS-232B, from its manual and from what owners recorded. Commands end with CR, LF is ignored, letters may be
 * of either case. `C` and `B` answer `AZ=aaa` and `EL=eee`, `C2` both with two spaces between (bytes of a real unit:
 * Hamlib issue 122), each with CR LF. Moves, stops and speeds are not answered. What it does not understand, an empty
 * line among it, is answered `?>` (with CR LF, as recorded in Hamlib issue 371). The timed tables (`Msss aaa …`, `T`,
 * `N`) are answered `?>` as well: nothing that tracks satellites uses them.
 */
export interface Gs232bDialect {
  /** In the overlap some units report 360 to 450, others begin again at 0. */
  readonly overlap: 'continuous' | 'wrapped'
  /** Some units send a lone CR for a command without an answer, as the GS-232A's manual says of that model. */
  readonly acknowledge: 'none' | 'carriage-return'
}

interface Gs232bState {
  readonly line: string
  readonly overflowed: boolean
}

const CARRIAGE_RETURN = 0x0d
const LINE_FEED = 0x0a
// The longest command without the timed tables has 8 characters; what is longer is noise.
const LINE_LENGTH_MAX = 32

const text = (value: string): Uint8Array => Uint8Array.from(value, (character) => character.charCodeAt(0))
const reply = (value: string): FirmwareEffect => ({ kind: 'reply', bytes: text(`${value}\r\n`) })
const threeDigits = (value: number): string => String(value).padStart(3, '0')

/** Where the azimuth axis goes for a bearing: as it is where the axis counts from north, else the nearer way. */
const azimuthTarget = (bearing: number, view: FirmwareView): number | undefined => {
  const { min, max } = view.azimuthRange
  if (min >= 0) return bearing <= max ? bearing : undefined
  const reachable = [bearing - 360, bearing, bearing + 360].filter((target) => target >= min && target <= max)
  const distance = (target: number): number => Math.abs(target - view.reading.azimuth)
  return reachable.sort((a, b) => distance(a) - distance(b))[0]
}

const JOGS: Readonly<Record<string, { readonly axis: AxisName; readonly direction: 1 | -1 }>> = {
  R: { axis: 'azimuth', direction: 1 },
  L: { axis: 'azimuth', direction: -1 },
  U: { axis: 'elevation', direction: 1 },
  D: { axis: 'elevation', direction: -1 },
}

const STOPS: Readonly<Record<string, readonly AxisName[]>> = {
  S: ['azimuth', 'elevation'],
  A: ['azimuth'],
  E: ['elevation'],
}

export const createGs232b = (
  dialect: Gs232bDialect = { overlap: 'continuous', acknowledge: 'none' },
): Firmware<Gs232bState> => {
  const done: readonly FirmwareEffect[] =
    dialect.acknowledge === 'carriage-return' ? [{ kind: 'reply', bytes: text('\r') }] : []
  const refused: readonly FirmwareEffect[] = [reply('?>')]

  const azimuthText = (view: FirmwareView): string => {
    const degrees = Math.round(view.reading.azimuth)
    const wraps = dialect.overlap === 'wrapped' || view.azimuthRange.min < 0
    return `AZ=${threeDigits(wraps ? ((degrees % 360) + 360) % 360 : Math.max(0, degrees))}`
  }
  const elevationText = (view: FirmwareView): string =>
    `EL=${threeDigits(Math.max(0, Math.round(view.reading.elevation)))}`

  const execute = (line: string, view: FirmwareView): readonly FirmwareEffect[] => {
    if (line === 'C') return [reply(azimuthText(view))]
    if (line === 'B') return [reply(elevationText(view))]
    if (line === 'C2') return [reply(`${azimuthText(view)}  ${elevationText(view)}`)]
    const stops = STOPS[line]
    if (stops !== undefined) return [...stops.map((axis) => ({ kind: 'stop', axis }) as const), ...done]
    const jog = JOGS[line]
    if (jog !== undefined) return [{ kind: 'turn', ...jog }, ...done]
    // The motors of the G-5500 know one speed: the setting is accepted and changes nothing.
    if (/^X[1-4]$/.test(line)) return done
    const move = /^(?:M(\d{3})|W(\d{3}) (\d{3}))$/.exec(line)
    if (move === null) return refused
    const azimuth = azimuthTarget(Number(move[1] ?? move[2]), view)
    if (azimuth === undefined) return refused
    const turn: FirmwareEffect = { kind: 'move-to', axis: 'azimuth', target: deg(azimuth) }
    if (move[3] === undefined) return [turn, ...done]
    const elevation = Number(move[3])
    if (elevation < view.elevationRange.min || elevation > view.elevationRange.max) return refused
    return [turn, { kind: 'move-to', axis: 'elevation', target: deg(elevation) }, ...done]
  }

  const empty: Gs232bState = { line: '', overflowed: false }
  return {
    name: 'gs232b',
    defaultBaudRate: 9600,
    initial: empty,
    step: (state, byte, view) => {
      if (byte === LINE_FEED) return [state, []]
      if (byte === CARRIAGE_RETURN) {
        return [empty, state.overflowed ? refused : execute(state.line.toUpperCase(), view)]
      }
      if (state.line.length >= LINE_LENGTH_MAX) return [{ line: '', overflowed: true }, []]
      return [{ line: state.line + String.fromCharCode(byte), overflowed: state.overflowed }, []]
    },
  }
}
