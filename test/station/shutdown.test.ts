import { describe, expect, it } from 'vitest'
import { fault } from '../../src/kernel/errors.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { err, ok, type Result } from '../../src/kernel/result.ts'
import { utcMs } from '../../src/kernel/time.ts'
import { createVirtualClock } from '../../src/kernel/virtual-clock.ts'
import { SHUTDOWN_LIMIT, shutDown } from '../../src/station/shutdown.ts'

type Parts = Parameters<typeof shutDown>[0]

const never = (): Promise<never> => new Promise(() => {})

/** Parts that do as they are told, and note in which order; `change` makes some of them hang. */
const setUp = (change: Readonly<Record<string, () => Promise<unknown>>> = {}, unsentFor = 0) => {
  const clock = createVirtualClock({ startUtc: utcMs(Date.UTC(2026, 7, 23)) })
  const done: string[] = []
  let looks = 0
  const does =
    (name: string, answer: unknown = undefined) =>
    (): Promise<unknown> => {
      done.push(name)
      return change[name]?.() ?? Promise.resolve(answer)
    }
  const parts = {
    clock,
    linkClock: clock,
    log: silentLog,
    antenna: { close: does('antenna', ok(undefined)) },
    receiver: { close: does('receiver') },
    recorder: { flush: does('flush'), stop: () => done.push('recorder'), counts: () => ({ queued: 0 }) },
    releaser: { stop: () => done.push('releaser') },
    session: { connected: () => true, stop: does('goodbye') },
    store: {
      status: change['status'] ?? (async () => ok({ streams: [{ stream: 'a' }] })),
      readUnsent: async () => {
        looks += 1
        return ok(looks <= unsentFor ? [{}] : [])
      },
      close: does('store'),
    },
  } as unknown as Parts
  const run = async () => {
    let outcome: Result<void, unknown> | undefined
    void shutDown(parts).then((result) => {
      outcome = result
    })
    const start = clock.monoNow()
    await clock.runUntil(() => outcome !== undefined)
    return { outcome, tookMs: clock.monoNow() - start }
  }
  return { done, run, looks: () => looks }
}

describe('the end of a station', () => {
  it('is the antenna first, then what was measured, the goodbye, the store', async () => {
    const { done, run } = setUp()
    expect((await run()).outcome).toEqual(ok(undefined))
    expect(done).toEqual(['antenna', 'receiver', 'flush', 'recorder', 'releaser', 'goodbye', 'store'])
  })

  it('waits until the broker has what was released', async () => {
    const { run, looks } = setUp({}, 20)
    const { tookMs } = await run()
    expect(looks()).toBe(21)
    expect(tookMs).toBeGreaterThanOrEqual(1_000)
    expect(tookMs).toBeLessThan(2_000)
  })

  it('does not wait for ever for a broker that takes nothing', async () => {
    const { run } = setUp({}, Number.POSITIVE_INFINITY)
    const { tookMs } = await run()
    expect(tookMs).toBeLessThan(6_000)
  })

  it('says that the antenna was not seen to stop, and does the rest all the same', async () => {
    const failure = fault('motion.not-stopped', 'It still moves')
    const { done, run } = setUp({ antenna: () => Promise.resolve(err(failure)) })
    expect((await run()).outcome).toEqual(err(failure))
    expect(done.at(-1)).toBe('store')
  })

  it.for(['antenna', 'receiver', 'flush', 'status', 'goodbye', 'store'])(
    'goes on past a part that hangs: %s',
    async (part) => {
      const { done, run } = setUp({ [part]: never })
      const { outcome, tookMs } = await run()
      expect(done).toContain('store')
      expect(outcome?.ok).toBe(part !== 'antenna')
      expect(tookMs).toBeLessThan(SHUTDOWN_LIMIT)
    },
  )

  it('is bounded when all of them hang, below the time that the service manager gives', async () => {
    const { run } = setUp({
      antenna: never,
      receiver: never,
      flush: never,
      status: never,
      goodbye: never,
      store: never,
    })
    const { outcome, tookMs } = await run()
    expect(outcome).toMatchObject({ ok: false, error: { code: 'motion.not-stopped' } })
    expect(tookMs).toBeLessThan(SHUTDOWN_LIMIT)
    expect(SHUTDOWN_LIMIT).toBeLessThan(90_000)
  })
})
