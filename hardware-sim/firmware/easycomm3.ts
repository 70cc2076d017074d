import {
  addToLine,
  bytesOf,
  CARRIAGE_RETURN,
  type CommandLine,
  EMPTY_LINE,
  LINE_FEED,
} from './command-line.ts'
import { motionOf, readDegrees, readWord, type Word } from './easycomm-words.ts'
import type { Firmware, FirmwareEffect, FirmwareView } from './firmware.ts'

/**
 * EasyComm III, from the specification by A. Schultze (in Hamlib's `easycomm.txt`) and from the firmware of the SatNOGS
 * rotator, which carries out a line at its end. Velocities in thousandths of a degree a second last until the next
 * command; `GS` and `GE` tell status and error, `IPn` the inputs, `CRn` and `CWn,value` the settings. Stop, reset and
 * park are answered with the position.
 *
 * The two sets of error codes differ: by the specification 0 is none, 1 a sensor, 2 a jam, 4 homing; by the firmware 1
 * is none, 2 a sensor, 4 homing, 8 a motor. The firmware also has left and right of a velocity the other way round than
 * the specification's names (VL raises the azimuth).
 */
export interface Easycomm3Dialect {
  readonly codes: 'specification' | 'satnogs'
}

interface Easycomm3State {
  readonly line: CommandLine
  /** A target was given, and since then no velocity and no stop. */
  readonly pointing: boolean
  readonly settings: Readonly<Record<string, number>>
}

const LINE_LENGTH_MAX = 255
// Gains of the servo, and where it parks (7: azimuth, 8: elevation).
const SETTINGS: Readonly<Record<string, number>> = {
  ...{ '1': 1, '2': 0, '3': 0, '4': 1, '5': 0, '6': 0 },
  ...{ '7': 0, '8': 0 },
}
const STATUS = { idle: 1, moving: 2, pointing: 4, error: 8 }
const ERROR_CODES = {
  specification: { none: 0, homing: 4 },
  satnogs: { none: 1, homing: 4 },
}
/** Faster than what an encoder's step looks like, deg/s. */
const MOVING_DEG_PER_SEC = 0.01

const say = (text: string): FirmwareEffect => ({ kind: 'reply', bytes: bytesOf(`${text}\n`) })
const place = ({ reading }: FirmwareView): FirmwareEffect =>
  say(`AZ${reading.azimuth.toFixed(1)} EL${reading.elevation.toFixed(1)}`)

/** Inputs by number: temperature, end switches, angles, loads, speeds. */
const inputs = (view: FirmwareView): readonly string[] => {
  const { reading, azimuthRange, elevationRange, rates } = view
  return [
    '24',
    reading.azimuth <= azimuthRange.min ? '1' : '0',
    reading.elevation <= elevationRange.min ? '1' : '0',
    reading.azimuth.toFixed(2),
    reading.elevation.toFixed(2),
    '0',
    '0',
    rates.azimuth.toFixed(2),
    rates.elevation.toFixed(2),
  ]
}

export const createEasycomm3 = (dialect: Easycomm3Dialect): Firmware<Easycomm3State> => {
  const codes = ERROR_CODES[dialect.codes]
  const motionOptions = { velocities: true, crossed: dialect.codes === 'satnogs' }
  type Step = readonly [Easycomm3State, readonly FirmwareEffect[]]

  const ask = ({ name, value }: Word, state: Easycomm3State, view: FirmwareView): string | undefined => {
    if (name === 'VE') return 'VEAzel-sim-3'
    const moving = Math.max(Math.abs(view.rates.azimuth), Math.abs(view.rates.elevation)) > MOVING_DEG_PER_SEC
    if (name === 'GS') {
      const at = state.pointing ? STATUS.pointing : STATUS.idle
      return `GS${view.homeKnown ? (moving ? STATUS.moving : at) : STATUS.error}`
    }
    if (name === 'GE') return `GE${view.homeKnown ? codes.none : codes.homing}`
    if (name === 'IP') {
      const input = inputs(view)[value === '' ? 0 : Number(value)]
      return input === undefined ? undefined : `IP${value === '' ? '0' : value},${input}`
    }
    const setting = name === 'CR' ? state.settings[value.trim()] : undefined
    const echo = dialect.codes === 'specification' ? 'CR' : ''
    return setting === undefined ? undefined : `${echo}${value.trim()},${setting.toFixed(2)}`
  }

  const write = (value: string, settings: Easycomm3State['settings']): Easycomm3State['settings'] => {
    const [register = '', text = ''] = value.split(',')
    const number = readDegrees(text)
    return number === undefined || !Object.hasOwn(settings, register)
      ? settings
      : { ...settings, [register]: number }
  }

  const takeWord = (word: Word, state: Easycomm3State, view: FirmwareView): Step => {
    const motion = motionOf(word, view, motionOptions)
    if (motion !== undefined)
      return [{ ...state, pointing: word.name === 'AZ' || word.name === 'EL' }, motion]
    if (word.name === 'AZ' && word.value === '') return [state, [say(`AZ${view.reading.azimuth.toFixed(1)}`)]]
    if (word.name === 'EL' && word.value === '')
      return [state, [say(`EL${view.reading.elevation.toFixed(1)}`)]]
    if (word.name === 'RB') return [state, [{ kind: 'reboot' }]]
    if (word.name === 'RESET') return [{ ...state, pointing: false }, [place(view), { kind: 'home' }]]
    if (word.name === 'PARK') {
      const to = ['AZ', 'EL'].flatMap((name, index) => {
        const value = (state.settings[String(7 + index)] ?? 0).toFixed(1)
        return motionOf({ name, value }, view, motionOptions) ?? []
      })
      return [{ ...state, pointing: true }, [place(view), ...to]]
    }
    if (word.name === 'CW') return [{ ...state, settings: write(word.value, state.settings) }, []]
    const told = ask(word, state, view)
    return [state, told === undefined ? [] : [say(told)]]
  }

  const takeLine = (text: string, state: Easycomm3State, view: FirmwareView): Step => {
    if (/^AZ +EL$/.test(text)) return [state, [place(view)]]
    if (/^SA +SE$/.test(text)) {
      return [
        { ...state, pointing: false },
        [{ kind: 'stop', axis: 'azimuth' }, { kind: 'stop', axis: 'elevation' }, place(view)],
      ]
    }
    // `CR 1` has a space of its own.
    const words = /^C[RW]/.test(text) ? [text.replace(/ +/, '')] : text.split(/ +/)
    let next = state
    const effects: FirmwareEffect[] = []
    for (const word of words) {
      const [after, more] = takeWord(readWord(word), next, view)
      next = after
      effects.push(...more)
    }
    return [next, effects]
  }

  return {
    name: 'easycomm3',
    defaultBaudRate: 9600,
    initial: { line: EMPTY_LINE, pointing: false, settings: SETTINGS },
    step: (state, byte, view) => {
      if (byte !== LINE_FEED && byte !== CARRIAGE_RETURN) {
        return [{ ...state, line: addToLine(state.line, byte, LINE_LENGTH_MAX) }, []]
      }
      const { line } = state
      const empty = { ...state, line: EMPTY_LINE }
      // Hamlib sends a semicolon behind the end of some lines, which arrives before the next one.
      const text = line.text.replace(/^;+/, '').trim().toUpperCase()
      return line.overflowed || text === '' ? [empty, []] : takeLine(text, empty, view)
    },
  }
}
