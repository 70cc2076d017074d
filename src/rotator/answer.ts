import type { Clock } from '../kernel/clock.ts'
import type { MonoMs } from '../kernel/time.ts'
import type { Deg } from '../kernel/units.ts'
import type { AxisName, RotatorReply } from './driver.ts'

/** Where the controller says the antenna is, in its own count; without elevation where it has, or tells, none. */
export interface PositionReply {
  readonly azimuth: Deg
  readonly elevation: Deg | undefined
  /** When the last part of it came. */
  readonly atMonoMs: MonoMs
}

/** Makes one position of the partial answers to the frames of a question. */
export interface PositionAnswer {
  /** A frame goes out that asks for these; `answers`: how many may come to it (an owed one before its own). */
  readonly expect: (asks: readonly AxisName[], answers: number) => void
  readonly take: (reply: RotatorReply) => 'done' | 'more' | 'not-mine'
  readonly hasAny: (axes: readonly AxisName[]) => boolean
  readonly position: () => PositionReply | undefined
}

export const createPositionAnswer = (options: {
  readonly clock: Clock
  /** The last answer had no elevation: it is not waited for. */
  readonly axisMissing: boolean
}): PositionAnswer => {
  const angles = new Map<AxisName, Deg>()
  // Of the frame that is out.
  let asked: readonly AxisName[] = []
  let missing = new Set<AxisName>()
  let answersLeft = 1
  let atMonoMs = options.clock.monoNow()

  const put = (axis: AxisName, angle: Deg | undefined): void => {
    if (angle === undefined) return
    angles.set(axis, angle)
    missing.delete(axis)
  }

  return {
    expect: (asks, answers) => {
      asked = asks
      missing = new Set(asks)
      answersLeft = answers
    },
    take: (reply) => {
      if (reply.kind === 'position') {
        put('azimuth', reply.azimuth)
        put('elevation', reply.elevation)
      } else if (reply.kind === 'angle') {
        // It does not say of which axis: of the first that is still to come.
        const [axis] = missing
        if (axis === undefined) return 'not-mine'
        put(axis, reply.angle)
      } else return 'not-mine'
      atMonoMs = options.clock.monoNow()
      const complete =
        missing.size === 0 || (options.axisMissing && missing.size === 1 && missing.has('elevation'))
      if (!complete) return 'more'
      answersLeft -= 1
      // The next one takes the place of this: of two, the last is the answer to the question that was asked last.
      missing = new Set(asked)
      return answersLeft <= 0 ? 'done' : 'more'
    },
    hasAny: (axes) => axes.some((axis) => angles.has(axis)),
    position: () => {
      const azimuth = angles.get('azimuth')
      if (azimuth === undefined) return undefined
      return { azimuth, elevation: angles.get('elevation'), atMonoMs }
    },
  }
}
