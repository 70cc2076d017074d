import { networkInterfaces } from 'node:os'
import { describe, expect, it } from 'vitest'
import { createRealClock } from '../../src/kernel/real-clock.ts'
import { readTcpPlace } from '../../src/station/configuration/tcp-place.ts'
import { provenanceOfTcpRotator, rotatorOpener } from '../../src/station/device-lines.ts'

const clock = createRealClock()
const ownAddresses = Object.values(networkInterfaces()).flatMap((list) =>
  (list ?? []).map(({ address }) => address),
)

describe('a rotator on TCP', () => {
  it.for(['127.0.0.1', '127.8.9.10', 'localhost', '::1', '0.0.0.0', '::ffff:127.0.0.1', ...ownAddresses])(
    'is simulated on this very host: %s',
    async (host) => {
      expect(await provenanceOfTcpRotator(clock, host)).toBe('simulated')
    },
  )

  // Documentation's own addresses (RFC 5737, RFC 3849): nobody's.
  it.for(['192.0.2.7', '198.51.100.1', '2001:db8::7', '::ffff:192.0.2.7'])(
    'can be real on another host: %s',
    async (host) => {
      expect(await provenanceOfTcpRotator(clock, host)).toBe('real')
    },
  )

  it('is told in a sentence when its host is not known', async () => {
    const port = 'tcp://no-such-host.invalid:4001'
    const opened = await rotatorOpener({ clock, driver: 'gs232b', port, baudRate: 9600 })()
    expect(opened).toMatchObject({ ok: false, error: { code: 'link.refused' } })
  })

  it('is the only way to a rotctld', async () => {
    const opened = await rotatorOpener({ clock, driver: 'rotctld', port: '/dev/ttyUSB0' })()
    expect(opened).toMatchObject({ ok: false, error: { code: 'link.refused' } })
    expect(!opened.ok && opened.error.message).toContain('tcp://HOST:PORT')
  })
})

describe('the place of a device on TCP', () => {
  it.for([
    ['127.0.0.1:1234', '127.0.0.1', 1234],
    ['tcp://rotator.example:4001', 'rotator.example', 4001],
    ['tcp://[::1]:4001', '::1', 4001],
  ] as const)('is read from %s', ([text, host, port]) => {
    expect(readTcpPlace(text)).toEqual({ host, port })
  })

  it.for([
    'tcp://host',
    'host:',
    'host:0',
    'host:65536',
    ':1234',
    'a b:1',
    'user@host:1',
    '::1:1234',
    'host:1/x',
  ])('is not read from %s', (text) => {
    expect(readTcpPlace(text)).toBeUndefined()
  })
})
