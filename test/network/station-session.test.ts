import { afterEach, describe, expect, it } from 'vitest'
import { type Fault, fault } from '../../src/kernel/errors.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { createRandom } from '../../src/kernel/random.ts'
import { err, ok, unwrap } from '../../src/kernel/result.ts'
import { utcMs } from '../../src/kernel/time.ts'
import { ms } from '../../src/kernel/units.ts'
import { createVirtualClock } from '../../src/kernel/virtual-clock.ts'
import type { BrokerLinkOptions } from '../../src/network/broker-link.ts'
import { createStationSession } from '../../src/network/station-session.ts'
import { inboxTopic, readTopic } from '../../src/network/topics.ts'
import { openInlineStore } from '../../src/outbox/inline-store.ts'
import type { Agreement } from '../../src/sharing/agreement.ts'
import { signingKeyFromSeed } from '../../src/sharing/keys.ts'
import { checkpointSchema, openMessage } from '../../src/sharing/messages.ts'
import { createReleaser } from '../../src/sharing/releaser.ts'
import { seal } from '../../src/sharing/seal.ts'
import { sampleRecord } from '../simulation/sample.ts'

const START = utcMs(Date.UTC(2026, 7, 23, 5))
const stationKey = signingKeyFromSeed(new Uint8Array(32).fill(1))
const partnerKey = signingKeyFromSeed(new Uint8Array(32).fill(2))
const agreement: Agreement = {
  id: 'no-dk',
  partnerId: 'denmark',
  product: 'doppler',
  dataModes: ['SIMULATED'],
  delay: ms(0),
  coarsening: {},
  receipts: true,
  retention: ms(86_400_000),
}
const partners = [{ id: 'denmark', nation: 'DNK', key: partnerKey.publicKey }]
const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

/** A store with released items, and a session over a broker that does what the test says. */
const setUp = async (count: number, inForce: readonly Agreement[] = [agreement]) => {
  const clock = createVirtualClock({ startUtc: START })
  const store = unwrap(openInlineStore(':memory:'))
  const add = async (from: number, to: number): Promise<void> => {
    const records = Array.from({ length: to - from + 1 }, (_, index) =>
      sampleRecord({ count: from + index, timeUtc: START }),
    )
    unwrap(
      await store.append(
        records.map((record) => ({
          id: record.id,
          body: Buffer.from(JSON.stringify(record)),
          recordedUtc: START,
        })),
      ),
    )
    const releaser = createReleaser({
      clock,
      log: silentLog,
      store,
      policy: { station: 'oslo-1', partners, agreements: [agreement], groups: new Map() },
      key: stationKey,
      randomBytes: createRandom(1).bytes,
      onReleased: () => {},
    })
    unwrap(await releaser.process())
    releaser.stop()
  }
  await add(1, count)
  const stream = unwrap(await store.status()).streams[0]?.stream ?? ''
  const faults: Fault[] = []
  const published: { readonly kind: string; readonly payload: Uint8Array }[] = []
  let refuse: (kind: string) => Fault | undefined = () => undefined
  let link: BrokerLinkOptions | undefined
  const session = createStationSession({
    clock,
    linkClock: clock,
    log: { ...silentLog, fault: (failure) => faults.push(failure) },
    random: createRandom(1),
    open: async (options) => {
      link = options
      return ok({
        publish: async ({ topic, payload }) => {
          const kind = readTopic(topic)?.kind ?? 'none'
          const refused = refuse(kind)
          if (refused !== undefined) return err(refused)
          published.push({ kind, payload })
          return ok('taken' as const)
        },
        close: async () => options.onClosed(undefined),
      })
    },
    store,
    key: stationKey,
    station: 'oslo-1',
    bootId: 'b',
    dataMode: () => 'SIMULATED',
    description: {
      name: 'Oslo',
      software: 's',
      latitudeDeg: 60,
      longitudeDeg: 10,
      placeResolutionDeg: 1,
      antenna: { kind: 'fixed', beamWidthDeg: 20 },
    },
    partners,
    agreements: inForce,
  })
  stops.push(async () => {
    const stopping = session.stop()
    await clock.advance(ms(5_000))
    await stopping
    await store.close()
  })
  session.start()
  await clock.advance(ms(100))
  const of = (kind: string) => published.filter((message) => message.kind === kind)
  const checkpoints = () =>
    of('checkpoint').map(({ payload }) =>
      unwrap(
        openMessage({
          sealed: payload,
          type: 'azel-checkpoint+jws',
          keys: [stationKey.publicKey],
          schema: checkpointSchema,
        }),
      ),
    )
  const say = async (kind: 'receipt' | 'resend', payload: Record<string, unknown>): Promise<void> => {
    const text = seal({
      type: `azel-${kind}+jws`,
      key: partnerKey,
      payload: {
        schema: `azel.${kind}/1`,
        station: 'oslo-1',
        dataMode: 'SIMULATED',
        stream,
        partner: 'denmark',
        issuedUtc: '2026-08-23T05:00:00.000000Z',
        ...payload,
      },
    })
    await link?.onMessage(
      inboxTopic({ dataMode: 'SIMULATED', station: 'oslo-1', partner: 'denmark', kind }),
      Buffer.from(text),
    )
  }
  const unsent = async () => unwrap(await store.readUnsent({ stream, limit: 1_000 })).length
  return {
    clock,
    store,
    session,
    stream,
    faults,
    of,
    checkpoints,
    say,
    add,
    unsent,
    refuse: (rule: typeof refuse) => {
      refuse = rule
    },
  }
}

describe("the station's session", () => {
  it('sends each item once, then the checkpoint, and that again before it is no longer valid', async () => {
    const { clock, of, checkpoints, unsent } = await setUp(100)
    expect([of('stream').length, checkpoints().length, await unsent()]).toEqual([100, 1, 0])
    await clock.advance(ms(10 * 60_000))
    expect(of('stream')).toHaveLength(100)
    const said = checkpoints()
    expect(said).toHaveLength(11)
    for (const [index, { issuedUtc }] of said.entries()) {
      const before = said[index - 1]
      if (before !== undefined) expect(issuedUtc < before.validUntilUtc).toBe(true)
    }
  })

  it('keeps what the broker refuses unsent, tells it once, tries seldom, and sends it when that is mended', async () => {
    const { clock, session, stream, faults, of, unsent, add, refuse } = await setUp(1)
    let refusals = 0
    refuse((kind) => {
      if (kind !== 'stream') return undefined
      refusals += 1
      return fault('broker.refused', 'The broker refused a message')
    })
    for (let count = 2; count <= 61; count += 1) {
      await add(count, count)
      session.wake([stream])
      await clock.advance(ms(1_000))
    }
    expect(faults.map(({ code }) => code)).toEqual(['broker.refused'])
    expect([of('stream').length, await unsent()]).toEqual([1, 60])
    // At once, and then every half minute one window of at most 32.
    expect(refusals).toBeLessThanOrEqual(1 + 2 * 32)
    refuse(() => undefined)
    await clock.advance(ms(31_000))
    expect([of('stream').length, await unsent()]).toEqual([61, 0])
    // Told again when it comes again.
    refuse((kind) =>
      kind === 'stream' ? fault('broker.refused', 'The broker refused a message') : undefined,
    )
    await add(62, 62)
    session.wake([stream])
    await clock.advance(ms(100))
    expect(faults).toHaveLength(2)
  })

  it.each([
    ['was taken away', []],
    ['ended', [{ ...agreement, validUntilUtc: START }]],
    ['has not begun', [{ ...agreement, validFromUtc: utcMs(START + 1e9) }]],
    ['is now with another partner', [{ ...agreement, partnerId: 'sweden' }]],
    ['no longer covers the data mode', [{ ...agreement, dataModes: ['REAL'] as const }]],
  ])('sends nothing, anew or again, of a stream whose agreement %s', async (_name, inForce) => {
    const { clock, of, say, unsent, session, stream } = await setUp(10, inForce)
    await say('resend', { from: 1, to: 10 })
    session.wake([stream])
    await clock.advance(ms(10 * 60_000))
    expect([of('stream').length, of('checkpoint').length, await unsent()]).toEqual([0, 0, 10])
  })

  it('stops in the middle of its work when an agreement ends', async () => {
    const { clock, session, stream, of, add } = await setUp(10, [
      { ...agreement, validUntilUtc: utcMs(START + 60_000) },
    ])
    await clock.advance(ms(60_000))
    await add(11, 20)
    session.wake([stream])
    await clock.advance(ms(60_000))
    expect(of('stream')).toHaveLength(10)
  })

  it('sends the range asked for again, the same bytes, and the checkpoint with what is kept', async () => {
    const { clock, store, stream, of, say, checkpoints, session } = await setUp(10)
    const first = of('stream').map(({ payload }) => Buffer.from(payload))
    await say('resend', { from: 4, to: 6 })
    await clock.advance(ms(100))
    expect(
      of('stream')
        .slice(10)
        .map(({ payload }) => Buffer.from(payload)),
    ).toEqual(first.slice(3, 6))
    expect(session.counts()).toMatchObject({ sent: 10, sentAgain: 3 })
    const [item] = unwrap(await store.readItems({ stream, from: 8, to: 8, limit: 1 }))
    await say('receipt', { through: 8, head: item?.hash ?? '' })
    unwrap(await store.prune({ stream, unreceiptedBeforeUtc: undefined }))
    // His store is lost: he asks from the beginning, and hears where the kept part begins.
    await say('resend', { from: 1, to: 10 })
    await clock.advance(ms(100))
    expect(checkpoints().at(-1)).toMatchObject({ number: 10, oldest: 9, receipted: 8 })
    expect(of('stream')).toHaveLength(15)
  })

  it('says alive, and stopped at the end', async () => {
    const { clock, session, of } = await setUp(1)
    const states = () =>
      of('status').map(({ payload }) => {
        const text = Buffer.from(payload).toString().split('.')[1] ?? ''
        return (JSON.parse(Buffer.from(text, 'base64url').toString()) as { state: string }).state
      })
    const stopping = session.stop()
    await clock.advance(ms(5_000))
    await stopping
    expect(states()).toEqual(['alive', 'stopped'])
    expect(session.connected()).toBe(false)
  })
})
