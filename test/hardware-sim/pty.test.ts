import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { type ServiceEvent, serveRotator } from '../../hardware-sim/station/serve.ts'
import { sleep } from '../../src/kernel/clock.ts'
import { createRandom } from '../../src/kernel/random.ts'
import { createRealClock } from '../../src/kernel/real-clock.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { ms } from '../../src/kernel/units.ts'

const hasSocat = spawnSync('socat', ['-V']).error === undefined
const clock = createRealClock()
const common = { clock, random: createRandom(1), firmware: 'gs232b', mount: 'g5500' } as const

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const until = async (done: () => boolean): Promise<void> => {
  for (let round = 0; round < 500 && !done(); round += 1) await sleep(clock, ms(10))
  if (!done()) throw new Error('not within five seconds')
}
const newPath = (): string => join(mkdtempSync(join(tmpdir(), 'azel-pty-')), 'port')
const ask = async (path: string): Promise<string> => {
  const port: FileHandle = await open(path, 'r+')
  await port.write('C2\r')
  const { bytesRead, buffer } = await port.read(Buffer.alloc(64), 0, 64)
  await port.close()
  return buffer.subarray(0, bytesRead).toString()
}

describe.skipIf(!hasSocat)('a simulated controller on a pseudo-terminal', () => {
  test('answers under its link, which goes with it and whose path serves the next', async () => {
    const portPath = newPath()
    for (let round = 0; round < 2; round += 1) {
      const serving = unwrap(await serveRotator({ ...common, portPath }))
      expect(serving.places['rotator']).toBe(portPath)
      expect(await ask(portPath)).toMatch(/^AZ=180/)
      await serving.close()
      expect(existsSync(portPath)).toBe(false)
    }
  })

  test('takes the place of a dead link, and of nothing else', async () => {
    const portPath = newPath()
    symlinkSync('/dev/pts/none', portPath)
    const serving = unwrap(await serveRotator({ ...common, portPath }))
    closing.push(serving.close)
    expect(readlinkSync(portPath)).toMatch(/^\/dev\/pts\/\d+$/)
    const second = await serveRotator({ ...common, portPath })
    expect(second).toMatchObject({ ok: false, error: { code: 'sim.pty' } })
    expect(await ask(portPath)).toMatch(/^AZ=180/)
    const file = newPath()
    writeFileSync(file, 'precious')
    expect(await serveRotator({ ...common, portPath: file })).toMatchObject({ ok: false })
    expect(existsSync(file)).toBe(true)
  })

  test('hangs up when it is pulled, and comes back at its path or at another', async () => {
    const portPath = newPath()
    const events: ServiceEvent[] = []
    const serving = unwrap(
      await serveRotator({
        ...common,
        portPath,
        faults: [
          { name: 'adapter-unplugged', fromSec: 0.1, untilSec: 0.4 },
          { name: 'adapter-renamed', fromSec: 0.8, untilSec: 1 },
        ],
        onEvent: (event) => events.push(event),
      }),
    )
    closing.push(serving.close)
    await until(() => !existsSync(portPath))
    await until(() => existsSync(portPath))
    expect(await ask(portPath)).toMatch(/^AZ=180/)
    await until(() => events.some((event) => event.kind === 'moved'))
    expect(events.find((event) => event.kind === 'moved')).toEqual({ kind: 'moved', place: `${portPath}-2` })
    expect(existsSync(portPath)).toBe(false)
    expect(await ask(`${portPath}-2`)).toMatch(/^AZ=180/)
  })

  test('says so when somebody else ends its socat', async () => {
    const portPath = newPath()
    const events: ServiceEvent[] = []
    const serving = unwrap(
      await serveRotator({ ...common, portPath, onEvent: (event) => events.push(event) }),
    )
    closing.push(serving.close)
    const listed = spawnSync('ps', ['-eo', 'pid=,args=']).stdout.toString().split('\n')
    const pid = Number(
      listed
        .find((line) => line.includes(`link=${portPath}`))
        ?.trim()
        .split(' ')[0],
    )
    process.kill(pid)
    await until(() => events.some((event) => event.kind === 'trouble'))
  })

  test('keeps a host waiting that writes faster than the line carries, and closes while it waits', async () => {
    const portPath = newPath()
    const serving = unwrap(await serveRotator({ ...common, portPath }))
    const terminal = openSync(portPath, 'w')
    // More than pipe and terminal hold, and half an hour of it at 9600 baud.
    const writer = spawn('sh', ['-c', 'head -c 2000000 /dev/zero | tr "\\0" x; printf "\\r"'], {
      stdio: ['ignore', terminal, 'ignore'],
    })
    closing.push(() => writer.kill('SIGKILL'))
    closeSync(terminal)
    let ended = false
    writer.once('close', () => {
      ended = true
    })
    await sleep(clock, ms(500))
    expect(ended).toBe(false)
    await serving.close()
    expect(existsSync(portPath)).toBe(false)
  })

  test('loses what a host does not read instead of keeping it', async () => {
    const portPath = newPath()
    const faults = [{ name: 'controller-endless', fromSec: 0 } as const]
    const serving = unwrap(await serveRotator({ ...common, portPath, baudRate: 4_000_000, faults }))
    closing.push(serving.close)
    const terminal = openSync(portPath, 'w')
    closing.push(() => closeSync(terminal))
    const writer = spawn('sh', ['-c', 'while :; do printf "C2\\r"; done'], {
      stdio: ['ignore', terminal, 'ignore'],
    })
    const before = process.memoryUsage().rss
    await sleep(clock, ms(1500))
    writer.kill('SIGKILL')
    await once(writer, 'close')
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6)
  })
})
