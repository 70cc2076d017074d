import type { Clock } from '../kernel/clock.ts'
import { MS_PER_SECOND } from '../kernel/time.ts'

/** Bounds what somebody may ask of us: a store of tokens that fills again with time, up to its size. */
export interface TokenBucket {
  /** Takes as many of the wanted tokens as there are, whole ones; says how many. */
  readonly take: (wanted: number) => number
}

export const createTokenBucket = (options: {
  readonly clock: Clock
  readonly size: number
  readonly perSecond: number
}): TokenBucket => {
  const { clock, size, perSecond } = options
  let tokens = size
  let sinceMono = clock.monoNow()
  return {
    take: (wanted) => {
      const now = clock.monoNow()
      tokens = Math.min(size, tokens + ((now - sinceMono) / MS_PER_SECOND) * perSecond)
      sinceMono = now
      const given = Math.max(0, Math.min(wanted, Math.floor(tokens)))
      tokens -= given
      return given
    },
  }
}
