import { deg } from '../../src/kernel/units.ts'
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
 * Green Heron RT-21, its azimuth unit: the language of Hy-Gain's DCU-1 with the additions of Idiom Press and its own.
 * `AP1xxx` or `AP1xxx.x` sets a target, which `AM1;` carries out, or a CR at its end at once; `AI1;` is answered
 * `;xxx`, `BI1;` with tenths and padded to five characters, `xxx.x;`. A `;` with nothing before it stops the motor,
 * but not right behind the CR that has just carried out a target, where it belongs to that. What it does not know it
 * ignores without a word. It reports bearings, whatever turn the mast is on, and takes the nearer way.
 */
interface Rt21State {
  readonly line: CommandLine
  /** What `AM1` would go to. */
  readonly bearing: number | undefined
  /** The CR of a target was the last byte. */
  readonly justStarted: boolean
}

// The longest command has 8 characters.
const LINE_LENGTH_MAX = 16
const SEMICOLON = 0x3b

const reply = (text: string): FirmwareEffect => ({ kind: 'reply', bytes: bytesOf(text) })
const bearingOf = (view: FirmwareView): number => ((view.reading.azimuth % 360) + 360) % 360

const turnTo = (bearing: number | undefined, view: FirmwareView): readonly FirmwareEffect[] => {
  const target =
    bearing === undefined ? undefined : nearestTurn(bearing, view.reading.azimuth, view.azimuthRange)
  return target === undefined ? [] : [{ kind: 'move-to', axis: 'azimuth', target: deg(target) }]
}

const readTarget = (text: string): number | undefined => {
  const match = /^AP1(\d{3}(?:\.\d)?)$/.exec(text)
  const bearing = Number(match?.[1] ?? Number.NaN)
  return bearing <= 360 ? bearing : undefined
}

const INITIAL: Rt21State = { line: EMPTY_LINE, bearing: undefined, justStarted: false }

export const createRt21 = (): Firmware<Rt21State> => ({
  name: 'rt21',
  defaultBaudRate: 4800,
  initial: INITIAL,
  step: (state, byte, view) => {
    if (byte === LINE_FEED) return [state, []]
    if (byte !== SEMICOLON && byte !== CARRIAGE_RETURN) {
      return [{ ...state, line: addToLine(state.line, byte, LINE_LENGTH_MAX), justStarted: false }, []]
    }
    const text = state.line.overflowed ? '?' : state.line.text
    const next: Rt21State = { ...state, line: EMPTY_LINE, justStarted: false }
    const bearing = readTarget(text)
    if (byte === CARRIAGE_RETURN) {
      if (bearing === undefined) return [next, []]
      return [{ ...next, bearing, justStarted: true }, turnTo(bearing, view)]
    }
    if (bearing !== undefined) return [{ ...next, bearing }, []]
    if (text === '') return [next, state.justStarted ? [] : [{ kind: 'stop', axis: 'azimuth' }]]
    if (text === 'AM1') return [next, turnTo(state.bearing, view)]
    if (text === 'AI1') {
      return [next, [reply(`;${String(Math.floor(bearingOf(view))).padStart(3, '0')}`)]]
    }
    if (text === 'BI1') return [next, [reply(`${bearingOf(view).toFixed(1).padStart(5, ' ')};`)]]
    return [next, []]
  },
})
