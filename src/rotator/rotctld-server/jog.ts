import type { AzEl } from '../../kernel/angle.ts'
import { type Clock, every, type Repeating } from '../../kernel/clock.ts'
import { type Fault, fault } from '../../kernel/errors.ts'
import { err, type Result } from '../../kernel/result.ts'
import { deg, ms } from '../../kernel/units.ts'
import type { ServedAntenna } from './served-antenna.ts'

/** Turning as long as somebody asks for it: never told as an open end, but as a place a little ahead, through the gate. */
export interface Jog {
  /** Begins, or goes on in another direction. Error: what forbids the first step. */
  readonly begin: (direction: JogDirection, speedPercent: number) => Result<void, Fault>
  /** Gives no more steps; says whether there was a jog. The antenna is to be stopped by who asked. */
  readonly end: () => boolean
}

export type JogDirection = 'up' | 'down' | 'left' | 'right'

const SIGNS = {
  up: { azimuth: 0, elevation: 1 },
  down: { azimuth: 0, elevation: -1 },
  left: { azimuth: -1, elevation: 0 },
  right: { azimuth: 1, elevation: 0 },
} as const satisfies Record<JogDirection, object>

const STEP_PERIOD = ms(500)
// What a rotator of 10°/s turns in a step's time; whoever hangs leaves the antenna at most so far ahead.
const STEP_DEG = 5
// Coarse controllers do not begin to turn for less.
const STEP_LEAST_DEG = 2.5

const clampTo = (value: number, range: { readonly minimum: number; readonly maximum: number }) =>
  deg(Math.max(range.minimum, Math.min(range.maximum, value)))

export const createJog = (options: {
  readonly clock: Clock
  readonly antenna: ServedAntenna
  /** A later step was refused: the jog has ended. */
  readonly onRefused: (failure: Fault) => void
}): Jog => {
  const { clock, antenna } = options
  let stepping: Repeating | undefined

  const step = (direction: JogDirection, stepDeg: number): Result<void, Fault> => {
    const { limits } = antenna
    const from = antenna.status().reported
    if (limits === undefined || from === undefined) {
      return err(fault('link.closed', 'Where the antenna is now is not known'))
    }
    // Not beyond the end of the range: there another turn of the cable would be nearer, all the way back.
    const to: AzEl = {
      azimuth: clampTo(from.azimuth + SIGNS[direction].azimuth * stepDeg, limits.azimuth),
      elevation: clampTo(from.elevation + SIGNS[direction].elevation * stepDeg, limits.elevation),
    }
    return antenna.pointAt(to, 'program')
  }

  const end = (): boolean => {
    const was = stepping !== undefined
    stepping?.stop()
    stepping = undefined
    return was
  }

  return {
    begin: (direction, speedPercent) => {
      end()
      const stepDeg = Math.max(STEP_LEAST_DEG, (STEP_DEG * speedPercent) / 100)
      const first = step(direction, stepDeg)
      if (!first.ok) return first
      stepping = every(clock, STEP_PERIOD, () => {
        // Stopped, or taken by somebody who goes before: a further step would set it in motion again.
        if (antenna.status().user !== 'program') {
          end()
          return
        }
        const next = step(direction, stepDeg)
        if (next.ok) return
        end()
        options.onRefused(next.error)
      })
      return first
    },
    end,
  }
}
