import type { Clock, Timer } from '../../kernel/clock.ts'
import { type Fault, fault } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { formatUtc, type UtcMs } from '../../kernel/time.ts'
import { ms } from '../../kernel/units.ts'
import type { ServedAntenna } from './served-antenna.ts'

/** A client that has the antenna, for the operator. */
export interface Holder {
  /** Address and port. */
  readonly client: string
  readonly sinceUtcMs: UtcMs
}

/** Which of the clients has the antenna: the first that moves it, until it lets go. */
export interface Hold {
  /** `motion.occupied` where another client has it. */
  readonly take: (client: string) => Result<void, Fault>
  /**
   * Lets go, if it is this client's: others may have it at once. A motion to a place that it asked for is brought to
   * its end; after that the antenna is nobody's.
   */
  readonly release: (client: string) => void
  readonly holder: () => Holder | undefined
  /** For good: the antenna is whose it is, and what is released after this changes nothing. */
  readonly close: () => void
}

/** So long after a client let go the antenna is nobody's, if it has come to rest by then; else this much later. */
const LINGER_MS = 60_000
// Ten minutes: longer than any antenna turns. After that it is stopped where it is.
const LINGERS_MAX = 10
/** Nearer to where it was sent than this it has arrived, for this purpose. */
const ARRIVED_DEG = 3

export const createHold = (options: {
  readonly clock: Clock
  readonly log: Log
  readonly antenna: ServedAntenna
}): Hold => {
  const { clock, antenna } = options
  let holder: Holder | undefined
  let lingering: Timer | undefined
  let closed = false

  const hasArrived = (): boolean => {
    const { commanded, reported } = antenna.status()
    return (
      commanded === undefined ||
      reported === undefined ||
      (Math.abs(commanded.azimuth - reported.azimuth) < ARRIVED_DEG &&
        Math.abs(commanded.elevation - reported.elevation) < ARRIVED_DEG)
    )
  }

  const linger = (left: number): void => {
    lingering = clock.setTimer(ms(LINGER_MS), () => {
      lingering = undefined
      const { user, phase } = antenna.status()
      // Somebody else has it by now, or it goes to rest, after which nobody has it.
      if (holder !== undefined || user !== 'program' || phase === 'parking') return
      if (left > 0 && !hasArrived()) {
        linger(left - 1)
        return
      }
      options.log.info('the program that had the antenna has let go of it')
      antenna.letGo('program')
    })
  }

  // Where it was stopped, or the plan or a person took it, the client has it no more, whatever it thinks.
  const present = (): Holder | undefined => (antenna.status().user === 'program' ? holder : undefined)

  return {
    take: (client) => {
      const other = present()
      if (other !== undefined && other.client !== client) {
        const since = formatUtc(other.sinceUtcMs, 0)
        return err(fault('motion.occupied', `The program ${other.client} has the antenna since ${since}`))
      }
      lingering?.cancel()
      lingering = undefined
      if (other === undefined) holder = { client, sinceUtcMs: clock.utcNow() }
      return ok(undefined)
    },
    release: (client) => {
      if (holder?.client !== client) return
      holder = undefined
      lingering?.cancel()
      if (!closed) linger(LINGERS_MAX)
    },
    holder: present,
    close: () => {
      closed = true
      lingering?.cancel()
    },
  }
}
