import { type Deg, deg, degPerSec } from '../../src/kernel/units.ts'
import type { AxisName } from '../plant/plant.ts'
import type { FirmwareEffect, FirmwareView } from './firmware.ts'

/** One word of an EasyComm line: two letters and what follows them. */
export interface Word {
  readonly name: string
  readonly value: string
}

/** `AZ12.3` is a command with its value. Whole words, `RESET` and `PARK`, are names without one. */
export const readWord = (text: string): Word =>
  /^(?:RESET|PARK)$/.test(text) ? { name: text, value: '' } : { name: text.slice(0, 2), value: text.slice(2) }

/** A decimal number, with a point or a comma and any sign; `undefined` for anything else. */
export const readDegrees = (text: string): number | undefined =>
  /^[+-]?\d{1,4}(?:[.,]\d{0,4})?$/.test(text) ? Number(text.replace(',', '.')) : undefined

const JOGS: Readonly<Record<string, { readonly axis: AxisName; readonly direction: 1 | -1 }>> = {
  L: { axis: 'azimuth', direction: -1 },
  R: { axis: 'azimuth', direction: 1 },
  U: { axis: 'elevation', direction: 1 },
  D: { axis: 'elevation', direction: -1 },
}

const inRange = (value: number, range: { readonly min: Deg; readonly max: Deg }): Deg =>
  deg(Math.min(Math.max(value, range.min), range.max))

/** `AZ`, `EL`, `ML MR MU MD`, `SA SE` and `VL VR VU VD` as motors understand them; `undefined` for other words. */
export const motionOf = (
  { name, value }: Word,
  view: FirmwareView,
  options: {
    readonly velocities: boolean
    /** Left and right of a velocity are exchanged. */
    readonly crossed?: boolean
  },
): readonly FirmwareEffect[] | undefined => {
  if (name === 'SA') return [{ kind: 'stop', axis: 'azimuth' }]
  if (name === 'SE') return [{ kind: 'stop', axis: 'elevation' }]
  if (name === 'AZ' || name === 'EL') {
    const degrees = readDegrees(value)
    if (degrees === undefined) return undefined
    // Where they cannot go they go as near as they can.
    return name === 'AZ'
      ? [{ kind: 'move-to', axis: 'azimuth', target: inRange(degrees, view.azimuthRange) }]
      : [{ kind: 'move-to', axis: 'elevation', target: inRange(degrees, view.elevationRange) }]
  }
  const jog = JOGS[name[1] ?? '']
  if (jog === undefined) return undefined
  if (name[0] === 'M' && value === '') return [{ kind: 'turn', ...jog }]
  if (name[0] !== 'V' || !options.velocities || !/^\d{1,6}$/.test(value)) return undefined
  const rate = Number(value) / 1000
  if (rate === 0) return [{ kind: 'stop', axis: jog.axis }]
  const crossed = options.crossed === true && jog.axis === 'azimuth'
  const back = jog.direction === 1 ? -1 : 1
  return [{ kind: 'turn', axis: jog.axis, direction: crossed ? back : jog.direction, rate: degPerSec(rate) }]
}
