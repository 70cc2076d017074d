import { describe, expect, it } from 'vitest'
import { unwrap } from '../../src/kernel/result.ts'
import { utcMs } from '../../src/kernel/time.ts'
import { deg, ms } from '../../src/kernel/units.ts'
import { createVirtualClock, type VirtualClock } from '../../src/kernel/virtual-clock.ts'
import type { PositionReply } from '../../src/rotator/answer.ts'
import { type Connection, createConnection } from '../../src/rotator/connection.ts'
import type { ReportedLimits, RotatorDriver } from '../../src/rotator/driver.ts'
import { easycomm2 } from '../../src/rotator/protocols/easycomm2.ts'
import { easycomm3 } from '../../src/rotator/protocols/easycomm3.ts'
import { gs232b } from '../../src/rotator/protocols/gs232b.ts'
import { md01 } from '../../src/rotator/protocols/md01.ts'
import { rot1prog } from '../../src/rotator/protocols/rot1prog.ts'
import { rot2prog } from '../../src/rotator/protocols/rot2prog.ts'
import { rotctld } from '../../src/rotator/protocols/rotctld.ts'
import { createScriptedStream, type ScriptedStream } from '../support/scripted-stream.ts'

interface Bench {
  readonly clock: VirtualClock
  readonly line: ScriptedStream
  readonly connection: Connection
  readonly noise: () => number
  readonly refusals: (string | undefined)[]
  readonly unasked: PositionReply[]
  readonly troubles: (string | undefined)[]
  readonly limits: ReportedLimits[]
  /** Asks and lets the time go on until there is an answer, or none. */
  readonly ask: () => Promise<PositionReply | undefined>
  readonly wrote: (from?: number) => string
}

/** What the controller says to a frame, 20 ms later or, in parts, after so many milliseconds each; or nothing. */
type Answer = string | readonly (readonly [number, string])[] | undefined

const bench = (driver: RotatorDriver, answer: (frame: string) => Answer): Bench => {
  const clock = createVirtualClock({ startUtc: utcMs(1_787_443_200_000) })
  const line = createScriptedStream({
    onWrite: (frame, stream) => {
      const reply = answer(frame) ?? []
      for (const [after, part] of typeof reply === 'string' ? [[20, reply] as const] : reply) {
        clock.setTimer(ms(after), () => stream.say(part))
      }
    },
  })
  let noise = 0
  const refusals: (string | undefined)[] = []
  const unasked: PositionReply[] = []
  const troubles: (string | undefined)[] = []
  const limits: ReportedLimits[] = []
  const connection = createConnection({
    clock,
    stream: line,
    driver,
    onNoise: () => {
      noise += 1
    },
    onRefused: (reason) => refusals.push(reason),
    onPosition: (position) => unasked.push(position),
    onStatus: ({ trouble }) => troubles.push(trouble),
    onLimits: (reported) => limits.push(reported),
    onLost: () => {},
  })
  return {
    clock,
    line,
    connection,
    noise: () => noise,
    refusals,
    unasked,
    troubles,
    limits,
    ask: async () => {
      let done = false
      const asked = connection.query().finally(() => {
        done = true
      })
      while (!done) await clock.advance(ms(10))
      return unwrap(await asked)
    },
    wrote: (from = 0) => line.text().slice(from).join(''),
  }
}

const spid = (...bytes: number[]): string => String.fromCharCode(...bytes)
const rot2Answer = spid(0x57, 4, 8, 3, 4, 2, 4, 0, 5, 6, 2, 0x20)
const isSpidStatus = (frame: string): boolean => frame.charCodeAt(11) === 0x1f

/** For each protocol what a sound controller answers, at azimuth 123(.4) and elevation 45(.6). */
const sound: readonly {
  readonly driver: RotatorDriver
  readonly azimuth: number
  readonly elevation: number | undefined
  readonly answer: (frame: string) => string | undefined
}[] = [
  {
    driver: gs232b,
    azimuth: 123,
    elevation: 45,
    answer: (frame) => (frame === 'C2\r' ? 'AZ=123  EL=045\r\n' : undefined),
  },
  {
    driver: easycomm2,
    azimuth: 123.4,
    elevation: 45.6,
    answer: (frame) => (frame === 'AZ EL \n' ? 'AZ123.4 EL45.6\n' : undefined),
  },
  {
    driver: rot1prog,
    azimuth: 123,
    elevation: undefined,
    answer: (frame) => (isSpidStatus(frame) ? spid(0x57, 4, 8, 3, 0x20) : undefined),
  },
  {
    driver: rot2prog,
    azimuth: 123.4,
    elevation: 45.6,
    answer: (frame) => (isSpidStatus(frame) ? rot2Answer : undefined),
  },
  {
    driver: md01,
    azimuth: 123.4,
    elevation: 45.6,
    answer: (frame) => (isSpidStatus(frame) ? rot2Answer : undefined),
  },
  {
    driver: rotctld,
    azimuth: 123.4,
    elevation: 45.6,
    answer: (frame) =>
      frame === '+\\get_pos\n' ? 'get_pos:\nAzimuth: 123.40\nElevation: 45.60\nRPRT 0\n' : undefined,
  },
]

describe.each(sound)('a line to $driver.capabilities.name', ({ driver, azimuth, elevation, answer }) => {
  const expected = { azimuth, elevation }

  it('gives the position, wherever the answer is cut in two', async () => {
    let cut = 1
    let length = 2
    const { ask } = bench(driver, (frame) => {
      const whole = answer(frame)
      if (whole === undefined) return undefined
      length = whole.length
      return [
        [10, whole.slice(0, cut)],
        [20, whole.slice(cut)],
      ]
    })
    for (; cut < length; cut += 1) expect(await ask()).toMatchObject(expected)
    expect(length).toBeGreaterThan(4)
  })

  it('is in step again after rubbish, a lost answer and one that came twice', async () => {
    let spoil: (reply: string) => string | undefined = (reply) => reply
    const made = bench(driver, (frame) => {
      const reply = answer(frame)
      return reply === undefined ? undefined : spoil(reply)
    })
    const end = driver.capabilities.framing.kind === 'lines' ? '\r\n' : ''
    for (const wrong of [
      (reply: string) => `\xff\x00\x81${end}${reply}`,
      () => undefined,
      (reply: string) => `${reply}${reply}`,
      (reply: string) => reply.slice(0, -1),
      (reply: string) => `x${reply}`,
      () => `${'y'.repeat(5_000)}${end}`,
    ]) {
      spoil = wrong
      await made.ask()
      spoil = (reply) => reply
      // What was lost may cost the next one as well: a line that never ended swallows its successor.
      await made.ask()
      expect(await made.ask()).toMatchObject(expected)
    }
  })

  it('has no position where nothing is answered, and waits no longer than it must', async () => {
    const { ask, clock } = bench(driver, () => undefined)
    await ask()
    const asked = clock.monoNow()
    expect(await ask()).toBeUndefined()
    const frames = driver.queries[0]?.frames.length ?? 0
    const { replyTimeout, writePause } = driver.capabilities
    expect(clock.monoNow() - asked).toBeLessThanOrEqual(frames * (replyTimeout + writePause) + 20)
  })
})

describe('replies that come late or twice', () => {
  it('drops the answer to an earlier question that comes with that of the present one', async () => {
    let questions = 0
    const { ask } = bench(gs232b, () => {
      questions += 1
      if (questions === 1) return [[650, 'AZ=010  EL=010\r\n']]
      return [[120, 'AZ=020  EL=020\r\n']]
    })
    expect(await ask()).toBeUndefined()
    // At once, so that the late one comes in between.
    expect(await ask()).toMatchObject({ azimuth: 20, elevation: 20 })
  })

  it('takes the only answer after a lost one, with the time at which it came', async () => {
    let came = 0
    const { ask, clock } = bench(gs232b, () => {
      came = clock.monoNow() + 20
      return questions++ === 0 ? undefined : 'AZ=020  EL=020\r\n'
    })
    let questions = 0
    await ask()
    const position = await ask()
    expect(position).toMatchObject({ azimuth: 20, atMonoMs: came })
  })

  it('drops what nobody asked for, and counts it', async () => {
    const { ask, line, clock, noise, unasked } = bench(gs232b, (frame) =>
      frame === 'C2\r' ? 'AZ=020  EL=020\r\n' : undefined,
    )
    await ask()
    line.say('AZ=300  EL=020\r\n')
    await clock.advance(ms(10))
    expect(noise()).toBe(1)
    expect(unasked).toEqual([])
    expect(await ask()).toMatchObject({ azimuth: 20 })
  })

  it('makes nothing of a position that EasyComm tells unasked: an echo of our command would look the same', async () => {
    const { line, clock, unasked, noise } = bench(easycomm2, () => undefined)
    line.say('AZ200.0 EL10.0\n')
    await clock.advance(ms(10))
    expect(unasked).toEqual([])
    expect(noise()).toBe(0)
  })

  it('takes a position that an MD-01 tells after a motion for a reading, and its log for none', async () => {
    const { connection, clock, line, unasked, noise } = bench(md01, () => undefined)
    line.say(rot2Answer)
    await clock.advance(ms(10))
    const frames = unwrap(connection.encodeMoveTo({ azimuth: deg(130), elevation: deg(40) }))
    const sending = connection.send(frames)
    await clock.advance(ms(400))
    unwrap(await sending)
    line.say(`MD-01: Moving W\r\n${rot2Answer}`)
    await clock.advance(ms(10))
    expect(unasked).toMatchObject([
      { azimuth: 123.4, elevation: 45.6 },
      { azimuth: 123.4, elevation: 45.6 },
    ])
    expect(noise()).toBe(0)
  })
})

describe('the forms of the question', () => {
  it('keeps to the joined one where that is answered', async () => {
    const { ask, wrote } = bench(easycomm2, (frame) =>
      frame === 'AZ EL \n' ? 'AZ12.0 EL34.0 \r\n' : frame === 'VE\n' ? 'VESatNOGS-v2\n' : undefined,
    )
    for (let times = 0; times < 5; times += 1)
      expect(await ask()).toMatchObject({ azimuth: 12, elevation: 34 })
    expect(wrote()).toBe(`VE\n${'AZ EL \n'.repeat(5)}`)
  })

  it('finds the separate one and keeps to it, also where the answers do not name the axis', async () => {
    const { ask, wrote, line } = bench(easycomm2, (frame) =>
      frame === 'VE\n'
        ? 'VE002\r\n'
        : frame === 'AZ\n'
          ? '+012.0\r\n'
          : frame === 'EL\n'
            ? '+034.0\r\n'
            : undefined,
    )
    const answers = [await ask(), await ask(), await ask(), await ask()]
    expect(answers.slice(0, 2)).toEqual([undefined, undefined])
    expect(answers.slice(2)).toMatchObject([
      { azimuth: 12, elevation: 34 },
      { azimuth: 12, elevation: 34 },
    ])
    const before = line.written.length
    await ask()
    expect(wrote(before)).toBe('AZ\nEL\n')
  })

  it('never tries the separate one on a line where nothing is heard: to some it means azimuth 0', async () => {
    const { ask, wrote, line, clock } = bench(easycomm2, () => undefined)
    for (let times = 0; times < 6; times += 1) await ask()
    // Bytes at a wrong speed are no proof.
    line.say('\xf8\x00\x80\n')
    await clock.advance(ms(10))
    for (let times = 0; times < 6; times += 1) await ask()
    expect(wrote()).toBe(`VE\n${'AZ EL \n'.repeat(12)}`)
  })

  it('waits only once for an elevation that does not come', async () => {
    const { ask, clock } = bench(gs232b, (frame) => (frame === 'C2\r' ? 'AZ=123\r\n' : undefined))
    expect(await ask()).toMatchObject({ azimuth: 123, elevation: undefined })
    const asked = clock.monoNow()
    expect(await ask()).toMatchObject({ azimuth: 123, elevation: undefined })
    expect(clock.monoNow() - asked).toBeLessThan(100)
  })
})

describe('what a controller says beside its position', () => {
  it('tells the status, and stops asking where that is never answered', async () => {
    const { ask, troubles, wrote, line } = bench(easycomm3, (frame) =>
      frame === 'AZ EL \n' ? 'AZ12.0 EL34.0\n' : frame === 'GS\n' ? 'GS8\n' : undefined,
    )
    await ask()
    await ask()
    expect(troubles).toEqual(['it is in error (GS8)', 'it is in error (GS8)'])
    const before = line.written.length
    await ask()
    expect(wrote(before)).toBe('AZ EL \nGS\n')
  })

  it('tells the limits of a rotctld before its first position', async () => {
    const { ask, limits, noise } = bench(rotctld, (frame) =>
      frame === '\\dump_state\n'
        ? '1\n1\nmin_az=-180.000000\nmax_az=450.000000\nmin_el=0.000000\nmax_el=90.000000\nsouth_zero=0\nrot_type=AzEl\ndone\n'
        : 'get_pos:\nAzimuth: 1.00\nElevation: 2.00\nRPRT 0\n',
    )
    expect(await ask()).toMatchObject({ azimuth: 1, elevation: 2 })
    await ask()
    expect(limits).toEqual([
      { azimuthMinimum: -180, azimuthMaximum: 450, elevationMinimum: 0, elevationMaximum: 90 },
    ])
    expect(noise()).toBe(0)
  })

  it('tells why rotctld refused', async () => {
    const { connection, clock, refusals } = bench(rotctld, () => 'set_pos: 1 2\nRPRT -6\n')
    const frames = unwrap(connection.encodeMoveTo({ azimuth: deg(1), elevation: deg(2) }))
    unwrap(await connection.send(frames))
    await clock.advance(ms(30))
    expect(refusals).toEqual(['input or output to its controller failed (RPRT -6)'])
  })

  // K3NG and some of Yaesu's answer the empty line, some with a CR alone (Hamlib #272), some say nothing.
  it.each([
    ['an error prompt at once', [[15, '?>\r\n']]],
    ['an error prompt when the next question is out', [[70, '?>\r\n']]],
    ['a CR', [[15, '\r']]],
    ['nothing', undefined],
  ] as const)('is no refusal where a GS-232B answers a line flush with %s', async (_, prompt) => {
    const { ask, connection, clock, refusals, noise } = bench(gs232b, (frame) =>
      frame === '\r' ? prompt : frame === 'C2\r' ? [[40, 'AZ=123  EL=045\r\n']] : undefined,
    )
    for (let times = 0; times < 3; times += 1) {
      const stopping = connection.send(gs232b.encodeStop())
      await clock.advance(ms(110))
      unwrap(await stopping)
      // Another one at once, past the pause.
      const [stop] = gs232b.encodeStop()
      unwrap(await connection.sendNow(stop ?? new Uint8Array()))
      expect(await ask()).toMatchObject({ azimuth: 123, elevation: 45 })
    }
    expect(refusals).toEqual([])
    expect(noise()).toBe(0)
  })

  it.each([
    ['and its empty line, too', [[15, '?>\r\n']]],
    ['and says nothing to an empty line', undefined],
  ] as const)('tells a refusal where a GS-232B refuses the motion %s', async (_, prompt) => {
    const { ask, connection, clock, refusals } = bench(gs232b, (frame) =>
      frame === '\r' ? prompt : frame === 'C2\r' ? 'AZ=123  EL=045\r\n' : [[30, '?>\r\n']],
    )
    for (let times = 0; times < 3; times += 1) {
      const frames = unwrap(connection.encodeMoveTo({ azimuth: deg(1), elevation: deg(2) }))
      const sending = connection.send(frames)
      await clock.advance(ms(1_000))
      unwrap(await sending)
      await ask()
    }
    expect(refusals).toHaveLength(3)
  })

  it('knows the pulses of a Rot2Prog from its answer, and moves nothing before', async () => {
    const { ask, connection } = bench(rot2prog, (frame) => (isSpidStatus(frame) ? rot2Answer : undefined))
    const target = { azimuth: deg(10), elevation: deg(20) }
    expect(connection.encodeMoveTo(target)).toMatchObject({ ok: false, error: { code: 'motion.stale' } })
    await ask()
    const [frame] = unwrap(connection.encodeMoveTo(target))
    expect(String.fromCharCode(...(frame ?? []))).toBe('W0740\x020760\x02/ ')
  })
})

describe('the pause between frames', () => {
  const frame = new Uint8Array([0x41])
  const slow = (stopBypassesPause: boolean): RotatorDriver => ({
    ...rot1prog,
    capabilities: { ...rot1prog.capabilities, writePause: ms(300), stopBypassesPause },
  })

  it('does not hold a STOP back where the device bears that', async () => {
    const { connection, clock, line } = bench(slow(true), () => undefined)
    unwrap(await connection.send([frame]))
    void connection.sendNow(new Uint8Array([0x53]))
    await clock.advance(ms(0))
    expect(line.text()).toEqual(['A', 'S'])
  })

  it('is kept by a STOP where it must be, and the STOP goes before all that waits', async () => {
    const { connection, clock, line } = bench(slow(false), () => undefined)
    unwrap(await connection.send([frame]))
    const waiting = connection.send([frame, frame])
    const stopping = connection.sendNow(new Uint8Array([0x53]))
    await clock.advance(ms(290))
    expect(line.text()).toEqual(['A'])
    await clock.advance(ms(20))
    expect(line.text()).toEqual(['A', 'S'])
    await clock.advance(ms(700))
    await Promise.all([waiting, stopping])
    expect(line.text()).toEqual(['A', 'S', 'A', 'A'])
  })
})
