import {
  addToLine,
  bytesOf,
  CARRIAGE_RETURN,
  type CommandLine,
  EMPTY_LINE,
  LINE_FEED,
} from './command-line.ts'
import { motionOf, readWord, type Word } from './easycomm-words.ts'
import type { Firmware, FirmwareEffect, FirmwareView } from './firmware.ts'

/**
 * EasyComm I and II, from the specification by C. Jackson, G7UPN (WiSP), and from what controllers do that speak it.
 * Words end with a space, CR or LF and are carried out at once. I knows the target, the stop and nothing else, and never
 * answers. II answers `AZ` and `EL` with their position and `VE` with a version.
 *
 * - `joined`: as the SatNOGS firmware, of two questions on one line (`AZ EL`) gives one answer, `AZ180.0 EL45.0`. Most
 *   software asks in this way.
 * - `separate`: each word has its own answer on its own line.
 * - `signed`: as the K3NG controller, `+180.0` without a name, and `?` for what it does not know.
 */
export interface EasycommDialect {
  readonly level: 1 | 2
  readonly answers?: 'joined' | 'separate' | 'signed'
  /** After each answer; default LF. */
  readonly terminator?: '\n' | '\r' | '\r\n' | ' '
}

interface EasycommState {
  readonly line: CommandLine
  /** `AZ` was asked on this line and waits for the `EL` that may follow. */
  readonly azimuthAsked: boolean
}

// The longest word is a date; a whole line of EasyComm I has some 40 characters.
const WORD_LENGTH_MAX = 64
const SPACE = 0x20

const oneDecimal = (value: number): string => value.toFixed(1).replace(/^-(0\.0)$/, '$1')
const plus = (value: number): string => (value < 0 ? '' : '+')

/** EasyComm of the given kind; III is in `easycomm3.ts`. */
export const createEasycomm = (dialect: EasycommDialect): Firmware<EasycommState> => {
  const terminator = dialect.terminator ?? '\n'
  const style = dialect.answers ?? 'joined'
  const say = (text: string): FirmwareEffect => ({ kind: 'reply', bytes: bytesOf(`${text}${terminator}`) })
  const azimuth = (view: FirmwareView): string =>
    style === 'signed'
      ? `${plus(view.reading.azimuth)}${oneDecimal(view.reading.azimuth)}`
      : `AZ${oneDecimal(view.reading.azimuth)}`
  const elevation = (view: FirmwareView): string =>
    style === 'signed'
      ? `${plus(view.reading.elevation)}${oneDecimal(view.reading.elevation)}`
      : `EL${oneDecimal(view.reading.elevation)}`

  const answer = (word: Word, view: FirmwareView): readonly FirmwareEffect[] => {
    const motion = motionOf(word, view, { velocities: false })
    if (motion !== undefined) return motion
    if (dialect.level === 1) return []
    if (word.name === 'AZ' && word.value === '') return [say(azimuth(view))]
    if (word.name === 'EL' && word.value === '') return [say(elevation(view))]
    if (word.name === 'VE') return [say(style === 'signed' ? 'VE002' : 'VEAzel-sim-2')]
    if (word.name === 'RESET') return [{ kind: 'home' }]
    if (word.name === 'PARK')
      return (
        motionOf({ name: 'AZ', value: '0' }, view, { velocities: false })?.concat(
          motionOf({ name: 'EL', value: '0' }, view, { velocities: false }) ?? [],
        ) ?? []
      )
    return style === 'signed' ? [say('?')] : []
  }

  const takeWord = (
    { line, azimuthAsked }: EasycommState,
    byte: number,
    view: FirmwareView,
  ): readonly [EasycommState, readonly FirmwareEffect[]] => {
    const lineEnds = byte !== SPACE
    const word = line.overflowed ? readWord('') : readWord(line.text.trim().toUpperCase())
    const joins = style === 'joined' && dialect.level === 2
    if (joins && word.name === 'AZ' && word.value === '' && !lineEnds) {
      return [{ line: EMPTY_LINE, azimuthAsked: true }, []]
    }
    if (azimuthAsked && word.name === 'EL' && word.value === '') {
      return [{ line: EMPTY_LINE, azimuthAsked: false }, [say(`${azimuth(view)} ${elevation(view)}`)]]
    }
    const late = azimuthAsked && (word.name !== '' || lineEnds) ? [say(azimuth(view))] : []
    const asked = azimuthAsked && late.length === 0
    return [
      { line: EMPTY_LINE, azimuthAsked: asked },
      [...late, ...(word.name === '' ? [] : answer(word, view))],
    ]
  }

  return {
    name: `easycomm${dialect.level}`,
    defaultBaudRate: 9600,
    initial: { line: EMPTY_LINE, azimuthAsked: false },
    step: (state, byte, view) =>
      byte === SPACE || byte === CARRIAGE_RETURN || byte === LINE_FEED
        ? takeWord(state, byte, view)
        : [{ ...state, line: addToLine(state.line, byte, WORD_LENGTH_MAX) }, []],
  }
}
