import { describe, expect, it } from 'vitest'
import type { Fault } from '../../src/kernel/errors.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { ok } from '../../src/kernel/result.ts'
import { formatUtc, utcMs } from '../../src/kernel/time.ts'
import { ms } from '../../src/kernel/units.ts'
import { createVirtualClock } from '../../src/kernel/virtual-clock.ts'
import { createInbox } from '../../src/network/inbox.ts'
import { createTokenBucket } from '../../src/network/token-bucket.ts'
import { inboxTopic } from '../../src/network/topics.ts'
import type { ReceiptOutcome, StreamStatus } from '../../src/outbox/store.ts'
import { signingKeyFromSeed } from '../../src/sharing/keys.ts'
import { seal } from '../../src/sharing/seal.ts'

const START = utcMs(Date.UTC(2026, 7, 23, 5))
const keys = {
  denmark: signingKeyFromSeed(new Uint8Array(32).fill(2)),
  sweden: signingKeyFromSeed(new Uint8Array(32).fill(3)),
}
const statusOf = (stream: string, partner: string): StreamStatus => ({
  stream,
  partner,
  dataMode: 'REAL',
  number: 50_000,
  head: 'h',
  receipted: 0,
  oldest: 101,
  lastTaken: undefined,
})
const streams = new Map([
  ['mine', statusOf('mine', 'denmark')],
  ['other', statusOf('other', 'sweden')],
])

const setUp = (outcome: ReceiptOutcome = { kind: 'accepted', receipted: 7 }) => {
  const clock = createVirtualClock({ startUtc: START })
  const faults: Fault[] = []
  const warnings: string[] = []
  const taken: unknown[] = []
  const asked: { readonly stream: string; readonly from: number; readonly to: number }[] = []
  let looked = 0
  const inbox = createInbox({
    clock,
    log: { ...silentLog, fault: (failure) => faults.push(failure), warn: (text) => warnings.push(text) },
    station: 'oslo-1',
    partners: (['denmark', 'sweden'] as const).map((id) => ({ id, nation: 'DNK', key: keys[id].publicKey })),
    store: {
      acceptReceipt: async (receipt) => {
        taken.push(receipt)
        return ok(outcome)
      },
    },
    streamStatus: async (stream) => {
      looked += 1
      return streams.get(stream)
    },
    onReceipt: () => {},
    onResend: (stream, range) => asked.push({ stream, ...range }),
  })
  const say = (
    kind: 'receipt' | 'resend',
    changes: Record<string, unknown> = {},
    options: {
      readonly as?: 'denmark' | 'sweden'
      readonly key?: keyof typeof keys
      readonly mode?: 'REAL' | 'EXERCISE'
    } = {},
  ) => {
    const { as = 'denmark', key = as, mode = 'REAL' } = options
    const payload = {
      schema: `azel.${kind}/1`,
      station: 'oslo-1',
      dataMode: 'REAL',
      stream: 'mine',
      partner: as,
      issuedUtc: formatUtc(START),
      ...(kind === 'receipt' ? { through: 7, head: 'A'.repeat(43) } : { from: 201, to: 300 }),
      ...changes,
    }
    return inbox(
      inboxTopic({ dataMode: mode, station: 'oslo-1', partner: as, kind }),
      Buffer.from(seal({ type: `azel-${kind}+jws`, key: keys[key], payload })),
    )
  }
  return { clock, inbox, say, faults, warnings, taken, asked, looked: () => looked }
}

describe("the station's inbox", () => {
  it('passes on what is well signed and about the sender’s own stream', async () => {
    const { say, taken, asked, faults, warnings } = setUp()
    await say('receipt')
    await say('resend')
    expect(taken).toEqual([{ stream: 'mine', through: 7, head: 'A'.repeat(43) }])
    expect(asked).toEqual([{ stream: 'mine', from: 201, to: 300 }])
    expect([faults, warnings]).toEqual([[], []])
  })

  it.each([
    ['another partner’s stream', { stream: 'other' }, {}],
    ['a stream that there is not', { stream: 'none' }, {}],
    ['another station', { station: 'bergen-1' }, {}],
    ['another partner in the text', { partner: 'sweden' }, {}],
    ['another data mode in the text', { dataMode: 'EXERCISE' }, {}],
    ['another data mode in the topic', {}, { mode: 'EXERCISE' }],
    ['another partner’s key', {}, { key: 'sweden' }],
    ['another partner’s topic', {}, { as: 'sweden', key: 'denmark' }],
    ['another partner’s topic, rightly signed', {}, { as: 'sweden' }],
  ] as const)('ignores a message with %s', async (_name, changes, options) => {
    for (const kind of ['receipt', 'resend'] as const) {
      const { say, taken, asked, faults, warnings } = setUp()
      await say(kind, changes, options)
      expect([taken, asked]).toEqual([[], []])
      expect(faults.length + warnings.length).toBe(1)
    }
  })

  it('ignores rubbish', async () => {
    const { inbox, taken, asked } = setUp()
    for (const topic of [
      '',
      'azel/v1/real/oslo-1/from/denmark/receipt',
      'azel/v1/real/oslo-1/from/norway/receipt',
      'azel/v1/real/oslo-1/birth',
    ]) {
      await inbox(topic, Buffer.from('rubbish'))
      await inbox(topic, new Uint8Array(100_000))
    }
    expect([taken, asked]).toEqual([[], []])
  })

  it.each([
    [{ from: 300, to: 201 }, undefined],
    [
      { from: 60_000, to: 70_000 },
      { from: 60_000, to: 59_999 },
    ],
    [
      { from: 1, to: 50 },
      { from: 101, to: 100 },
    ],
    [
      { from: 1, to: Number.MAX_SAFE_INTEGER },
      { from: 101, to: 1_100 },
    ],
    [
      { from: 49_990, to: 60_000 },
      { from: 49_990, to: 50_000 },
    ],
  ])('gives of a request for %j what there is: %j', async (range, given) => {
    const { say, asked } = setUp()
    await say('resend', range)
    expect(asked).toEqual(given === undefined ? [] : [{ stream: 'mine', ...given }])
  })

  it.each([
    [{ from: 0, to: 1 }],
    [{ from: -5, to: 1 }],
    [{ from: 1.5, to: 2 }],
    [{ from: 2 ** 60, to: 2 ** 61 }],
    [{ from: '1', to: 2 }],
  ])('refuses a request for %j', async (range) => {
    const { say, asked, faults } = setUp()
    await say('resend', range)
    expect([asked, faults.map(({ code }) => code)]).toEqual([[], ['stream.malformed']])
  })

  it('sends again for one partner no more than his share, and the share comes back with time', async () => {
    const { clock, say, asked } = setUp()
    for (let count = 0; count < 100; count += 1) await say('resend', { from: 1_001, to: 2_000 })
    const items = () => asked.reduce((sum, { from, to }) => sum + to - from + 1, 0)
    expect(items()).toBe(10_000)
    await clock.advance(ms(10_000))
    await say('resend', { from: 1_001, to: 2_000 })
    expect(items()).toBe(10_500)
  })

  it('looks at no more of a flood than its share, tells once, and the other partner does not feel it', async () => {
    const { clock, say, taken, warnings, looked } = setUp()
    for (let count = 0; count < 2_000; count += 1) await say('receipt')
    expect([taken.length, looked()]).toEqual([256, 256])
    expect(warnings).toHaveLength(1)
    await say('receipt', { stream: 'other' }, { as: 'sweden' })
    expect(taken).toHaveLength(257)
    await clock.advance(ms(1_000))
    for (let count = 0; count < 100; count += 1) await say('receipt')
    expect(taken).toHaveLength(267)
  })

  it('tells of a receipt with another hash, or for what was never given out', async () => {
    for (const kind of ['other-hash', 'unknown-number'] as const) {
      const { say, faults } = setUp({ kind })
      await say('receipt')
      expect(faults.map(({ code }) => code)).toEqual(['stream.altered'])
    }
  })
})

describe('a token bucket', () => {
  it('gives its size at once, then by the second, and whole tokens only', async () => {
    const clock = createVirtualClock({ startUtc: START })
    const bucket = createTokenBucket({ clock, size: 10, perSecond: 2 })
    expect([bucket.take(7), bucket.take(7), bucket.take(7)]).toEqual([7, 3, 0])
    await clock.advance(ms(400))
    expect(bucket.take(5)).toBe(0)
    await clock.advance(ms(100))
    expect(bucket.take(5)).toBe(1)
    await clock.advance(ms(1e9))
    expect([bucket.take(-5), bucket.take(100)]).toEqual([0, 10])
  })
})
