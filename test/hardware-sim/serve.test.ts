import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command, CommanderError } from 'commander'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { rtlTcpHeader } from '../../hardware-sim/dongle/rtl-tcp-protocol.ts'
import {
  type ServiceEvent,
  type Serving,
  serveRotator,
  serveStation,
} from '../../hardware-sim/station/serve.ts'
import { registerSimCommand } from '../../src/cli/sim.ts'
import { sleep } from '../../src/kernel/clock.ts'
import { createRandom } from '../../src/kernel/random.ts'
import { createRealClock } from '../../src/kernel/real-clock.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { hz, ms } from '../../src/kernel/units.ts'
import { ISS, SITE } from './iss.ts'

const clock = createRealClock()
const common = { clock, random: createRandom(1), firmware: 'gs232b', mount: 'g5500' } as const
const loopback = { host: '127.0.0.1', port: 0 }

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const kept = (serving: Serving): Serving => {
  closing.push(serving.close)
  return serving
}
const open = async (place: string | undefined): Promise<Socket> => {
  const port = Number(/:(\d+)$/.exec(place ?? '')?.[1])
  const socket = connect(port, '127.0.0.1')
  closing.push(() => socket.destroy())
  await once(socket, 'connect')
  return socket
}
const until = async (done: () => boolean): Promise<void> => {
  for (let round = 0; round < 500 && !done(); round += 1) await sleep(clock, ms(10))
}

describe('the simulated hardware on TCP', () => {
  test('has a rotator that answers its one client and turns a second one away', async () => {
    const serving = kept(unwrap(await serveRotator({ ...common, listen: loopback })))
    const socket = await open(serving.places['rotator'])
    let heard = ''
    socket.on('data', (bytes) => {
      heard += bytes.toString('latin1')
    })
    socket.write('C2\r')
    await until(() => heard.endsWith('\n'))
    expect(heard).toBe('AZ=180  EL=045\r\n')
    const second = await open(serving.places['rotator'])
    second.on('error', () => {})
    await once(second, 'close')
    socket.destroy()
    await sleep(clock, ms(50))
    const third = await open(serving.places['rotator'])
    third.write('B\r')
    const [answer] = (await once(third, 'data')) as [Buffer]
    expect(answer.toString()).toBe('EL=045\r\n')
  })

  test('loses nothing that a client writes faster than the line carries: a STOP behind thousands of questions is obeyed', async () => {
    const stateFile = join(mkdtempSync(join(tmpdir(), 'azel-flood-')), 'state.json')
    // Four times what one read of a socket gives.
    const serving = kept(
      unwrap(await serveRotator({ ...common, baudRate: 4_000_000, stateFile, listen: loopback })),
    )
    const socket = await open(serving.places['rotator'])
    let heard = ''
    socket.on('data', (bytes) => {
      heard = (heard + bytes.toString('latin1')).slice(-64)
    })
    const speed = () => JSON.parse(readFileSync(stateFile, 'utf8')).axes.azimuth.velocity
    socket.write('W400 045\r')
    await until(() => speed() > 1)
    socket.write(`${'x'.repeat(262_144)}\r`)
    await until(() => heard.endsWith('?>\r\n'))
    expect(heard).toMatch(/\?>\r\n$/)
    expect(speed()).toBeGreaterThan(1)
    socket.write(`${'C2\r'.repeat(1400)}S\r`)
    await until(() => speed() === 0)
    expect(speed()).toBe(0)
    expect(heard).toMatch(/AZ=\d{3} {2}EL=045\r\n$/)
  })

  test('has an MD-01 that answers a packet, a fault that comes and goes, and comes back where it was pulled', async () => {
    const events: ServiceEvent[] = []
    const serving = kept(
      unwrap(
        await serveRotator({
          ...common,
          firmware: 'md01',
          mount: 'spid-ras',
          listen: loopback,
          faults: [
            { name: 'adapter-unplugged', fromSec: 0.3, untilSec: 0.5 },
            { name: 'adapter-renamed', fromSec: 0.8, untilSec: 0.9 },
          ],
          onEvent: (event) => events.push(event),
        }),
      ),
    )
    const place = serving.places['rotator']
    const ask = async (where: string | undefined): Promise<string> => {
      const socket = await open(where)
      socket.write(Buffer.from('W\0\0\0\0\0\0\0\0\0\0\x1f ', 'latin1'))
      const [answer] = (await once(socket, 'data')) as [Buffer]
      return answer.toString('latin1')
    }
    const standing = 'W\x05\x04\x00\x00\x0a\x04\x00\x05\x00\x0a '
    expect(await ask(place)).toBe(standing)
    await until(() => events.length >= 2)
    await sleep(clock, ms(50))
    expect(await ask(place)).toBe(standing)
    await until(() => events.some((event) => event.kind === 'moved'))
    const moved = events.find((event) => event.kind === 'moved')
    expect(moved?.place).not.toBe(place)
    expect(await ask(moved?.place)).toBe(standing)
    await expect(open(place)).rejects.toThrow('ECONNREFUSED')
  })

  test('has an rtl_tcp receiver at about its sample rate, and survives a client that vanishes', async () => {
    const serving = kept(
      unwrap(
        await serveStation({
          ...common,
          listen: loopback,
          receiverListen: loopback,
          site: SITE,
          elementSets: [ISS],
          transmitters: [{ catalogNumber: 25544, frequency: hz(437.8e6), name: 'beacon' }],
        }),
      ),
    )
    const first = await open(serving.places['receiver'])
    first.on('error', () => {})
    await sleep(clock, ms(100))
    first.resetAndDestroy()
    await sleep(clock, ms(50))
    const socket = await open(serving.places['receiver'])
    const chunks: Buffer[] = []
    socket.on('data', (bytes: Buffer) => chunks.push(bytes))
    await sleep(clock, ms(1000))
    const all = Buffer.concat(chunks)
    expect([...all.subarray(0, 12)]).toEqual([...rtlTcpHeader()])
    expect(all.length).toBeGreaterThan(300_000)
    expect(all.length).toBeLessThan(520_000)
  })

  test('says in one sentence that a port is taken', async () => {
    const serving = kept(unwrap(await serveRotator({ ...common, listen: loopback })))
    const port = Number(/:(\d+)$/.exec(serving.places['rotator'] ?? '')?.[1])
    const second = await serveRotator({ ...common, listen: { host: '127.0.0.1', port } })
    expect(second).toMatchObject({ ok: false, error: { code: 'sim.listen' } })
  })

  test('keeps a file at the true state of the antenna, from the beginning, and empties no older one', async () => {
    const stateFile = join(mkdtempSync(join(tmpdir(), 'azel-')), 'state.json')
    writeFileSync(stateFile, 'older')
    const reader = openSync(stateFile, 'r')
    closing.push(() => closeSync(reader))
    kept(unwrap(await serveRotator({ ...common, listen: loopback, stateFile })))
    expect(readFileSync(reader, 'utf8')).toBe('older')
    expect(JSON.parse(readFileSync(stateFile, 'utf8'))).toMatchObject({
      boresight: { azimuth: 180, elevation: 45 },
      axes: {
        azimuth: { antenna: 180, motor: 180, velocity: 0, motorStarts: 0, travelledDeg: 0, atStop: false },
        elevation: { antenna: 45, motor: 45, velocity: 0, motorStarts: 0, travelledDeg: 0, atStop: false },
      },
      homeKnown: true,
      faults: [],
    })
    const nowhere = await serveRotator({ ...common, listen: loopback, stateFile: '/nonexistent/state.json' })
    expect(nowhere).toMatchObject({ ok: false, error: { code: 'cli.usage' } })
  })
})

describe('azel sim', () => {
  const run = (...words: string[]): ChildProcess => {
    const script = new URL('run-sim.ts', import.meta.url).pathname
    const child = spawn(process.execPath, [script, 'sim', ...words], { stdio: ['ignore', 'pipe', 'pipe'] })
    closing.push(() => child.kill('SIGKILL'))
    return child
  }
  /** The command in this process: what it says on standard error and how it would end. */
  const refusal = async (words: readonly string[]) => {
    let complaint = ''
    const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      complaint += String(text)
      return true
    })
    const program = new Command('azel').exitOverride()
    registerSimCommand(program)
    for (const command of program.commands[0]?.commands ?? []) command.exitOverride()
    let code: number | string | null | undefined
    try {
      await program.parseAsync(['sim', ...words], { from: 'user' })
      code = process.exitCode
    } catch (thrown) {
      code = thrown instanceof CommanderError ? thrown.exitCode : undefined
    }
    process.exitCode = undefined
    write.mockRestore()
    return { code, complaint }
  }
  const outcome = async (child: ChildProcess) => {
    let complaint = ''
    child.stderr?.on('data', (bytes: Buffer) => {
      complaint += bytes.toString()
    })
    const [code] = (await once(child, 'close')) as [number | null]
    return { code, complaint }
  }

  test('says on one line where it listens and ends cleanly on SIGTERM and SIGINT', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const child = run('rotator', '--listen', '0')
      const ended = outcome(child)
      const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer]
      expect(JSON.parse(line.toString())).toEqual({
        simulated: true,
        rotator: expect.stringMatching(/^tcp:\/\/127\.0\.0\.1:\d+$/),
      })
      child.kill(signal)
      expect(await ended).toEqual({ code: 0, complaint: '' })
    }
  })

  test.each([
    [['rotator', '--firmware', 'unheard-of'], 'There is no simulated controller "unheard-of"'],
    [['rotator', '--mount', 'fixed'], 'A fixed antenna has no rotator'],
    [['rotator', '--port-path', 'a,b'], 'characters that socat would take for its own'],
    [['rotator', '--listen', 'localhost:99999'], 'Write it as HOST:PORT'],
    [['rotator', '--seed', '-1'], 'Give a whole number'],
    [['rotator', '--baud', '0'], 'Give a whole number from 50'],
    [['rotator', '--firmware', 'easycom2'], 'controller "easycom2" (did you mean easycomm2?). '],
    [['rotator', '--mount', 'spid'], 'mount "spid" (did you mean spid-ras?). '],
    [['rotator', '--fault', 'stuck-azimut@3'], 'fault "stuck-azimut" (did you mean stuck-azimuth?). '],
    [['rotator', '--firmware', 'md01', '--pulses-per-degree', '3'], 'Give 1, 2, 4 or 10.'],
    [['rotator', '--firmware', 'md01', '--pulses-per-degree', '2x'], 'Give 1, 2, 4 or 10.'],
    [
      ['rotator', '--firmware', 'rot2prog', '--pulses-per-degree', '10'],
      'counts 1, 2, 4 pulses per degree, not 10',
    ],
    [['rotator', '--pulses-per-degree', '2'], 'gs232b cannot be set to pulses per degree'],
    [['rotator', '--fault', 'x'], 'there are random, stuck-motor'],
    [['rotator', '--fault', 'storm@ten'], 'NAME@SECONDS or NAME@SECONDS-SECONDS'],
    [['rotator', '--fault', 'storm@9-3'], 'would end before it begins'],
    [['rotator', '--fault', 'storm@1000000'], 'later than a day'],
    [['rotator', '--port-path', '/etc/hostname'], 'it is no link to a terminal'],
    [['rotator', '--state-json', '/nonexistent/state.json'], 'cannot be written'],
    [['rotator', '--state-json', '/dev/null'], '/dev/null is no file'],
    [['station', '--elements', 'x', '--transmitters', 'y', '--site', '91,0,0'], 'latitude'],
    [['station', '--elements', '/nonexistent', '--transmitters', 'y', '--site', '1,2,3'], '/nonexistent'],
  ])('refuses %j with one clear line', async (words, sentence) => {
    const { code, complaint } = await refusal(words)
    expect(code).toBe(1)
    expect(complaint).toContain(sentence)
    expect(complaint.trim().split('\n')).toHaveLength(1)
  })

  test('says in its help what a station must be given', () => {
    const program = new Command()
    registerSimCommand(program)
    const station = program.commands[0]?.commands.find((command) => command.name() === 'station')
    const required = station?.options.filter((option) => option.mandatory) ?? []
    expect(required.map(({ long }) => long)).toEqual(['--elements', '--transmitters', '--site'])
    for (const { description } of required) expect(description).toMatch(/^required: /)
  })

  test('refuses transmitters that are on none of the satellites', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'azel-'))
    const fixture = JSON.parse(
      readFileSync(new URL('../fixtures/hardware-sim/iss-pass.json', import.meta.url), 'utf8'),
    ) as { omm: object }
    const elements = join(folder, 'elements.json')
    const transmitters = join(folder, 'transmitters.json')
    writeFileSync(elements, JSON.stringify([fixture.omm]))
    writeFileSync(
      transmitters,
      JSON.stringify([{ uuid: 'a', norad_cat_id: 7530, downlink_low: 145_977_500 }]),
    )
    const { code, complaint } = await refusal([
      'station',
      ...['--elements', elements, '--transmitters', transmitters, '--site', '51.5,0,50'],
    ])
    expect(code).toBe(1)
    expect(complaint).toContain('No transmitter of')
  })
})
