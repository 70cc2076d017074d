import { connect } from 'mqtt'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { embedded, type LocalBroker } from '../../src/cli/demo/local-broker.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { ms } from '../../src/kernel/units.ts'
import { streamTopic } from '../../src/network/topics.ts'
import type { Agreement } from '../../src/sharing/agreement.ts'
import { streamIdOf } from '../../src/sharing/messages.ts'
import { freePort, PATIENCE_MS, waitUntil } from '../interop/mosquitto.ts'

const agreement: Agreement = {
  id: 'with-ally',
  partnerId: 'ally',
  product: 'doppler',
  dataModes: ['SIMULATED'],
  delay: ms(0),
  coarsening: {},
  receipts: true,
  retention: ms(1),
}
const topic = streamTopic(
  'SIMULATED',
  'demo-1',
  streamIdOf({
    station: 'demo-1',
    partner: 'ally',
    agreement: 'with-ally',
    product: 'doppler',
    dataMode: 'SIMULATED',
  }),
)

let broker: LocalBroker
beforeEach(async () => {
  broker = embedded({ access: { station: 'demo-1', agreements: [agreement] } }, await freePort())
  unwrap(await broker.start())
})
afterEach(() => broker.kill())

const client = async (username: string) => {
  const heard: string[] = []
  const link = connect(broker.url, { protocolVersion: 4, username, clientId: username, reconnectPeriod: 0 })
  link.on('message', (on) => heard.push(on))
  await new Promise((resolve) => link.once('connect', resolve))
  return { link, heard }
}

describe('the embedded broker of the demo', () => {
  it('gives a stream to its partner and nothing to a stranger who subscribes to everything', async () => {
    const station = await client('demo-1')
    const ally = await client('ally')
    const stranger = await client('stranger')
    await ally.link.subscribeAsync('azel/v1/+/+/stream/+', { qos: 1 })
    await stranger.link.subscribeAsync(['#', 'azel/v1/+/+/stream/+', topic], { qos: 1 })
    for (let count = 0; count < 5; count += 1) await station.link.publishAsync(topic, 'item', { qos: 1 })
    // Nor may he put anything there himself: what he publishes reaches nobody.
    stranger.link.publish(topic, 'forged', { qos: 1 })
    await waitUntil(() => ally.heard.length >= 5, PATIENCE_MS, 'the ally hears')
    await station.link.publishAsync(topic, 'last', { qos: 1 })
    await waitUntil(() => ally.heard.length >= 6, PATIENCE_MS, 'the ally hears the last')
    expect(ally.heard).toHaveLength(6)
    expect(stranger.heard).toEqual([])
    for (const { link } of [station, ally, stranger]) await link.endAsync(true)
  })

  it('can be killed and started again on the same port', async () => {
    const before = await client('ally')
    const gone = new Promise<void>((resolve) => before.link.once('close', () => resolve()))
    await broker.kill()
    await gone
    unwrap(await broker.start())
    const again = await client('ally')
    expect(again.link.connected).toBe(true)
    await again.link.endAsync(true)
    await before.link.endAsync(true)
  })
})
