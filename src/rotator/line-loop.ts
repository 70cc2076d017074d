import { type Clock, sleep } from '../kernel/clock.ts'
import { ms } from '../kernel/units.ts'
import type { Connection } from './connection.ts'
import type { RotatorCapabilities } from './driver.ts'

/** What happens on an open line, one thing after the other, so that no reply meets the wrong question. */
export interface LineLoop {
  /** Until the connection is closed. */
  readonly serve: (on: Connection) => Promise<void>
  /** There is something to send, or the line is gone. */
  readonly wake: () => void
}

/** Polls at the controller's period; motions go out between the polls, no closer together than the controller bears. */
export const createLineLoop = (options: {
  readonly clock: Clock
  readonly capabilities: Pick<RotatorCapabilities, 'pollPeriod' | 'commandPeriod'>
  readonly poll: (on: Connection) => Promise<void>
  readonly hasMotion: () => boolean
  readonly sendMotion: (on: Connection) => Promise<void>
}): LineLoop => {
  const { clock, capabilities } = options
  // Of whatever line: a controller is spared across connections, too.
  let lastMotionMono = Number.NEGATIVE_INFINITY
  let wake: () => void = () => {}
  return {
    wake: () => wake(),
    serve: async (on) => {
      let nextPollMono: number = clock.monoNow()
      while (on.isOpen()) {
        const untilPoll = nextPollMono - clock.monoNow()
        if (untilPoll <= 0) {
          nextPollMono = clock.monoNow() + capabilities.pollPeriod
          await options.poll(on)
          continue
        }
        const untilMotion = lastMotionMono + capabilities.commandPeriod - clock.monoNow()
        const isWaiting = options.hasMotion()
        if (isWaiting && untilMotion <= 0) {
          lastMotionMono = clock.monoNow()
          await options.sendMotion(on)
          continue
        }
        const woken = new AbortController()
        wake = () => woken.abort()
        await sleep(clock, ms(isWaiting ? Math.min(untilPoll, untilMotion) : untilPoll), woken.signal)
      }
    },
  }
}
