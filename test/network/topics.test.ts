import { describe, expect, it } from 'vitest'
import { ms } from '../../src/kernel/units.ts'
import { accessOf, mayRead, mayWrite, mosquittoAccessFile } from '../../src/network/access.ts'
import {
  birthTopic,
  checkpointTopic,
  inboxTopic,
  partnerSubscriptions,
  readTopic,
  stationSubscriptions,
  statusTopic,
  streamTopic,
} from '../../src/network/topics.ts'
import type { Agreement } from '../../src/sharing/agreement.ts'
import { streamIdOf } from '../../src/sharing/messages.ts'
import { matches } from '../simulation/simulated-broker.ts'

const STREAM = 'a1'.repeat(16)

describe('topics', () => {
  it('are read back as they were made', () => {
    const place = { dataMode: 'EXERCISE', station: 'oslo-1' }
    expect(readTopic(birthTopic('EXERCISE', 'oslo-1'))).toEqual({ kind: 'birth', ...place })
    expect(readTopic(statusTopic('EXERCISE', 'oslo-1'))).toEqual({ kind: 'status', ...place })
    expect(readTopic(streamTopic('EXERCISE', 'oslo-1', STREAM))).toEqual({
      kind: 'stream',
      stream: STREAM,
      ...place,
    })
    expect(readTopic(checkpointTopic('EXERCISE', 'oslo-1', STREAM))).toEqual({
      kind: 'checkpoint',
      stream: STREAM,
      ...place,
    })
    expect(
      readTopic(inboxTopic({ dataMode: 'EXERCISE', station: 'oslo-1', partner: 'denmark', kind: 'resend' })),
    ).toEqual({
      kind: 'inbox',
      partner: 'denmark',
      inbox: 'resend',
      ...place,
    })
  })

  it.each([
    '',
    '/',
    'azel/v1',
    'azel/v2/real/oslo-1/birth',
    'azel/v1/REAL/oslo-1/birth',
    'azel/v1/other/oslo-1/birth',
    'azel/v1//oslo-1/birth',
    'azel/v1/real/Oslo/birth',
    'azel/v1/real/oslo-1/birth/x',
    'azel/v1/real/oslo-1/stream',
    'azel/v1/real/oslo-1/stream/a b',
    'azel/v1/real/oslo-1/stream/../birth',
    `azel/v1/real/oslo-1/stream/${'a'.repeat(33)}`,
    'azel/v1/real/oslo-1/stream/x/y',
    'azel/v1/real/oslo-1/from/denmark',
    'azel/v1/real/oslo-1/from/denmark/order',
    'azel/v1/real/oslo-1/from//receipt',
    'azel/v1/real/oslo-1/from/denmark/receipt/x',
    'azel/v1/real/oslo-1/from/constructor',
  ])('%j is none of ours', (topic) => {
    expect(readTopic(topic)).toBeUndefined()
  })

  it.each(['+', '#', 'a/b', '', 'A', 'a\u0000', 'å', 'a'.repeat(33), '../x', 'a\n'])(
    'the id %j reaches no topic: a wildcard in a publish would block the client for ever',
    (id) => {
      expect(() => streamTopic('REAL', 'oslo-1', id)).toThrow('internal mistake')
      expect(() => birthTopic('REAL', id)).toThrow('internal mistake')
      expect(() => inboxTopic({ dataMode: 'REAL', station: 'oslo-1', partner: id, kind: 'receipt' })).toThrow(
        'internal mistake',
      )
    },
  )
})

const agreementOf = (id: string, partnerId: string, dataModes: Agreement['dataModes']): Agreement => ({
  id,
  partnerId,
  product: 'doppler',
  dataModes,
  delay: ms(0),
  coarsening: {},
  receipts: true,
  retention: ms(1),
})
const policy = {
  station: 'oslo-1',
  agreements: [
    agreementOf('no-dk', 'denmark', ['REAL', 'EXERCISE']),
    agreementOf('no-se', 'sweden', ['REAL']),
  ],
}
const streamFor = (partner: string, agreement: string, dataMode: 'REAL' | 'EXERCISE') =>
  streamIdOf({ station: 'oslo-1', partner, agreement, product: 'doppler', dataMode })

describe('the access list', () => {
  const mine = streamTopic('REAL', 'oslo-1', streamFor('denmark', 'no-dk', 'REAL'))

  it('gives a partner his streams to read and his inbox to write, and nothing else', () => {
    expect(mayRead(policy, 'denmark', mine)).toBe(true)
    expect(mayRead(policy, 'sweden', mine)).toBe(false)
    expect(mayRead(policy, 'nobody', mine)).toBe(false)
    expect(mayWrite(policy, 'denmark', mine)).toBe(false)
    const exercise = streamFor('denmark', 'no-dk', 'EXERCISE')
    expect(mayRead(policy, 'denmark', streamTopic('EXERCISE', 'oslo-1', exercise))).toBe(true)
    expect(mayRead(policy, 'denmark', streamTopic('REAL', 'oslo-1', exercise))).toBe(false)
    expect(mayRead(policy, 'sweden', statusTopic('EXERCISE', 'oslo-1'))).toBe(false)
    const inbox = inboxTopic({ dataMode: 'REAL', station: 'oslo-1', partner: 'denmark', kind: 'receipt' })
    expect([
      mayWrite(policy, 'denmark', inbox),
      mayRead(policy, 'denmark', inbox),
      mayWrite(policy, 'sweden', inbox),
    ]).toEqual([true, false, false])
    expect(accessOf(policy, 'nobody')).toEqual({ read: [], write: [] })
  })

  it('gives the station its own tree and nobody else’s', () => {
    expect(mayWrite(policy, 'oslo-1', mine)).toBe(true)
    expect(mayWrite(policy, 'oslo-1', mine.replace('oslo-1', 'oslo-2'))).toBe(false)
    expect(mayRead(policy, 'oslo-1', 'azel/v1/real/oslo-1')).toBe(false)
    expect(mayRead(policy, 'oslo-1', `x/${mine}`)).toBe(false)
  })

  it('is reached by what station and partners subscribe to', () => {
    const { read, write } = accessOf(policy, 'denmark')
    for (const topic of read)
      expect(partnerSubscriptions().some((filter) => matches(filter, topic))).toBe(true)
    for (const topic of write)
      expect(stationSubscriptions('oslo-1').some((filter) => matches(filter, topic))).toBe(true)
  })

  it('says the same in mosquitto’s words, where a partner without an agreement is no user', () => {
    const text = mosquittoAccessFile(policy, ['denmark', 'sweden', 'finland'])
    const ofUser = (user: string) =>
      (text.split(/^user /m).find((part) => part.startsWith(`${user}\n`)) ?? '')
        .split('\n')
        .filter((line) => line.startsWith('topic '))
    const { read, write } = accessOf(policy, 'denmark')
    expect(ofUser('denmark')).toEqual([
      ...read.map((topic) => `topic read ${topic}`),
      ...write.map((topic) => `topic write ${topic}`),
    ])
    expect(ofUser('finland')).toEqual([])
    expect(text).not.toMatch(/^topic (?!read |write |readwrite )/m)
    expect(text).not.toContain('#\n\nuser denmark\ntopic readwrite')
  })
})
