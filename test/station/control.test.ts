import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Fault, fault } from '../../src/kernel/errors.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { err, ok, type Result, unwrap } from '../../src/kernel/result.ts'
import { type ControlServer, startControlServer } from '../../src/station/control-server.ts'
import { createLatchFile } from '../../src/station/latch-file.ts'
import type { Station } from '../../src/station/station.ts'
import { headline, type StatusReport, statusLine, statusLines } from '../../src/station/status-text.ts'

const report: StatusReport = {
  station: 'oslo-1',
  nowUtcMs: Date.UTC(2026, 7, 23, 5),
  phase: 'tracking',
  fault: undefined,
  azimuthDeg: 123.4,
  elevationDeg: 45.6,
  receiverConnected: true,
  heardInPass: 7,
  brokerConfigured: true,
  brokerConnected: true,
  journaled: 12,
  queued: 0,
  lost: 0,
  sent: 10,
  sentAgain: 1,
  waitingForRelease: 2,
  pass: {
    name: 'ISS (ZARYA)',
    startUtcMs: Date.UTC(2026, 7, 23, 4, 58),
    stopUtcMs: Date.UTC(2026, 7, 23, 5, 6),
  },
}

let folder = ''
let server: ControlServer | undefined
let asked: string[] = []
let stopOutcome: Result<void, Fault> = ok(undefined)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'azel-control-'))
  asked = []
  stopOutcome = ok(undefined)
})
afterEach(async () => {
  await server?.close()
  server = undefined
  rmSync(folder, { recursive: true, force: true })
})

const path = () => join(folder, 'control.sock')

const start = async () => {
  const antenna = {
    stop: async () => {
      asked.push('stop')
      return stopOutcome
    },
    park: () => {
      asked.push('park')
      return ok(undefined)
    },
    clearFault: () => asked.push('clear-fault'),
  }
  server = unwrap(
    await startControlServer({
      path: path(),
      // Only its antenna is used.
      station: { antenna } as unknown as Station,
      report: () => report,
      log: silentLog,
    }),
  )
}

const send = (text: string): Promise<string> =>
  new Promise((resolve) => {
    let answer = ''
    const socket = connect(path())
    socket.on('connect', () => socket.write(text))
    socket.on('data', (chunk) => {
      answer += chunk.toString()
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(answer))
  })

describe('the control socket', () => {
  it('carries out what is asked and says how the station is', async () => {
    await start()
    for (const command of ['status', 'stop', 'park', 'clear-fault']) {
      const answer: unknown = JSON.parse(await send(`${JSON.stringify({ command })}\n`))
      expect(answer).toMatchObject({ ok: true, report: { station: 'oslo-1', journaled: 12 } })
    }
    expect(asked).toEqual(['stop', 'park', 'clear-fault'])
  })

  it('says so when the antenna was not seen to stop', async () => {
    await start()
    stopOutcome = err(fault('motion.not-stopped', 'It still moves'))
    expect(JSON.parse(await send('{"command":"stop"}\n'))).toEqual({
      ok: false,
      failure: { code: 'motion.not-stopped', message: 'It still moves' },
    })
  })

  it.each([
    ['garbage', '\u0000\u0001garbage\n'],
    ['another command', '{"command":"format-disk"}\n'],
    ['a doubled key', '{"command":"status","command":"stop"}\n'],
    ['an endless line', 'x'.repeat(10_000)],
    ['a list', '[]\n'],
  ])('does nothing for %s and stays there', async (_name: string, text: string) => {
    await start()
    expect(await send(text)).toContain('"ok":false')
    expect(asked).toEqual([])
    expect(await send('{"command":"status"}\n')).toContain('"ok":true')
  })

  it('can be opened by its owner alone, and replaces the socket of a daemon that died', async () => {
    writeFileSync(path(), '')
    await start()
    expect(statSync(path()).mode & 0o777).toBe(0o600)
    expect(await send('{"command":"status"}\n')).toContain('"ok":true')
  })

  it('tells in one sentence when its path cannot be used, and leaves the permissions of other files alone', async () => {
    const before = process.umask()
    const outcome = await startControlServer({
      path: join(folder, 'no-such-folder', 'control.sock'),
      station: {} as unknown as Station,
      report: () => report,
      log: silentLog,
    })
    expect(outcome).toMatchObject({ ok: false, error: { code: 'control.socket' } })
    expect(process.umask()).toBe(before)
  })
})

describe('the status in words', () => {
  it('begins with the worst thing', () => {
    expect(headline(report)).toBe('Station oslo-1 is well.')
    expect(headline({ ...report, brokerConnected: false })).toContain('broker is not reachable')
    expect(headline({ ...report, brokerConnected: false, brokerConfigured: false })).toBe(
      'Station oslo-1 is well.',
    )
    expect(headline({ ...report, receiverConnected: false, brokerConnected: false })).toContain('receiver')
    expect(headline({ ...report, queued: 3, receiverConnected: false })).toContain('3 wait in memory')
    expect(
      headline({ ...report, queued: 3, fault: fault('motion.stalled', 'The azimuth stands at 12°') }),
    ).toBe(
      'The azimuth stands at 12°. Look for ice, a jammed gear or a dead motor, then clear the fault. [motion.stalled]',
    )
  })

  it('says what comes, with times in UTC and durations', () => {
    expect(statusLines(report)[1]).toBe('  pass      ISS (ZARYA), sets in 6 min 00 s')
    expect(statusLines({ ...report, nowUtcMs: Date.UTC(2026, 7, 23, 4) })[1]).toBe(
      '  pass      ISS (ZARYA) at 2026-08-23T04:58:00Z, in 58 min 00 s',
    )
    expect(statusLines({ ...report, pass: undefined })[1]).toBe('  pass      none is coming')
    expect(statusLine(report)).toBe('following ISS (ZARYA) until 2026-08-23T05:06:00Z; broker connected')
    expect(statusLine({ ...report, heardInPass: undefined, receiverConnected: false, queued: 2 })).toBe(
      'next: ISS (ZARYA) at 2026-08-23T04:58:00Z; no receiver; broker connected; 2 records wait for the disk',
    )
    expect(statusLines(report)[3]).toBe('  receiver  connected, 7 measurements in this pass')
    expect(statusLines({ ...report, heardInPass: 0 })[3]).toContain('heard nothing')
    expect(statusLines({ ...report, heardInPass: undefined })[3]).toBe('  receiver  connected')
  })
})

describe('the latched fault on disk', () => {
  it('outlives the process until it is cleared', () => {
    const file = join(folder, 'motion-fault.json')
    const first = createLatchFile(file, silentLog)
    expect(first.read()).toBeUndefined()
    const stalled = fault('motion.stalled', 'The azimuth stands at 12°')
    first.write(stalled)
    expect(createLatchFile(file, silentLog).read()).toEqual(stalled)
    first.clear()
    expect(createLatchFile(file, silentLog).read()).toBeUndefined()
  })

  it.each(['', '{"code":"motion.sta', '{"code":"no.such","message":"x"}', '[]', 'null'])(
    'stays latched when the file says %j',
    (text) => {
      const file = join(folder, 'motion-fault.json')
      writeFileSync(file, text)
      expect(createLatchFile(file, silentLog).read()?.code).toBe('motion.latched')
    },
  )
})
