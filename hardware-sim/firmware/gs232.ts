import { deg } from '../../src/kernel/units.ts'
import type { AxisName } from '../plant/plant.ts'
import {
  addToLine,
  bytesOf,
  CARRIAGE_RETURN,
  type CommandLine,
  EMPTY_LINE,
  LINE_FEED,
} from './command-line.ts'
import type { Firmware, FirmwareEffect, FirmwareView } from './firmware.ts'
import { nearestTurn } from './way-round.ts'

/**
 * Yaesu GS-232A and GS-232B, from their manuals and from what owners recorded. Commands end with CR, LF is ignored,
 * letters may be of either case. `C` answers the azimuth, `B` the elevation, `C2` both, each with CR LF: `+0aaa+0eee`
 * by the A, `AZ=aaa  EL=eee` with two spaces between by the B (bytes of a real unit: Hamlib issue 122). Moves, stops
 * and speeds are answered by a lone CR by the A and not at all by the B. What it does not understand is answered `?>`
 * (with CR LF, as recorded in Hamlib issue 371). An empty line is answered `?>` as well, which Hamlib once asked for to see
 * whether anybody was there, and which is what K3NG's sources do; some units send back the CR alone (Hamlib issue 272). The timed tables (`Msss aaa …`, `T`, `N`)
 * are answered `?>` as well: nothing that tracks satellites uses them.
 */
export interface Gs232Dialect {
  readonly model: 'A' | 'B'
  /** In the overlap some units report 360 to 450, others begin again at 0. */
  readonly overlap?: 'continuous' | 'wrapped'
  /** What a command without an answer is answered; by default what the model does. */
  readonly acknowledge?: 'none' | 'carriage-return' | 'empty-line'
  /** What an empty line is answered; default `prompt`. */
  readonly emptyLine?: 'prompt' | 'carriage-return'
  /** Between azimuth and elevation of a B; default two spaces. */
  readonly separator?: '' | ' ' | '  '
  /** Motion is ignored, without a word, until this long after power came. */
  readonly motionAfterBootMs?: number
  /** Each character comes back as it is received. */
  readonly echo?: boolean
}

interface Gs232State {
  readonly line: CommandLine
}

// The longest command without the timed tables has 8 characters; what is longer is noise.
const LINE_LENGTH_MAX = 32

const ACKNOWLEDGE = { none: '', 'carriage-return': '\r', 'empty-line': '\r\n' } as const

const reply = (value: string): FirmwareEffect => ({ kind: 'reply', bytes: bytesOf(`${value}\r\n`) })
// A converter that reads a little below its zero shows zero.
const threeDigits = (value: number): string => String(Math.max(0, Math.round(value))).padStart(3, '0')

/** Where the azimuth axis goes for a bearing: as it is where the axis counts from north, else the nearer way. */
const azimuthTarget = (bearing: number, view: FirmwareView): number | undefined => {
  const { min, max } = view.azimuthRange
  if (min >= 0) return bearing <= max ? bearing : undefined
  return nearestTurn(bearing, view.reading.azimuth, view.azimuthRange)
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

const hasElevation = (view: FirmwareView): boolean => view.elevationRange.max > view.elevationRange.min

const execute = (line: string, view: FirmwareView, dialect: Gs232Dialect): readonly FirmwareEffect[] => {
  const acknowledge = ACKNOWLEDGE[dialect.acknowledge ?? (dialect.model === 'A' ? 'carriage-return' : 'none')]
  const done: readonly FirmwareEffect[] =
    acknowledge === '' ? [] : [{ kind: 'reply', bytes: bytesOf(acknowledge) }]
  const refused: readonly FirmwareEffect[] = [reply('?>')]
  if (line === '' && dialect.emptyLine === 'carriage-return') return [{ kind: 'reply', bytes: bytesOf('\r') }]
  const label =
    dialect.model === 'A' ? { azimuth: '+0', elevation: '+0' } : { azimuth: 'AZ=', elevation: 'EL=' }

  const wraps = dialect.overlap === 'wrapped' || view.azimuthRange.min < 0
  const degrees = Math.round(view.reading.azimuth)
  const azimuthText = `${label.azimuth}${threeDigits(wraps ? ((degrees % 360) + 360) % 360 : degrees)}`
  const elevationText = `${label.elevation}${threeDigits(view.reading.elevation)}`
  const separator = dialect.model === 'A' ? '' : (dialect.separator ?? '  ')

  if (line === 'C') return [reply(azimuthText)]
  if (line === 'B') return [reply(elevationText)]
  if (line === 'C2') return [reply(`${azimuthText}${separator}${elevationText}`)]
  const stops = STOPS[line]
  if (stops !== undefined) return [...stops.map((axis) => ({ kind: 'stop', axis }) as const), ...done]
  // The motors of the G-5500 know one speed: the setting is accepted and changes nothing.
  if (/^X[1-4]$/.test(line)) return done

  const jog = JOGS[line]
  const move = /^(?:M(\d{3})|W(\d{3}) (\d{3}))$/.exec(line)
  if (jog === undefined && move === null) return refused
  if (view.sinceBootMs < (dialect.motionAfterBootMs ?? 0)) return done
  if (jog !== undefined) return [{ kind: 'turn', ...jog }, ...done]
  const azimuth = azimuthTarget(Number(move?.[1] ?? move?.[2]), view)
  if (azimuth === undefined) return refused
  const turn: FirmwareEffect = { kind: 'move-to', axis: 'azimuth', target: deg(azimuth) }
  // Without an elevation rotator the second number is of no interest to it.
  if (move?.[3] === undefined || !hasElevation(view)) return [turn, ...done]
  const elevation = Number(move[3])
  if (elevation < view.elevationRange.min || elevation > view.elevationRange.max) return refused
  return [turn, { kind: 'move-to', axis: 'elevation', target: deg(elevation) }, ...done]
}

export const createGs232 = (dialect: Gs232Dialect): Firmware<Gs232State> => {
  const empty: Gs232State = { line: EMPTY_LINE }
  const answer = (line: CommandLine, view: FirmwareView): readonly FirmwareEffect[] =>
    line.overflowed ? [reply('?>')] : execute(line.text.toUpperCase(), view, dialect)
  return {
    name: `gs232${dialect.model.toLowerCase()}`,
    defaultBaudRate: 9600,
    initial: empty,
    step: (state, byte, view) => {
      const echoed: readonly FirmwareEffect[] =
        dialect.echo === true ? [{ kind: 'reply', bytes: Uint8Array.of(byte) }] : []
      if (byte === LINE_FEED) return [state, echoed]
      if (byte === CARRIAGE_RETURN) return [empty, [...echoed, ...answer(state.line, view)]]
      return [{ line: addToLine(state.line, byte, LINE_LENGTH_MAX) }, echoed]
    },
  }
}
