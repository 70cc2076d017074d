import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Fault, fault } from '../../src/kernel/errors.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { err, ok, type Result, unwrap } from '../../src/kernel/result.ts'
import { utcMs } from '../../src/kernel/time.ts'
import { deg } from '../../src/kernel/units.ts'
import type { StopOutcome } from '../../src/rotator/stop.ts'
import type { Antenna } from '../../src/station/antenna.ts'
import { type ControlServer, startControlServer } from '../../src/station/control-server.ts'
import { createLatchFile } from '../../src/station/latch-file.ts'
import type { Operator } from '../../src/station/operator.ts'
import { headline, type StatusReport, statusLine, statusLines } from '../../src/station/status-text.ts'

const report: StatusReport = {
  station: 'oslo-1',
  nowUtcMs: Date.UTC(2026, 7, 23, 5),
  phase: 'tracking',
  fault: undefined,
  azimuthDeg: 123.4,
  elevationDeg: 45.6,
  commandedAzimuthDeg: 124,
  commandedElevationDeg: 46,
  ownAzimuthDeg: 123.4,
  turnCertain: true,
  isEstimate: false,
  lockOuts: [],
  holder: undefined,
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
let stopOutcome: Result<StopOutcome, Fault> = ok('seen')
let operatorStop = async (): Promise<Result<StopOutcome, Fault>> => stopOutcome

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'azel-control-'))
  asked = []
  stopOutcome = ok('seen')
  operatorStop = async () => stopOutcome
  refusal = undefined
})
afterEach(async () => {
  await server?.close()
  server = undefined
  rmSync(folder, { recursive: true, force: true })
})

const path = () => join(folder, 'control.sock')

let refusal: Fault | undefined

const answer = (what: string): Result<void, Fault> => {
  asked.push(what)
  return refusal === undefined ? ok(undefined) : err(refusal)
}

/** Takes down what it is asked. */
const operator: Operator = {
  stop: async () => {
    asked.push('stop')
    return operatorStop()
  },
  release: async () => {
    asked.push('release')
    return operatorStop()
  },
  park: () => answer('park'),
  point: ({ azimuth, elevation }, until) => answer(`point ${azimuth} ${elevation} ${until ?? 'for ever'}`),
  track: (target) => {
    const name = 'body' in target ? target.body : target.elements.name
    const tracked = answer(`track ${name}`)
    return tracked.ok
      ? ok({
          name,
          aosUtcMs: utcMs(1),
          aosAzimuthDeg: deg(200),
          losUtcMs: utcMs(2),
          maximumElevationDeg: deg(30),
          lookAt: () => undefined,
        })
      : tracked
  },
  task: () => undefined,
  close: () => {},
}
const antenna: Pick<Antenna, 'clearFault' | 'setLockOut' | 'confirmTurn'> = {
  clearFault: () => {
    asked.push('clear-fault')
  },
  setLockOut: (kind, locked) => {
    asked.push(`${locked ? 'lock' : 'unlock'} ${kind}`)
  },
  confirmTurn: (azimuth) => answer(`turn ${azimuth ?? 'as shown'}`),
}

const startIn = (dataFolder: string) =>
  startControlServer({ dataFolder, antenna, operator, report: () => report, log: silentLog })

const start = async () => {
  server = unwrap(await startIn(folder))
}

const elements = {
  catalogNumber: 25_544,
  name: 'ISS (ZARYA)',
  objectId: '1998-067A',
  epochUtcMs: Date.UTC(2026, 7, 22),
  meanMotion: 15.5,
  eccentricity: 0.0006,
  inclination: 51.6,
  rightAscension: 10,
  argumentOfPericenter: 20,
  meanAnomaly: 30,
  bstar: 0.0001,
  meanMotionDot: 0,
  meanMotionDdot: 0,
  ephemerisType: 0,
  elementSetNumber: 999,
  revolutionAtEpoch: 1,
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
    for (const command of ['status', 'stop', 'release', 'park', 'clear-fault']) {
      const answer: unknown = JSON.parse(await send(`${JSON.stringify({ command })}\n`))
      expect(answer).toMatchObject({ ok: true, report: { station: 'oslo-1', journaled: 12 } })
    }
    expect(asked).toEqual(['stop', 'release', 'park', 'clear-fault'])
  })

  it.each([
    [{ command: 'lock', kind: 'wind' }, 'lock wind'],
    [{ command: 'unlock', kind: 'maintenance' }, 'unlock maintenance'],
    [{ command: 'confirm-turn' }, 'turn as shown'],
    [{ command: 'confirm-turn', azimuthDeg: 370 }, 'turn 370'],
    [{ command: 'point', azimuthDeg: 370, elevationDeg: 12.5 }, 'point 370 12.5 for ever'],
    [{ command: 'point', azimuthDeg: 1, elevationDeg: 2, untilUtcMs: 3 }, 'point 1 2 3'],
    [{ command: 'track', target: { body: 'moon' } }, 'track moon'],
    [{ command: 'track', target: { elements } }, 'track ISS (ZARYA)'],
  ])('carries out %j', async (request, what) => {
    await start()
    expect(JSON.parse(await send(`${JSON.stringify(request)}\n`))).toMatchObject({ ok: true })
    expect(asked).toEqual([what])
  })

  it('does not take the place of a process that is there, and takes that of one that died', async () => {
    await start()
    expect(await startIn(folder)).toMatchObject({ ok: false, error: { code: 'control.busy' } })
    expect(await send('{"command":"status"}\n')).toContain('"ok":true')
    await server?.close()
    writeFileSync(path(), '')
    await start()
    expect(await send('{"command":"status"}\n')).toContain('"ok":true')
  })

  it('tells when all who asked have their answers', async () => {
    await start()
    let finish: () => void = () => {}
    operatorStop = () =>
      new Promise((resolve) => {
        finish = () => resolve(ok('seen'))
      })
    const stop = send('{"command":"stop"}\n')
    await vi.waitFor(() => expect(asked).toEqual(['stop']))
    let isAnswered = false
    const answered = server?.answered().then(() => {
      isAnswered = true
    })
    await send('{"command":"status"}\n')
    expect(isAnswered).toBe(false)
    finish()
    await answered
    expect(await stop).toContain('"stopped":"seen"')
  })

  it('tells of the pass that is followed, and of what forbids it', async () => {
    await start()
    const request = `${JSON.stringify({ command: 'track', target: { elements } })}\n`
    expect(JSON.parse(await send(request))).toMatchObject({
      ok: true,
      pass: { name: 'ISS (ZARYA)', aosUtcMs: 1, losUtcMs: 2, aosAzimuthDeg: 200, maximumElevationDeg: 30 },
    })
    refusal = fault('motion.locked-out', 'The antenna is locked out for wind')
    expect(JSON.parse(await send(request))).toEqual({ ok: false, failure: refusal })
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
    ['a lock-out for nothing', '{"command":"lock","kind":"fun"}\n'],
    ['a turn that is no angle', '{"command":"confirm-turn","azimuthDeg":1e9}\n'],
    ['a direction that is none', '{"command":"point","azimuthDeg":10,"elevationDeg":181}\n'],
    ['half a direction', '{"command":"point","azimuthDeg":10}\n'],
    ['a direction in words', '{"command":"point","azimuthDeg":"10","elevationDeg":"20"}\n'],
    ['an end that is no instant', '{"command":"point","azimuthDeg":1,"elevationDeg":2,"untilUtcMs":-1}\n'],
    ['nothing to track', '{"command":"track"}\n'],
    ['another planet', '{"command":"track","target":{"body":"mars"}}\n'],
    ['half an element set', '{"command":"track","target":{"elements":{"name":"","objectId":""}}}\n'],
    [
      'an orbit inside the Earth',
      `${JSON.stringify({ command: 'track', target: { elements: { ...elements, meanMotion: 19 } } })}\n`,
    ],
    [
      'elements of SGP4-XP',
      `${JSON.stringify({ command: 'track', target: { elements: { ...elements, ephemerisType: 4 } } })}\n`,
    ],
    ['a long line', `{"command":"status","why":"${'x'.repeat(5_000)}"}\n`],
    ['an endless line', 'x'.repeat(10_000)],
    ['a list', '[]\n'],
  ])('does nothing for %s and stays there', async (_name: string, text: string) => {
    await start()
    expect(await send(text)).toContain('"ok":false')
    expect(asked).toEqual([])
    expect(await send('{"command":"status"}\n')).toContain('"ok":true')
  })

  it('takes a stop at once while others who say nothing have all the places', async () => {
    await start()
    const idle = await Promise.all(
      Array.from(
        { length: 8 },
        () =>
          new Promise<Socket>((resolve) => {
            const socket = connect(path(), () => {
              socket.write('{"command":')
              resolve(socket)
            })
          }),
      ),
    )
    expect(await send('{"command":"stop"}\n')).toContain('"ok":true')
    expect(asked).toEqual(['stop'])
    for (const socket of idle) socket.destroy()
  })

  it('bounds those who are answered, too, and answers when there is room again', async () => {
    await start()
    let finish: () => void = () => {}
    const stopped = new Promise<void>((resolve) => {
      finish = resolve
    })
    operatorStop = () => stopped.then(() => ok('seen'))
    const stops = Array.from({ length: 8 }, () => send('{"command":"stop"}\n'))
    await vi.waitFor(() => expect(asked).toHaveLength(8))
    expect(await send('{"command":"status"}\n')).toBe('')
    finish()
    for (const answered of await Promise.all(stops)) expect(answered).toContain('"stopped":"seen"')
    expect(await send('{"command":"status"}\n')).toContain('"ok":true')
  })

  it('survives a mistake in an answer, and says so', async () => {
    await start()
    operatorStop = () => {
      throw new Error('no such thing')
    }
    expect(JSON.parse(await send('{"command":"stop"}\n'))).toEqual({
      ok: false,
      failure: { code: 'internal.mistake', message: 'A request could not be answered: no such thing' },
    })
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
    const outcome = await startIn(join(folder, 'no-such-folder'))
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

  it('names who has the antenna, what locks it out, and a turn that is not certain', () => {
    const sinceUtcMs = Date.UTC(2026, 7, 23, 4, 59)
    const holder = { user: 'program', what: '127.0.0.1:50001', sinceUtcMs } as const
    expect(statusLines({ ...report, holder })[3]).toBe(
      '            used by a program (127.0.0.1:50001), since 2026-08-23T04:59:00Z',
    )
    const plan = { user: 'plan', what: undefined, sinceUtcMs: undefined } as const
    expect(statusLines({ ...report, holder: plan })[3]).toBe("            used by the station's plan")
    const locked = { ...report, lockOuts: [{ kind: 'wind', by: '/run/wind' }] } as const
    expect(headline(locked)).toBe('The antenna is locked out for wind, by /run/wind.')
    expect(statusLines(locked)[3]).toContain('locked out for wind')
    // At rest in wind it is stowed; where both are set, maintenance is what holds.
    const stowed = { ...locked, phase: 'idle' } as const
    expect(headline(stowed)).toBe('The antenna is stowed, and locked out for wind, by /run/wind.')
    expect(statusLines(stowed)[2]).toMatch(/^ {2}antenna {3}stowed, azimuth/)
    const both = [...locked.lockOuts, { kind: 'maintenance', by: 'an operator' }] as const
    expect(headline({ ...stowed, lockOuts: both })).toBe(
      'The antenna is locked out for maintenance, by an operator.',
    )
    expect(statusLines({ ...stowed, lockOuts: both })[2]).toMatch(/^ {2}antenna {3}idle/)
    expect(headline({ ...report, phase: 'held' })).toMatch(/^An operator stopped the antenna, and it is held/)
    expect(statusLine({ ...report, phase: 'held' })).toContain('antenna held since STOP')
    expect(headline({ ...report, turnCertain: false })).toContain('azel confirm-turn')
    expect(statusLines({ ...report, turnCertain: false, ownAzimuthDeg: 380 })[3]).toContain('azimuth 380.0°')
    expect(statusLines({ ...report, isEstimate: true })[3]).toContain('reckoned')
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

  it('counts the starts of the motors where they are counted, and says when they are used up', () => {
    const linesWith = (azimuth: number) =>
      statusLines({ ...report, motorStarts: { azimuth, elevation: 12, perHour: 60 } }).join('\n')
    expect(linesWith(59)).toMatch(/motor starts in the last hour: azimuth 59, elevation 12, of 60$/m)
    expect(linesWith(60)).toContain('of 60: used up, so that passes are followed in hops of half the beam')
    expect(statusLines(report).join('\n')).not.toContain('motor starts')
  })

  it('shows of a command without a daemon the antenna, and nothing of a station', () => {
    const lines = statusLines({ ...report, alone: 'azel park' })
    expect(lines[0]).toBe('No daemon runs; "azel park" has the antenna.')
    expect(lines.join('\n')).not.toMatch(/pass |receiver|journal|sharing/)
  })
})
