import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { fault } from '../../../src/kernel/errors.ts'
import { type Log, silentLog } from '../../../src/kernel/log.ts'
import { err } from '../../../src/kernel/result.ts'
import { utcMs } from '../../../src/kernel/time.ts'
import { deg, ms } from '../../../src/kernel/units.ts'
import { createVirtualClock, type VirtualClock } from '../../../src/kernel/virtual-clock.ts'
import { createHold, type Hold } from '../../../src/rotator/rotctld-server/hold.ts'
import { createSession, type Session } from '../../../src/rotator/rotctld-server/session.ts'
import { createFakeAntenna, type FakeAntenna, place } from './fake-antenna.ts'

const conversation: readonly { readonly cmd: string; readonly reply: string }[] = JSON.parse(
  readFileSync(new URL('../../fixtures/rotator/rotctld-conversation.json', import.meta.url), 'utf8'),
)

let clock: VirtualClock
let antenna: FakeAntenna
let hold: Hold
let session: Session
let told: string[]

const log: Log = { ...silentLog, fault: ({ code }) => told.push(code) }
const connect = (client = '127.0.0.1:50001'): Session =>
  createSession({ clock, log, antenna, hold, client, title: 'Dummy rotator' })
const ask = async (line: string, by: Session = session): Promise<string> => (await by.handle(line)).text

beforeEach(() => {
  clock = createVirtualClock({ startUtc: utcMs(Date.UTC(2026, 7, 23, 5)) })
  antenna = createFakeAntenna()
  told = []
  hold = createHold({ clock, log, antenna })
  session = connect()
})

describe('the answers of rotctld 4.5.4', () => {
  for (const [index, { cmd, reply }] of conversation.entries()) {
    it(`are ours, ${index + 1}: ${cmd}`, async () => {
      // The dummy moves by itself: ours is put where it was.
      const shown = reply.match(/-?\d+\.\d\d/g)?.map(Number) ?? []
      antenna.reported = place(shown[0] ?? 0, shown[1] ?? 0)
      const { text, quit } = await session.handle(cmd)
      if (cmd === 'q') expect({ text, quit }).toEqual({ text: '', quit: true })
      // Homing is not for a network to ask.
      else expect(text).toBe(cmd === 'R 1' ? 'RPRT -11\n' : reply)
    })
  }

  it.each([
    ['nothing', '', ''],
    ['a comment', '# p', ''],
    ['a line of CRLF', 'p\r', '0.00\n0.00\n'],
    ['words too many', 'p 0 5', '0.00\n0.00\n'],
    ['degrees, minutes and seconds', 'D 51 30 0 0', '51.500000\n'],
    ['those south or west', '+D 51 30 0 1', 'dms2dec: 51 30 0 1\nDec Degrees: -51.500000\nRPRT 0\n'],
    ['degrees with decimals', 'd 51.5 0 0', '51\n30\n0.000000\n0\n'],
    [
      'those below zero',
      '+d -10.25',
      'dec2dms: -10.25\nDegrees: 10\nMinutes: 15\nSeconds: 0.000000\nS/W: 1\nRPRT 0\n',
    ],
    ['those beyond half a turn', 'd -181', '179\n0\n0.000000\n0\n'],
    ['two commands', 'p S', '0.00\n0.00\nRPRT 0\n'],
    ['a position and a question', 'P 10 20 p', 'RPRT 0\n0.00\n0.00\n'],
    ['words apart by tabs', 'P\t1\t2', 'RPRT 0\n'],
    ['an extended refusal', ';P 999 5', 'set_pos: 999 5;RPRT -1\n'],
    ['an extended name', '+\\set_pos 1 2', 'set_pos: 1 2\nRPRT 0\n'],
    ['any other punctuation', '~p', 'get_pos:~Azimuth: 0.00~Elevation: 0.00~RPRT 0\n'],
    [
      'the extended limits',
      '+\\dump_state',
      'dump_state:\nrotctld Protocol Ver: 1\nRotor Model: 1\nMinimum Azimuth: -180.000000\n' +
        'Maximum Azimuth: 450.000000\nMinimum Elevation: 0.000000\nMaximum Elevation: 90.000000\n' +
        'South Zero: 0\nrot_type=AzEl\ndone\nRPRT 0\n',
    ],
  ])('to %s', async (_what, line, reply) => {
    expect(await ask(line)).toBe(reply)
  })

  it.each([
    // What rotctld 4.5.4 says to each of the lines.
    [
      ['C 180', 'x 1'],
      ['', 'RPRT -1\nRPRT -11\n'],
    ],
    [
      ['P abc', 'zz'],
      ['', 'RPRT -1\n'],
    ],
    [
      ['P 10', '20', 'p'],
      ['', 'RPRT 0\n', '0.00\n0.00\n'],
    ],
    [
      ['P', '', '-10', '# text', '5'],
      ['', '', '', '', 'RPRT 0\n'],
    ],
    [
      ['p +D 51 30', '0 0 p'],
      ['0.00\n0.00\n', 'dms2dec: 51 30 0 0\nDec Degrees: 51.500000\nRPRT 0\n0.00\n0.00\n'],
    ],
    // There a STOP would be taken for the missing word; here it is one.
    [
      ['P 10', 'S', 'p'],
      ['', 'RPRT -1\nRPRT 0\n', '0.00\n0.00\n'],
    ],
    [
      ['M 2', '\\stop'],
      ['', 'RPRT -1\nRPRT 0\n'],
    ],
    [
      ['R', 'q'],
      ['', 'RPRT -1\n'],
    ],
  ])('to half a command and what follows: %j', async (lines, replies) => {
    const heard: string[] = []
    for (const line of lines) heard.push(await ask(line))
    expect(heard).toEqual(replies)
  })

  it('tell what is offered in the table of capabilities', async () => {
    const text = await ask('1')
    expect(text).toMatch(/^Caps dump for model:\t1\nModel name:\t\tDummy rotator\n/)
    expect(text).toContain('Max Azimuth:\t\t450.00\n')
    expect(text).toContain('Can Reset:\t\tN\n')
    expect(text).toMatch(/\nOverall backend warnings: 0\nRPRT 0\n$/)
  })
})

describe('bad input', () => {
  it.each([
    'P abc 5',
    'P 5 abc',
    'P nan 5',
    'P inf 5',
    'P 1e9 5',
    'P 10,5 20',
    'P 10.5abc 5',
    'P 0x10 5',
    'P 451 5',
    'P -181 5',
    'P 10 91',
    'P 10 -1',
    'P 1e400 5',
    'M 3 50',
    'M x y',
    'M 2 101',
    'M 2 -2',
    'z',
    '\\nosuch',
    'GET / HTTP/1.1',
    '\u00ff\u00fe',
    '?',
    '\\',
    'D 51 30 0 x',
    'd nan',
  ])('%j gets one error and moves nothing', async (line) => {
    expect(await ask(line)).toBe('RPRT -1\n')
    expect(antenna.asked).toEqual([])
  })

  it.each([
    'R 1',
    'L 0 51 6',
    'l IO91wm',
    'B 0 51 10 60',
    'E 51 30 0',
    'e 51.5',
    'A 10',
    'a 1000',
    'C az 1',
    'w ;P 1 2',
    'V SPEED 2',
    'v SPEED',
    'U X 1',
    'u X',
    'X A 1',
    'x A',
  ])('%j is not offered', async (line) => {
    expect(await ask(line)).toBe('RPRT -11\n')
    expect(antenna.asked).toEqual([])
  })

  it('never throws, whatever comes, and never sends the antenna out of its limits', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 60 }), async (line) => {
        await session.handle(line)
        await session.handle(`P ${line}`)
      }),
      { seed: 5, numRuns: 300 },
    )
    for (const asked of antenna.asked.filter((what) => what.startsWith('point'))) {
      const [, azimuth, elevation] = asked.split(' ').map(Number)
      expect(azimuth).toBeGreaterThanOrEqual(-180)
      expect(azimuth).toBeLessThanOrEqual(450)
      expect(elevation).toBeLessThanOrEqual(90)
    }
  })
})

describe('refusals', () => {
  it.each([
    ['motion.outside-envelope', -1],
    ['motion.masked', -9],
    ['motion.locked-out', -9],
    ['motion.latched', -9],
    ['link.closed', -6],
    ['rotator.mute', -6],
  ] as const)('%s is RPRT %i', async (code, result) => {
    antenna.refusal = fault(code, 'No')
    expect(await ask('P 10 20')).toBe(`RPRT ${result}\n`)
    expect(await ask('K')).toBe(`RPRT ${result}\n`)
  })

  it('are told once, not at each try', async () => {
    antenna.refusal = fault('motion.masked', 'No')
    for (let azimuth = 10; azimuth < 60; azimuth += 1) await ask(`P ${azimuth} 1`)
    expect(told).toEqual(['motion.masked'])
    await clock.advance(ms(601_000))
    await ask('P 10 1')
    expect(told).toEqual(['motion.masked', 'motion.masked'])
  })

  it('say that the position is not known where there is no line', async () => {
    antenna.reported = undefined
    expect(await ask('p')).toBe('RPRT -6\n')
    expect(await ask('+p')).toBe('get_pos:\nRPRT -6\n')
  })

  it('tell who has the antenna, and leave it to him', async () => {
    const other = connect('127.0.0.1:50002')
    expect(await ask('P 10 20')).toBe('RPRT 0\n')
    expect(await ask('P 99 20', other)).toBe('RPRT -9\n')
    expect(await ask('p', other)).toBe('0.00\n0.00\n')
    expect(antenna.asked).toEqual(['point 10 20'])
    expect(hold.holder()).toEqual({ client: '127.0.0.1:50001', sinceUtcMs: clock.utcNow() })
  })
})

describe('the position shown', () => {
  it.each([
    // [where it is, what was asked, what is shown]
    ['never another turn to a client within 0 to 360', [380, 10], 'P 20 10', '20.00\n10.00\n'],
    ['nor below zero', [-10, 10], 'P 350 10', '350.00\n10.00\n'],
    ['nor just past north', [361, 10], 'P 359 10', '1.00\n10.00\n'],
    ['the other end of the circle, where it was asked for', [360, 10], 'P 360 10', '360.00\n10.00\n'],
    ['the turn asked for beyond the circle', [380, 10], 'P 379 10', '380.00\n10.00\n'],
    ['a negative turn to who counts so', [-10, 10], 'P -9 10', '-10.00\n10.00\n'],
  ])('is %s', async (_what, [azimuth = 0, elevation = 0], asked, shown) => {
    expect(await ask(asked)).toBe('RPRT 0\n')
    antenna.reported = place(azimuth, elevation)
    expect(await ask('p')).toBe(shown)
  })

  it('is of the sky where the antenna leans over backwards, unless its own coordinates were asked for', async () => {
    const leaning: FakeAntenna = {
      ...antenna,
      limits: {
        azimuth: { minimum: deg(0), maximum: deg(450) },
        elevation: { minimum: deg(0), maximum: deg(180) },
      },
      status: () => ({ phase: 'holding', user: undefined, commanded: undefined, reported: place(200, 120) }),
    }
    const by = createSession({ clock, log, antenna: leaning, hold, client: 'a', title: 't' })
    expect(await ask('p', by)).toBe('20.00\n60.00\n')
    expect(await ask('P 200 120', by)).toBe('RPRT 0\n')
    expect(await ask('p', by)).toBe('200.00\n120.00\n')
  })
})

describe('letting go', () => {
  it('brings a motion to its end when the client goes at once, as rotctl does', async () => {
    await ask('P 10 20')
    session.close()
    expect(hold.holder()).toBeUndefined()
    // On its way for longer than a minute.
    await clock.advance(ms(61_000))
    expect(antenna.asked).toEqual(['point 10 20'])
    antenna.reported = place(10, 20)
    await clock.advance(ms(60_000))
    expect(antenna.asked).toEqual(['point 10 20', 'let go'])
    expect(antenna.user).toBeUndefined()
    expect(clock.pendingTimers()).toBe(0)
  })

  it('ends in ten minutes where the antenna never arrives', async () => {
    await ask('P 100 20')
    session.close()
    await clock.advance(ms(700_000))
    expect(antenna.asked).toEqual(['point 100 20', 'let go'])
    expect(clock.pendingTimers()).toBe(0)
  })

  it('lets another program have it at once', async () => {
    await ask('P 10 20')
    session.close()
    const other = connect('127.0.0.1:50002')
    expect(await ask('P 30 20', other)).toBe('RPRT 0\n')
    await clock.advance(ms(30_000))
    await ask('p', other)
    await clock.advance(ms(40_000))
    expect(antenna.asked).toEqual(['point 10 20', 'point 30 20'])
  })

  it('leaves it free for a third where the second was refused', async () => {
    await ask('P 10 20')
    session.close()
    antenna.refusal = fault('motion.masked', 'Trees')
    expect(await ask('P 30 1', connect('127.0.0.1:50002'))).toBe('RPRT -9\n')
    expect(hold.holder()).toBeUndefined()
    antenna.refusal = undefined
    expect(await ask('P 30 20', connect('127.0.0.1:50003'))).toBe('RPRT 0\n')
    expect(hold.holder()?.client).toBe('127.0.0.1:50003')
  })

  it('happens after a minute of silence, and not while the client asks', async () => {
    await ask('P 10 20')
    for (let round = 0; round < 5; round += 1) {
      await clock.advance(ms(50_000))
      await ask('p')
    }
    expect(hold.holder()?.client).toBe('127.0.0.1:50001')
    await clock.advance(ms(60_000))
    expect(hold.holder()).toBeUndefined()
  })

  it('leaves a park alone, and whoever took the antenna meanwhile', async () => {
    await ask('K')
    antenna.phase = 'parking'
    session.close()
    await clock.advance(ms(700_000))
    const other = connect('127.0.0.1:50002')
    await ask('P 1 1', other)
    other.close()
    antenna.user = 'plan'
    await clock.advance(ms(700_000))
    expect(antenna.asked).toEqual(['park', 'point 1 1'])
  })
})

describe('a stop', () => {
  it('is carried out for anybody, and frees the antenna', async () => {
    await ask('P 10 20')
    const other = connect('127.0.0.1:50002')
    expect(await ask('S', other)).toBe('RPRT 0\n')
    expect(antenna.asked).toEqual(['point 10 20', 'stop'])
    expect(hold.holder()).toBeUndefined()
    expect(await ask('P 5 5', other)).toBe('RPRT 0\n')
  })

  it('is answered in time although the antenna takes longer to stand', async () => {
    antenna.stopOutcome = new Promise(() => {})
    const answer = ask('S')
    await clock.advance(ms(1_499))
    let answered = false
    void answer.then(() => {
      answered = true
    })
    await clock.advance(ms(0))
    expect(answered).toBe(false)
    await clock.advance(ms(1))
    expect(await answer).toBe('RPRT 0\n')
  })

  it('says that it could not be sent', async () => {
    antenna.stopOutcome = Promise.resolve(err(fault('link.closed', 'No line')))
    expect(await ask('S')).toBe('RPRT -6\n')
  })
})

describe('a jog', () => {
  beforeEach(() => {
    antenna.arrives = true
    antenna.reported = place(100, 10)
  })

  it('goes in steps a little ahead, as long as the client is heard', async () => {
    expect(await ask('M 16 100')).toBe('RPRT 0\n')
    expect(antenna.asked).toEqual(['point 105 10'])
    await clock.advance(ms(1_000))
    expect(antenna.asked).toEqual(['point 105 10', 'point 110 10', 'point 115 10'])
    await clock.advance(ms(3_900))
    await ask('p')
    await clock.advance(ms(4_900))
    expect(antenna.asked).not.toContain('let go')
    await clock.advance(ms(200))
    expect(antenna.asked.at(-1)).toBe('let go')
    const count = antenna.asked.length
    await clock.advance(ms(60_000))
    expect(antenna.asked).toHaveLength(count)
  })

  it.each([
    ['M 2 -1', 'point 100 15'],
    ['M 4 50', 'point 100 7.5'],
    ['M 8 100', 'point 95 10'],
    ['M 8 0', 'point 97.5 10'],
  ])('%s asks for %s', async (line, asked) => {
    expect(await ask(line)).toBe('RPRT 0\n')
    expect(antenna.asked).toEqual([asked])
  })

  it('ends at the end of the range and does not turn back the whole way', async () => {
    antenna.reported = place(448, 10)
    await ask('M 16 100')
    await clock.advance(ms(1_000))
    expect(new Set(antenna.asked)).toEqual(new Set(['point 450 10']))
  })

  it('ends when the connection does', async () => {
    await ask('M 16 100')
    session.close()
    expect(antenna.asked).toEqual(['point 105 10', 'let go'])
    await clock.advance(ms(5_000))
    expect(antenna.asked).toHaveLength(2)
  })

  it('ends when somebody else stops the antenna, or takes it', async () => {
    await ask('M 16 100')
    const other = connect('127.0.0.1:50002')
    await ask('S', other)
    await clock.advance(ms(4_000))
    expect(antenna.asked).toEqual(['point 105 10', 'stop'])
    await ask('M 16 100')
    antenna.user = 'plan'
    await clock.advance(ms(10_000))
    expect(antenna.asked).toEqual(['point 105 10', 'stop', 'point 110 10'])
  })

  it('ends where the gate refuses a step, and says so once', async () => {
    await ask('M 4 100')
    antenna.refusal = fault('motion.masked', 'Trees')
    await clock.advance(ms(2_000))
    expect(antenna.asked).toHaveLength(2)
    expect(told).toEqual(['motion.masked'])
  })
})
