import { type Clock, sleep } from '../../kernel/clock.ts'
import { utcPlus } from '../../kernel/time.ts'
import { ms } from '../../kernel/units.ts'
import type { Scenario } from './scenario.ts'

// A wait shorter than this is left for the next one: timers are not finer.
const PACE_GRAIN_MS = 4
const BROKER_DOWN_SHARE = [0.3, 0.6] as const
const JAM_SHARE = 0.4

export type DemoFault = 'stuck-motor' | 'broker-down'

/** Sets the timers of what was asked to go wrong. */
export const planFaults = (
  clock: Clock,
  options: {
    readonly scenario: Scenario
    readonly fault: DemoFault | undefined
    readonly jamMotors: () => void
  },
  broker: { readonly kill: () => Promise<void>; readonly start: () => Promise<unknown> },
  note: (text: string) => void,
): void => {
  const { task } = options.scenario.pass
  const atShare = (share: number, work: () => void): void => {
    const at = utcPlus(task.startUtcMs, ms((task.stopUtcMs - task.startUtcMs) * share))
    clock.setTimer(ms(at - clock.utcNow()), work)
  }
  if (options.fault === 'stuck-motor') {
    atShare(JAM_SHARE, () => {
      options.jamMotors()
    })
  } else if (options.fault === 'broker-down') {
    atShare(BROKER_DOWN_SHARE[0], () => {
      note('the broker is killed (as asked by --fault): records are kept')
      void broker.kill()
    })
    atShare(BROKER_DOWN_SHARE[1], () => {
      note('the broker is started again: what is owed is sent')
      void broker.start()
    })
  }
}

/** Waits so that virtual time keeps to `speed` while `live`; beyond that it goes as fast as it can. */
export const paceOf = (
  options: {
    readonly clock: Clock
    readonly wallClock: Clock
    readonly speed: number
    readonly stop: AbortSignal
  },
  live: () => boolean,
) => {
  const { clock, wallClock, speed } = options
  if (!Number.isFinite(speed)) return undefined
  let anchor: { readonly wall: number; readonly virtual: number } | undefined
  return (duration: number): Promise<void> | undefined => {
    if (!live()) {
      anchor = undefined
      return undefined
    }
    anchor ??= { wall: wallClock.monoNow(), virtual: clock.monoNow() }
    const dueWall = anchor.wall + (clock.monoNow() + duration - anchor.virtual) / speed
    const left = dueWall - wallClock.monoNow()
    return left < PACE_GRAIN_MS ? undefined : sleep(wallClock, ms(left), options.stop)
  }
}
