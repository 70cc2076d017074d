import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Configuration } from '../../src/station/configuration/schema.ts'
import { runInFolder } from '../cli/run-in-process.ts'
import { PATIENCE_MS, waitUntil } from '../interop/mosquitto.ts'
import {
  createDaemonWorld,
  type DaemonWorld,
  devices,
  has,
  type Running,
  type Simulated,
  sharing,
} from './daemon-world.ts'

// Whatever is wrong: one clear line with its code, no stack trace, and an antenna that has not moved.

let world: DaemonWorld
let hardware: DaemonWorld
let simulated: Simulated
const closing: (() => void)[] = []
beforeAll(async () => {
  hardware = createDaemonWorld()
  simulated = await hardware.simulate()
  await waitUntil(
    () => readFileSync(hardware.path('state.json'), 'utf8') !== '',
    PATIENCE_MS,
    'the antenna is there',
  )
})
afterAll(async () => {
  for (const close of closing.splice(0)) close()
  await hardware.destroy()
})
beforeEach(() => {
  world = createDaemonWorld()
})
afterEach(() => world.destroy())

const boresight = (): unknown => {
  const { axes } = JSON.parse(readFileSync(hardware.path('state.json'), 'utf8')) as {
    readonly axes: Record<'azimuth' | 'elevation', { readonly antenna: number }>
  }
  return [axes.azimuth.antenna, axes.elevation.antenna]
}

/** The lines that name a trouble, by their codes. */
const codesIn = (text: string): readonly string[] =>
  [...text.matchAll(/\[([a-z]+\.[a-z-]+)\]/g)].map((match) => match[1] ?? '')

/** A server of something else, until the end of the file. */
const portOf = (
  answer: (socket: Socket, bytes: Buffer) => void,
  greet: (socket: Socket) => void = () => {},
): Promise<number> =>
  new Promise((resolve) => {
    const sockets = new Set<Socket>()
    const server = createServer((socket) => {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('data', (bytes) => answer(socket, bytes))
      greet(socket)
    })
    closing.push(() => {
      for (const socket of sockets) socket.destroy()
      server.close()
    })
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(address !== null && typeof address === 'object' ? address.port : 0)
    })
  })

const asRotator = (configuration: Configuration, port: string) => {
  if (configuration.antenna.kind !== 'fixed') Object.assign(configuration.antenna.rotator, { port })
}

interface Fatal {
  readonly what: string
  readonly code: string
  readonly says?: RegExp
  readonly make: (configuration: Configuration) => unknown
}

const withDatabase = (sql: string): void => {
  mkdirSync(world.path('data'))
  const database = new DatabaseSync(world.path('data/station.sqlite'))
  database.exec(sql)
  database.close()
}

const FATAL: readonly Fatal[] = [
  {
    what: 'a mistake in two settings',
    code: 'config.invalid',
    says: /azel\.yaml:\d+: station\.latitudeDeg: .*\n.*azel\.yaml:\d+: receiver\.gainDb: /,
    make: (configuration) => {
      Object.assign(configuration.station, { latitudeDeg: 'north' })
      Object.assign(configuration.receiver, { gainDb: 'loud' })
    },
  },
  {
    what: 'a TCP port that cannot be',
    code: 'config.invalid',
    says: /antenna\.rotator\.port: write it as tcp:\/\/HOST:PORT/,
    make: (configuration) => asRotator(configuration, 'tcp://127.0.0.1:99999'),
  },
  {
    what: 'a missing key',
    code: 'secret.unreadable',
    make: () => rmSync(world.path('station.key')),
  },
  {
    what: 'a key that others can read',
    code: 'secret.permissions',
    make: () => chmodSync(world.path('station.key'), 0o644),
  },
  {
    what: 'a key that is none',
    code: 'key.invalid',
    make: () => writeFileSync(world.path('station.key'), 'hello\n'),
  },
  {
    what: 'a missing password file',
    code: 'secret.unreadable',
    make: (configuration) =>
      Object.assign(configuration, {
        broker: { url: 'mqtt://127.0.0.1:1', passwordFile: world.path('no-such-file') },
      }),
  },
  {
    what: 'a missing element file',
    code: 'catalog.unreadable',
    make: () => rmSync(world.path('elements.csv')),
  },
  {
    what: 'an empty element file',
    code: 'catalog.empty',
    make: () => writeFileSync(world.path('elements.csv'), ''),
  },
  {
    what: 'a web page for elements',
    code: 'catalog.format',
    make: () => writeFileSync(world.path('elements.csv'), '<!DOCTYPE html><html></html>'),
  },
  {
    what: 'transmitters that are none',
    code: 'catalog.transmitters',
    make: () => writeFileSync(world.path('transmitters.json'), 'hello'),
  },
  {
    what: 'a data folder that is a file',
    code: 'store.open',
    make: () => writeFileSync(world.path('data'), ''),
  },
  {
    what: 'data that is no database',
    code: 'store.corrupt',
    make: () => {
      mkdirSync(world.path('data'))
      writeFileSync(world.path('data/station.sqlite'), 'no database '.repeat(1000))
    },
  },
  {
    what: 'data of a newer version',
    code: 'store.newer',
    make: () => withDatabase('PRAGMA user_version = 99'),
  },
  {
    what: 'a driver that does not exist',
    code: 'config.invalid',
    make: (configuration) => {
      if (configuration.antenna.kind !== 'fixed')
        Object.assign(configuration.antenna.rotator, { driver: 'crystal-ball' })
    },
  },
]

describe('azel run ends with 1 and one clear line', () => {
  it.for(FATAL)('for $what', async ({ code, says, make }) => {
    const before = boresight()
    const config = world.configure((configuration) => {
      devices(simulated)(configuration)
      make(configuration)
    })
    const { ended, stdout, stderr } = await runInFolder(world.folder, 'run', '--config', config)
    expect(ended).toBe(1)
    expect(codesIn(stderr)).toEqual([code])
    if (says !== undefined) expect(stderr).toMatch(says)
    expect(stderr).not.toContain('    at ')
    expect(stdout).toBe('')
    expect(boresight()).toEqual(before)
  })

  it.for([
    ['missing', 'config.unreadable', undefined],
    ['empty', 'config.invalid', ''],
    ['huge', 'config.too-large', '#'.repeat(2_000_000)],
    ['of another kind', 'config.syntax', 'a: [b\n'],
  ] as const)('for a configuration that is %s', async ([, code, content]) => {
    if (content !== undefined) writeFileSync(world.path('azel.yaml'), content)
    const { ended, stderr } = await runInFolder(world.folder, 'run', '--config', world.path('azel.yaml'))
    expect(ended).toBe(1)
    expect(codesIn(stderr)).toEqual([code])
    expect(stderr).not.toContain('    at ')
  })

  it('for a data folder that a second daemon uses, whose work goes on', async () => {
    const config = world.configure()
    const first = world.azel(['run', '--config', config])
    await waitUntil(() => first.stderr().includes('ready; '), PATIENCE_MS, 'the first is ready')
    const second = await runInFolder(world.folder, 'run', '--config', config)
    expect(second.ended).toBe(1)
    expect(codesIn(second.stderr)).toEqual(['store.locked'])
    first.kill('SIGTERM')
    expect(await first.ended).toBe(0)
  })
})

describe.skipIf(process.getuid?.() !== 0 || !has('setpriv'))('without the powers of root', () => {
  const nobody = 65_534

  it('ends with 1 and one clear line for a data folder that it may not write to', async () => {
    mkdirSync(world.path('data'), { mode: 0o755 })
    chownSync(world.path('data'), nobody, nobody)
    const config = world.configure()
    // Root without capabilities: bound by permissions like anybody, and still able to read this checkout, wherever it is.
    const prefix = ['setpriv', '--bounding-set=-all', '--inh-caps=-all']
    const daemon = world.azel(['run', '--config', config], { prefix })
    expect(await daemon.ended).toBe(1)
    expect(codesIn(daemon.stderr())).toEqual(['store.open'])
    expect(existsSync(world.path('data/station.sqlite'))).toBe(false)
  })
})

interface Lasting {
  readonly what: string
  readonly code: string
  readonly says?: RegExp
  readonly make: (configuration: Configuration, path: DaemonWorld['path']) => Promise<unknown> | unknown
}

const LASTING: readonly Lasting[] = [
  { what: 'a missing serial port', code: 'serial.missing', make: () => {} },
  {
    what: 'a serial port that is a file',
    code: 'serial.missing',
    make: (configuration, path) => asRotator(configuration, path('elements.csv')),
  },
  {
    what: 'a rotator whose host is not known',
    code: 'link.refused',
    says: /host no-such-host\.invalid is not known/,
    make: (configuration) => asRotator(configuration, 'tcp://no-such-host.invalid:4001'),
  },
  {
    what: 'another program behind the port of rtl_tcp',
    code: 'receiver.protocol',
    make: async (configuration) => {
      const port = await portOf(
        () => {},
        (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
      )
      Object.assign(configuration.receiver, { rtlTcp: `127.0.0.1:${port}` })
    },
  },
  {
    what: 'a rotator port with another program behind it',
    code: 'rotator.mute',
    make: async (configuration) =>
      asRotator(configuration, `tcp://127.0.0.1:${await portOf((socket) => socket.write('login: \r\n'))}`),
  },
  {
    what: 'an unreachable broker',
    code: 'broker.unreachable',
    make: (configuration) => sharing('mqtt://127.0.0.1:1')(configuration),
  },
  {
    what: 'a broker that speaks MQTT 3.1.1 only',
    code: 'broker.protocol',
    make: async (configuration) => {
      // CONNACK with return code 1, "unacceptable protocol version" (MQTT 3.1.1, 3.2.2.3).
      const port = await portOf((socket) => socket.end(Buffer.from([0x20, 0x02, 0x00, 0x01])))
      sharing(`mqtt://127.0.0.1:${port}`)(configuration)
    },
  },
]

/** All that the station says of one trouble, once it has had the time for several tries. */
const settledCodes = async (daemon: Running, code: string): Promise<readonly string[]> => {
  await waitUntil(
    () => codesIn(daemon.stderr()).includes(code),
    PATIENCE_MS,
    () => `${code}: ${daemon.stderr()}`,
  )
  await waitUntil(() => daemon.stderr().includes('ready; '), PATIENCE_MS, 'ready all the same')
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  return codesIn(daemon.stderr()).filter((other) => other === code)
}

const journaledBy = async (config: string): Promise<number> => {
  const { stdout } = await runInFolder(world.folder, 'status', '--config', config, '--json')
  if (stdout === '') return 0
  const { report } = JSON.parse(stdout) as { readonly report: { readonly journaled: number } }
  return report.journaled
}

describe('azel run says it in one line and goes on trying', () => {
  // They wait more than they work: all begin together, each in a world of its own.
  const troubled = new Map<
    string,
    { readonly world: DaemonWorld; readonly daemon: Running; readonly codes: Promise<readonly string[]> }
  >()
  beforeAll(async () => {
    for (const { what, code, make } of LASTING) {
      const own = createDaemonWorld()
      const config = await own.configureLater(async (configuration) => {
        Object.assign(configuration.receiver, { rtlTcp: simulated.receiver })
        await make(configuration, own.path)
      })
      const daemon = own.azel(['run', '--config', config])
      const codes = settledCodes(daemon, code)
      // Its own test looks at what went wrong with it.
      codes.catch(() => {})
      troubled.set(what, { world: own, daemon, codes })
    }
  })
  afterAll(async () => {
    for (const each of troubled.values()) await each.world.destroy()
  })

  it.for(LASTING)('with $what', async ({ what, code, says }) => {
    const started = troubled.get(what)
    if (started === undefined) throw new Error('it was not started')
    const { daemon, codes } = started
    // Told once, not at every try.
    expect(await codes).toEqual([code])
    if (says !== undefined) expect(daemon.stderr()).toMatch(says)
    expect(daemon.stderr()).not.toContain('    at ')
    // A mute rotator's stop is tried for ten seconds; another test waits for that.
    daemon.kill(code === 'rotator.mute' ? 'SIGKILL' : 'SIGTERM')
    expect(await daemon.ended).toBe(code === 'rotator.mute' ? 'SIGKILL' : 0)
  })

  it('records although the broker cannot be reached', async () => {
    const config = world.configure((configuration) => {
      sharing('mqtt://127.0.0.1:1')(configuration)
      Object.assign(configuration.receiver, { rtlTcp: simulated.receiver })
      Object.assign(configuration, {
        antenna: { kind: 'fixed', beamWidthDeg: 60, azimuthDeg: 186, elevationDeg: 50 },
      })
    })
    const daemon = world.azel(['run', '--config', config])
    await waitUntil(async () => (await journaledBy(config)) > 0, PATIENCE_MS, 'something is measured')
    daemon.kill('SIGTERM')
    expect(await daemon.ended).toBe(0)
    const database = new DatabaseSync(world.path('data/station.sqlite'), { readOnly: true })
    const count = (table: string): number =>
      Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n'])
    expect(count('journal')).toBeGreaterThan(0)
    // Released, and in custody until the partner has signed for it.
    expect(count('item WHERE sent = 0')).toBe(count('journal'))
    database.close()
  })
})

describe.skipIf(!has('socat'))('a busy serial port', () => {
  it('is told by the second daemon in one line, and the first keeps it', async () => {
    const own = await world.simulate({ pty: true })
    const first = world.azel(['run', '--config', world.configure(devices(own))])
    await waitUntil(() => first.stderr().includes('Rotator connected'), PATIENCE_MS, 'the first has the port')
    const config = world.configure((configuration) => {
      devices(own)(configuration)
      Object.assign(configuration.station, { dataFolder: world.path('other-data') })
    })
    const second = world.azel(['run', '--config', config])
    expect(await settledCodes(second, 'serial.busy')).toEqual(['serial.busy'])
    expect(second.stderr()).not.toContain('    at ')
    second.kill('SIGTERM')
    expect(await second.ended).toBe(0)
    first.kill('SIGTERM')
    expect(await first.ended).toBe(0)
    expect(first.stderr()).not.toContain('[link.closed]')
  })
})
