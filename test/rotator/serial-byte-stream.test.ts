import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SerialPortMock } from 'serialport'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ByteStream } from '../../src/kernel/byte-stream.ts'
import { sleep } from '../../src/kernel/clock.ts'
import type { Fault } from '../../src/kernel/errors.ts'
import { createRealClock } from '../../src/kernel/real-clock.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { ms } from '../../src/kernel/units.ts'
import { portHolder } from '../../src/rotator/port-holder.ts'
import { openSerialStream } from '../../src/rotator/serial-byte-stream.ts'
import { openSerialPort, serialOptions } from '../../src/rotator/serial-port.ts'

const immediate = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const settle = async (): Promise<void> => {
  for (let round = 0; round < 10; round += 1) await immediate()
}
const at = (port: string) => ({ port, baudRate: 9600, parity: 'none' }) as const
const realClock = createRealClock()
/** Waits for the world outside, which has no virtual time. */
const until = async (what: string, condition: () => boolean): Promise<void> => {
  for (let rounds = 0; !condition(); rounds += 1) {
    if (rounds > 500) throw new Error(`never happened: ${what}`)
    await sleep(realClock, ms(10))
  }
}

describe('a serial port as a byte stream', () => {
  const facts = { description: 'mock', provenance: 'simulated' } as const
  beforeEach(() => {
    SerialPortMock.binding.reset()
    SerialPortMock.binding.createPort('/dev/mock', { echo: false, record: true })
  })
  const makePort = (path = '/dev/mock'): SerialPortMock =>
    new SerialPortMock({ path, baudRate: 9600, autoOpen: false })

  it('carries bytes both ways', async () => {
    const port = makePort()
    const stream = unwrap(await openSerialStream(port, facts))
    const received: string[] = []
    stream.onBytes((bytes) => received.push(Buffer.from(bytes).toString('latin1')))
    unwrap(await stream.write(Buffer.from('C2\r')))
    expect(port.port?.recording.toString()).toBe('C2\r')
    port.port?.emitData('AZ=123  EL=045\r\n')
    await settle()
    expect(received.join('')).toBe('AZ=123  EL=045\r\n')
    expect(stream.provenance).toBe('simulated')
    await stream.close()
  })

  it('opens a port without touching its control lines, and leaves them as they are at the end', async () => {
    const touched: string[] = []
    const port = new SerialPortMock(serialOptions('/dev/mock', { baudRate: 600, parity: 'even' }))
    port.set = (options) => {
      touched.push(JSON.stringify(options))
    }
    const stream = unwrap(await openSerialStream(port, facts))
    // HUPCL would drop DTR at closing, and the next opening would reset the board. No flow control: it moves RTS.
    expect(port.port?.openOptions).toMatchObject({
      baudRate: 600,
      parity: 'even',
      hupcl: false,
      lock: true,
      rtscts: false,
    })
    unwrap(await stream.write(Buffer.from('C2\r')))
    await stream.close()
    expect(touched).toEqual([])
  })

  it('fails as a value where the port cannot be opened', async () => {
    expect((await openSerialStream(makePort('/dev/none'), facts)).ok).toBe(false)
  })

  it('never writes to a closed port, so that nothing is replayed at its next opening', async () => {
    const port = makePort()
    const stream = unwrap(await openSerialStream(port, facts))
    const closes: (Fault | undefined)[] = []
    stream.onClose((failure) => closes.push(failure))
    await stream.close()
    expect(await stream.write(Buffer.from('W300 045\r'))).toMatchObject({
      ok: false,
      error: { code: 'serial.failed' },
    })
    await new Promise<void>((resolve) => port.open(() => resolve()))
    await settle()
    expect(port.port?.recording.toString()).toBe('')
    expect(closes).toEqual([undefined])
  })

  it('settles a write whose callback never comes because the port closed', async () => {
    let closeListener: (error?: Error | null) => void = () => {}
    const stream = unwrap(
      await openSerialStream(
        {
          isOpen: true,
          open: (callback) => callback(null),
          // As a SerialPort does when it closes in the middle of a write.
          write: () => true,
          close: (callback) => callback(null),
          on: (event: string, listener: (value: never) => void) => {
            if (event === 'close') closeListener = listener as typeof closeListener
          },
        },
        facts,
      ),
    )
    const closes: (Fault | undefined)[] = []
    stream.onClose((failure) => closes.push(failure))
    const writing = stream.write(Buffer.from('C2\r'))
    closeListener(new Error('unplugged'))
    expect(await writing).toMatchObject({ ok: false, error: { code: 'serial.failed' } })
    expect(closes.map((failure) => failure?.code)).toEqual(['serial.failed'])
  })

  it('refuses to pile up bytes on a line that takes none', async () => {
    const port = makePort()
    const stream = unwrap(await openSerialStream(port, facts))
    const writes = Array.from({ length: 20 }, () => stream.write(new Uint8Array(1_000)))
    const outcomes = await Promise.all(writes)
    expect(outcomes.filter((outcome) => !outcome.ok).length).toBeGreaterThanOrEqual(16)
    await stream.close()
  })
})

describe('a serial port of this machine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'azel-serial-'))
  const running: { readonly kill: () => void }[] = []
  const streams: ByteStream[] = []
  afterEach(async () => {
    for (const stream of streams.splice(0)) await stream.close()
    for (const program of running.splice(0)) program.kill()
    rmSync(folder, { recursive: true, force: true })
  })

  it('that is missing is named, with those that exist', async () => {
    const outcome = await openSerialPort(at('/dev/azel-none'))
    expect(outcome).toMatchObject({ ok: false, error: { code: 'serial.missing' } })
    expect(!outcome.ok && outcome.error.message).toMatch(
      /^There is no serial port \/dev\/azel-none; the(re| ports)/,
    )
  })

  it('that is no device at all is refused', async () => {
    for (const path of ['/dev/null', tmpdir()]) {
      expect((await openSerialPort(at(path))).ok).toBe(false)
    }
    const file = join(mkdtempSync(join(tmpdir(), 'azel-file-')), 'port')
    writeFileSync(file, '')
    expect(await openSerialPort(at(file))).toMatchObject({
      ok: false,
      error: { code: 'serial.missing' },
    })
    rmSync(file)
  })

  const isRoot = process.getuid?.() === 0
  const hasSocat = spawnSync('socat', ['-V']).status === 0

  it('behind which is a pseudo-terminal is simulated, by whatever name', { skip: !hasSocat }, async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'azel-pty-')), 'rotator')
    const socat = spawn('socat', [`PTY,link=${path},raw,echo=0`, 'EXEC:cat'], { stdio: 'ignore' })
    running.push({ kill: () => socat.kill('SIGKILL') })
    await until('the pseudo-terminal', () => spawnSync('test', ['-e', path]).status === 0)
    const stream = unwrap(await openSerialPort(at(path)))
    streams.push(stream)
    expect(stream.provenance).toBe('simulated')
    let received = ''
    stream.onBytes((bytes) => {
      received += Buffer.from(bytes).toString('latin1')
    })
    unwrap(await stream.write(Buffer.from('C2\r')))
    await until('the echo', () => received === 'C2\r')

    // A second opening is refused: the port is locked.
    expect(await openSerialPort(at(path))).toMatchObject({
      ok: false,
      error: { code: 'serial.busy' },
    })

    // Who else has it open is named: socat holds both of its ends.
    expect(await portHolder(await realpath(path))).toContain(`socat, process ${socat.pid}`)
    expect(await portHolder('/dev/azel-none')).toBeUndefined()

    // Unplugged.
    let failure: Fault | undefined
    stream.onClose((reason) => {
      failure = reason
    })
    socat.kill('SIGKILL')
    await until('the close', () => failure !== undefined)
    expect(failure?.code).toBe('serial.failed')
    expect((await stream.write(Buffer.from('S\r'))).ok).toBe(false)
  })

  it('that belongs to others names their group', { skip: !hasSocat || !isRoot }, async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'azel-perm-')), 'rotator')
    const socat = spawn('socat', [`PTY,link=${path},raw,echo=0,mode=600`, 'EXEC:cat'], { stdio: 'ignore' })
    running.push({ kill: () => socat.kill('SIGKILL') })
    await until('the pseudo-terminal', () => spawnSync('test', ['-e', path]).status === 0)
    spawnSync('chmod', ['755', join(path, '..')])
    // Root may open anything: ask as nobody, in a process of its own.
    const script = `
      const { openSerialPort } = await import(${JSON.stringify(new URL('../../src/rotator/serial-port.ts', import.meta.url).href)})
      process.setgid(65534); process.setuid(65534)
      console.log(JSON.stringify(await openSerialPort(${JSON.stringify(at(path))})))
      process.exit(0)`
    const asked = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
    const outcome: unknown = JSON.parse(asked.stdout)
    expect(outcome).toMatchObject({ ok: false, error: { code: 'serial.permission' } })
    expect(JSON.stringify(outcome)).toMatch(/belongs to the group (tty|root)/)
  })
})
