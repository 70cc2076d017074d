import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Fault, fault } from '../../src/kernel/errors.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { createRandom } from '../../src/kernel/random.ts'
import { err, ok, type Result } from '../../src/kernel/result.ts'
import { utcMs } from '../../src/kernel/time.ts'
import { ms } from '../../src/kernel/units.ts'
import { createVirtualClock } from '../../src/kernel/virtual-clock.ts'
import type { BrokerLink, BrokerLinkOptions, PublishOutcome } from '../../src/network/broker-link.ts'
import { backoffDelayMs, keepLink } from '../../src/network/link-keeper.ts'

const down = fault('broker.unreachable', 'The broker is down')
const never = <Value>(): Promise<Value> => new Promise(() => {})

const setUp = (open: (options: BrokerLinkOptions) => Promise<Result<BrokerLink, Fault>>) => {
  const clock = createVirtualClock({ startUtc: utcMs(0) })
  const told: string[] = []
  const openedAt: number[] = []
  let ups = 0
  const keeper = keepLink({
    clock,
    log: { ...silentLog, fault: ({ message }) => told.push(message) },
    random: createRandom(1),
    open: (options) => {
      openedAt.push(clock.monoNow())
      return open(options)
    },
    subscriptions: [],
    will: () => undefined,
    onMessage: async () => {},
    onUp: async () => {
      ups += 1
    },
    onDown: () => {},
  })
  return { clock, keeper, told, openedAt, ups: () => ups }
}
const linkOf = (
  options: BrokerLinkOptions,
  changes: {
    readonly publish?: () => Promise<Result<PublishOutcome, Fault>>
    readonly close?: () => Promise<void>
  } = {},
): BrokerLink => ({
  publish: changes.publish ?? (async () => ok('taken' as const)),
  close: changes.close ?? (async () => options.onClosed(undefined)),
})
const message = { topic: 't', payload: new Uint8Array(), retain: false }

describe('a kept link', () => {
  it('is tried again ever less often while the broker is down, and its trouble told once', async () => {
    const { clock, keeper, told, openedAt } = setUp(async () => err(down))
    await clock.advance(ms(3_600_000))
    const gaps = openedAt.slice(1).map((at, index) => at - (openedAt[index] ?? 0))
    expect(Math.max(...gaps)).toBeLessThanOrEqual(30_000)
    expect(Math.min(...gaps.slice(8))).toBeGreaterThanOrEqual(15_000)
    expect(gaps[0]).toBeLessThanOrEqual(1_000)
    expect(told).toEqual(['The broker is down'])
    await keeper.stop()
    await clock.advance(ms(3_600_000))
    expect(openedAt).toHaveLength(gaps.length + 1)
  })

  it('waits within half and the whole of the doubled delay', () => {
    fc.assert(
      fc.property(
        fc.nat(10_000),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (failures, uniform) => {
          const whole = Math.min(30_000, 500 * 2 ** Math.min(failures, 20))
          const delay = backoffDelayMs(failures, uniform)
          expect(delay).toBeGreaterThanOrEqual(whole / 2)
          expect(delay).toBeLessThanOrEqual(whole)
        },
      ),
    )
  })

  it('begins with the short delay again after a link that was good', async () => {
    let options: BrokerLinkOptions | undefined
    let calls = 0
    const { clock, keeper, openedAt } = setUp(async (given) => {
      calls += 1
      options = given
      return calls < 9 ? err(down) : ok(linkOf(given))
    })
    await clock.advance(ms(300_000))
    expect(keeper.link()).toBeDefined()
    const before = clock.monoNow()
    options?.onClosed(down)
    await clock.advance(ms(1_000))
    expect(openedAt.at(-1)).toBeGreaterThanOrEqual(before)
    expect(calls).toBe(10)
    await keeper.stop()
  })

  it('is given up when the broker acknowledges nothing, and opened anew', async () => {
    let closes = 0
    const { clock, keeper, told, ups } = setUp(async (options) =>
      ok(
        linkOf(options, {
          publish: never,
          close: async () => {
            closes += 1
            options.onClosed(undefined)
          },
        }),
      ),
    )
    await clock.advance(ms(100))
    const outcomes = Promise.all(Array.from({ length: 32 }, () => keeper.link()?.publish(message)))
    await clock.advance(ms(40_000))
    for (const outcome of await outcomes)
      expect(outcome).toMatchObject({ ok: false, error: { code: 'broker.unreachable' } })
    expect([closes, ups()]).toEqual([1, 2])
    expect(told).toEqual(['The broker did not acknowledge a message within 30 s'])
    await keeper.stop()
  })

  it('is given up when the broker never answers the opening', async () => {
    const { clock, keeper, told, openedAt } = setUp(never)
    await clock.advance(ms(100_000))
    expect(openedAt.length).toBeGreaterThan(2)
    expect(told).toEqual(['The broker did not answer within 30 s'])
    const stopping = keeper.stop()
    await clock.advance(ms(31_000))
    await stopping
  })

  it('is cut when the broker does not let it close', async () => {
    let closes = 0
    const { clock, keeper } = setUp(async (options) =>
      ok(
        linkOf(options, {
          close: () => {
            closes += 1
            if (closes === 1) return never()
            options.onClosed(undefined)
            return Promise.resolve()
          },
        }),
      ),
    )
    await clock.advance(ms(100))
    const stopping = keeper.stop()
    await clock.advance(ms(2_100))
    await stopping
    expect(closes).toBe(2)
  })
})
