import { describe, expect, it } from 'vitest'
import type { AzEl } from '../../src/kernel/angle.ts'
import { type Fault, fault } from '../../src/kernel/errors.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { err, type Result, unwrap } from '../../src/kernel/result.ts'
import { utcMs } from '../../src/kernel/time.ts'
import { deg, ms } from '../../src/kernel/units.ts'
import { createVirtualClock, type VirtualClock } from '../../src/kernel/virtual-clock.ts'
import { type AuthorisedMotion, checkMotion } from '../../src/pointing/motion-gate.ts'
import { gs232b } from '../../src/rotator/protocols/gs232b.ts'
import { createRotator, type Rotator } from '../../src/rotator/rotator.ts'
import { g5500 } from '../pointing/passes.ts'
import { createScriptedController, type ScriptedController } from './scripted-controller.ts'

interface Bench {
  readonly clock: VirtualClock
  readonly controller: ScriptedController
  readonly rotator: Rotator
  /** What latched. */
  readonly faults: Fault[]
  /** What heals by itself. */
  readonly troubles: Fault[]
}

const bench = (prepare: (controller: ScriptedController) => void = () => {}): Bench => {
  const clock = createVirtualClock({ startUtc: utcMs(1_787_443_200_000) })
  const controller = createScriptedController(clock)
  prepare(controller)
  const faults: Fault[] = []
  const troubles: Fault[] = []
  const rotator = createRotator({
    clock,
    open: controller.open,
    driver: gs232b,
    mount: g5500,
    log: silentLog,
    onFault: (failure) => faults.push(failure),
    onTrouble: (failure) => troubles.push(failure),
  })
  return { clock, controller, rotator, faults, troubles }
}

const connected = async (prepare?: (controller: ScriptedController) => void): Promise<Bench> => {
  const made = bench(prepare)
  const connecting = made.rotator.connect()
  await made.clock.advance(ms(1_000))
  unwrap(await connecting)
  // It looks whether the antenna stands.
  await made.clock.advance(ms(4_000))
  return made
}

const at = (azimuth: number, elevation: number): AzEl => ({
  azimuth: deg(azimuth),
  elevation: deg(elevation),
})
const motion = (rotator: Rotator, to: AzEl): AuthorisedMotion => {
  const from = rotator.position()
  if (from === undefined) throw new Error('no position')
  return unwrap(checkMotion({ mount: g5500 }, { from, to }))
}
/** Starts something and lets time go on until it is done. */
const during = async <Value>(clock: VirtualClock, work: Promise<Value>, limitMs = 60_000): Promise<Value> => {
  let done = false
  void work.finally(() => {
    done = true
  })
  for (let passed = 0; !done && passed < limitMs; passed += 100) await clock.advance(ms(100))
  if (!done) throw new Error('still not done')
  return work
}
const codeOf = (outcome: Result<unknown, Fault>): string => (outcome.ok ? 'ok' : outcome.error.code)

describe('the first reading on a line', () => {
  it('counts when a second agrees, which is asked for at once', async () => {
    const { clock, controller, rotator } = bench()
    const connecting = rotator.connect()
    await clock.advance(ms(450))
    unwrap(await connecting)
    expect(controller.heard.filter(({ text }) => text === 'C2\r')).toHaveLength(2)
  })

  it('with a wrong digit is neither a place nor a fault of motion', async () => {
    let replies = 0
    const { faults, rotator, troubles } = await connected((controller) => {
      controller.azimuth = 20
      controller.reply = (azimuth) => {
        replies += 1
        return `AZ=${replies === 1 ? '420' : String(azimuth).padStart(3, '0')}  EL=030\r\n`
      }
    })
    expect(rotator.position()).toMatchObject({ azimuth: 20, turnCertain: false })
    expect([...faults, ...troubles]).toEqual([])
  })

  it('is waited for no longer than a controller that does not answer, where no two agree', async () => {
    let replies = 0
    const { clock, rotator } = bench((controller) => {
      controller.reply = () => {
        replies += 1
        return `AZ=${String((replies * 97) % 360).padStart(3, '0')}  EL=030\r\n`
      }
    })
    const connecting = rotator.connect()
    await clock.advance(ms(10_000))
    expect(await connecting).toMatchObject({ ok: false, error: { code: 'rotator.mute' } })
    expect(rotator.position()).toBeUndefined()
  })
})

describe('the rotator', () => {
  it('stops the antenna and reads the position before anything else on a new line', async () => {
    const { controller, rotator } = await connected()
    expect(controller.heard.map(({ text }) => text).slice(0, 3)).toEqual(['S\r', '\r', 'C2\r'])
    expect(rotator.position()).toMatchObject({ azimuth: 100, elevation: 30 })
  })

  it('moves where the gate has let it and reports the way', async () => {
    const { clock, controller, rotator } = await connected()
    expect(await during(clock, rotator.moveTo(motion(rotator, at(112.4, 41))))).toEqual({
      ok: true,
      value: 'sent',
    })
    await clock.advance(ms(6_000))
    expect(rotator.position()).toMatchObject({ azimuth: 112, elevation: 41 })
    // STOP waits for nothing.
    const heard = controller.heard.filter(({ text }) => text !== 'S\r')
    const gaps = heard.slice(1).map((one, i) => one.atMono - (heard[i]?.atMono ?? 0))
    // The rest that the controller wants between writes.
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(50)
  })

  it('refuses what did not pass the gate, even when the types were deceived', async () => {
    const { clock, controller, rotator } = await connected()
    const forged = JSON.parse('{"from":{"azimuth":100,"elevation":30},"to":{"azimuth":449,"elevation":0}}')
    expect(codeOf(await rotator.moveTo(forged))).toBe('motion.outside-envelope')
    await clock.advance(ms(2_000))
    expect(controller.target).toBeUndefined()
  })

  it('refuses a motion that was checked from somewhere else', async () => {
    const { clock, rotator, controller } = await connected()
    const motionFromHere = motion(rotator, at(120, 30))
    controller.target = { azimuth: 150, elevation: 30 }
    await clock.advance(ms(8_000))
    expect(codeOf(await rotator.moveTo(motionFromHere))).toBe('motion.stale')
  })

  it('drops a motion that waited while the process was frozen', async () => {
    const { clock, controller, rotator } = await connected()
    controller.replyDelayMs = 300
    // A question is out, and the motion waits for its answer.
    while (controller.heard.at(-1)?.text !== 'C2\r') await clock.advance(ms(10))
    const moving = rotator.moveTo(motion(rotator, at(120, 30)))
    clock.freeze(ms(60_000))
    expect(codeOf(await during(clock, moving))).toBe('motion.stale')
    expect(controller.heard.some(({ text }) => text.startsWith('W'))).toBe(false)
  })

  it('keeps to the period that the controller bears, whoever asks', async () => {
    const { clock, controller, rotator } = await connected()
    for (let ask = 0; ask < 20; ask += 1) {
      void rotator.moveTo(motion(rotator, at(ask % 2 === 0 ? 120 : 80, 30)))
      await clock.advance(ms(250))
    }
    const sent = controller.heard.filter(({ text }) => text.startsWith('W')).map(({ atMono }) => atMono)
    const gaps = sent.slice(1).map((atMono, i) => atMono - (sent[i] ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_000)
  })

  it('takes answers that cannot be true for none: it stops, and says that the controller is mute', async () => {
    const { clock, controller, troubles } = await connected()
    let turn = 0
    controller.reply = () => {
      turn += 1
      return `AZ=${String((turn * 97) % 360).padStart(3, '0')}  EL=030\r\n`
    }
    await clock.advance(ms(3_000))
    expect(troubles[0]?.code).toBe('rotator.mute')
    expect(controller.heard.filter(({ text }) => text === 'S\r').length).toBeGreaterThan(2)
  })

  it('keeps only the newest of the motions that wait', async () => {
    const { clock, controller, rotator } = await connected()
    const outcomes = [110, 120, 130].map((azimuth) => rotator.moveTo(motion(rotator, at(azimuth, 30))))
    await clock.advance(ms(1_000))
    expect((await Promise.all(outcomes)).map((one) => one.ok && one.value)).toEqual([
      'superseded',
      'superseded',
      'sent',
    ])
    expect(controller.heard.filter(({ text }) => text.startsWith('W'))).toHaveLength(1)
  })

  it('puts STOP on the wire at once, past a waiting motion and a pending answer', async () => {
    const { clock, controller, rotator } = await connected((made) => {
      made.replyDelayMs = 390
    })
    await during(clock, rotator.moveTo(motion(rotator, at(300, 30))))
    // Just after a question was asked.
    while (controller.heard.at(-1)?.text !== 'C2\r') await clock.advance(ms(10))
    const waiting = rotator.moveTo(motion(rotator, at(90, 30)))
    const asked = clock.monoNow()
    const stopping = rotator.stop()
    const heard = controller.heard.find(({ text, atMono }) => text === 'S\r' && atMono >= asked)
    expect(heard?.atMono).toBe(asked)
    expect((await during(clock, stopping)).ok).toBe(true)
    expect(await waiting).toEqual({ ok: true, value: 'superseded' })
    expect(controller.heard.filter(({ text }) => text.startsWith('W'))).toHaveLength(1)
    expect(controller.azimuth).toBeLessThan(130)
  })

  it('does not call it stopped while it coasts', async () => {
    const { clock, controller, rotator } = await connected((made) => {
      made.coast = 20
    })
    await during(clock, rotator.moveTo(motion(rotator, at(300, 30))))
    await clock.advance(ms(2_000))
    expect((await during(clock, rotator.stop())).ok).toBe(true)
    const stopped = controller.azimuth
    await clock.advance(ms(3_000))
    expect(controller.azimuth).toBe(stopped)
  })

  it('says that STOP could not be sent where there is no line, and why', async () => {
    const clock = createVirtualClock({ startUtc: utcMs(0) })
    const rotator = createRotator({
      ...{ clock, driver: gs232b, mount: g5500, log: silentLog, onFault: () => {} },
      open: async () => err(fault('serial.busy', 'The port is in use (rotctld, process 7)')),
    })
    expect(codeOf(await during(clock, rotator.stop()))).toBe('motion.stop-not-sent')
    expect(codeOf(await rotator.connect())).toBe('serial.busy')
    expect(await during(clock, rotator.stop())).toMatchObject({
      error: {
        code: 'motion.stop-not-sent',
        message: 'STOP could not be sent: The port is in use (rotctld, process 7)',
      },
    })
  })

  it('says that it does not stop, latches, and moves no more until cleared', async () => {
    const { clock, controller, rotator, faults } = await connected((made) => {
      made.deafToStop = true
    })
    await during(clock, rotator.moveTo(motion(rotator, at(440, 30))))
    const outcome = await during(clock, rotator.stop())
    expect(codeOf(outcome)).toBe('motion.not-stopped')
    expect(!outcome.ok && outcome.error.message).toContain('still moves')
    expect(faults.map(({ code }) => code)).toEqual(['motion.not-stopped'])
    expect(controller.heard.filter(({ text }) => text === 'S\r').length).toBeGreaterThanOrEqual(7)
    expect(codeOf(await rotator.moveTo(motion(rotator, at(120, 30))))).toBe('motion.latched')
    rotator.clearFault()
    expect(codeOf(await during(clock, rotator.moveTo(motion(rotator, rotator.position() ?? at(0, 0)))))).toBe(
      'ok',
    )
  })

  it('tells a fault that comes on top of another once, however often it is found again', async () => {
    const { clock, controller, rotator, faults } = await connected((made) => {
      made.deafToStop = true
    })
    controller.azimuth = 0
    controller.elevation = 0
    await clock.advance(ms(3_000))
    controller.target = { azimuth: 440, elevation: 30 }
    for (let stop = 0; stop < 3; stop += 1) await during(clock, rotator.stop())
    expect(faults.map(({ code }) => code)).toEqual(['motion.position-jump', 'motion.not-stopped'])
    rotator.clearFault()
    await during(clock, rotator.stop())
    expect(faults).toHaveLength(3)
  })

  it('sends STOP to a mute controller, says so once, and goes on when it answers again', async () => {
    const { clock, controller, rotator, faults, troubles } = await connected()
    await during(clock, rotator.moveTo(motion(rotator, at(300, 30))))
    controller.mute = true
    const from = clock.monoNow()
    await clock.advance(ms(2_500))
    expect(troubles.map(({ code }) => code)).toEqual(['rotator.mute'])
    expect(controller.heard.some(({ text, atMono }) => text === 'S\r' && atMono > from)).toBe(true)
    await clock.advance(ms(20_000))
    expect(troubles).toHaveLength(1)
    expect(rotator.position()).toBeUndefined()
    controller.mute = false
    await clock.advance(ms(1_000))
    expect(rotator.position()).toBeDefined()
    expect(faults).toEqual([])
    expect(codeOf(await during(clock, rotator.moveTo(motion(rotator, at(120, 30)))))).toBe('ok')
  })

  it('latches when a controller falls silent more often in a day than chance would have it', async () => {
    const { clock, controller, faults } = await connected()
    for (let silence = 0; silence <= 20; silence += 1) {
      controller.mute = true
      await clock.advance(ms(10_000))
      controller.mute = false
      await clock.advance(ms(10_000))
    }
    expect(faults.map(({ code }) => code)).toEqual(['rotator.mute'])
  })

  it('drops a single leap of the reading, and latches one that stays', async () => {
    const { clock, controller, rotator, faults } = await connected()
    controller.azimuth = 200
    await clock.advance(ms(500))
    expect(rotator.position()?.azimuth).toBe(100)
    controller.azimuth = 100
    await clock.advance(ms(1_000))
    expect(faults).toEqual([])
    controller.azimuth = 0
    controller.elevation = 0
    await clock.advance(ms(3_000))
    expect(faults.map(({ code }) => code)).toEqual(['motion.position-jump'])
    expect(rotator.position()).toMatchObject({ azimuth: 0, elevation: 0 })
  })

  it('says of a stop that nothing confirms that it is not confirmed', async () => {
    const { clock, controller, rotator } = await connected()
    controller.mute = true
    const outcome = await during(clock, rotator.stop())
    expect(!outcome.ok && outcome.error.message).toContain('not confirmed')
  })

  it('heals a cut line by itself with a fresh one: STOP, position, and no old motion', async () => {
    const { clock, controller, rotator, faults } = await connected()
    const moving = rotator.moveTo(motion(rotator, at(300, 30)))
    controller.lines[0]?.cut(fault('serial.failed', 'unplugged'))
    expect(codeOf(await moving)).toBe('serial.failed')
    const before = controller.heard.length
    // Whoever presses STOP does not wait for the next attempt to open the line.
    const from = clock.monoNow()
    void rotator.stop()
    await clock.advance(ms(100))
    expect(controller.heard[before]?.atMono).toBe(from)
    await clock.advance(ms(3_000))
    expect(controller.lines).toHaveLength(2)
    expect(controller.lines[0]?.text().some((text) => text.startsWith('W'))).toBe(false)
    expect(controller.heard.slice(before, before + 3).map(({ text }) => text)).toEqual(['S\r', '\r', 'C2\r'])
    expect(controller.heard.some(({ text }) => text.startsWith('W'))).toBe(false)
    expect(rotator.position()).toMatchObject({ azimuth: 100 })
    expect(faults).toEqual([])
  })

  it('tries a port that cannot be opened again, ever more slowly, until it is closed', async () => {
    const clock = createVirtualClock({ startUtc: utcMs(0) })
    let attempts = 0
    const rotator = createRotator({
      clock,
      open: async () => {
        attempts += 1
        return err(fault('serial.missing', 'no port'))
      },
      driver: gs232b,
      mount: g5500,
      log: silentLog,
      onFault: () => {},
    })
    expect(codeOf(await rotator.connect())).toBe('serial.missing')
    await clock.advance(ms(600_000))
    expect(attempts).toBeGreaterThan(15)
    expect(attempts).toBeLessThan(30)
    await rotator.close()
    expect(clock.pendingTimers()).toBe(0)
  })

  it('gives up a line that keeps breaking after a hundred times in a day', async () => {
    const { clock, controller, rotator, faults } = await connected()
    for (let hour = 0; hour < 150; hour += 1) {
      controller.lines.at(-1)?.cut()
      await clock.advance(ms(60_000))
    }
    expect(controller.lines.length).toBe(100)
    expect(faults.map(({ code }) => code)).toEqual(['link.closed'])
    expect(rotator.status().linked).toBe(false)
  })

  for (const [name, make] of [
    ['garbage between the answers', (good: string) => `\x00\xff#\r${good}`],
    ['ten thousand lines', (good: string) => `${'AZ=9\r'.repeat(10_000)}${good}`],
    ['a megabyte without an end', (good: string) => `${'x'.repeat(1_000_000)}\r${good}`],
    ['error prompts', (good: string) => `?>\r?>${good}`],
    ['one doubled answer', (good: string) => good + good],
  ] as const) {
    it(`keeps its position through ${name}`, async () => {
      const { clock, controller, rotator, faults } = await connected()
      const plain = controller.reply
      controller.reply = (azimuth, elevation) => make(plain(azimuth, elevation))
      await clock.advance(ms(3_000))
      expect(rotator.position()).toMatchObject({ azimuth: 100, elevation: 30 })
      expect(faults).toEqual([])
    })
  }

  it('leaves no timer and no open line behind when closed', async () => {
    const { clock, controller, rotator } = await connected()
    await rotator.close()
    await clock.advance(ms(1_000))
    // The scripted controller's own motor is the one timer left.
    expect(clock.pendingTimers()).toBe(1)
    expect(controller.lines[0]?.isClosed()).toBe(true)
    expect(
      codeOf(await rotator.moveTo(unwrap(checkMotion({ mount: g5500 }, { from: at(0, 0), to: at(1, 1) })))),
    ).toBe('link.closed')
  })
})
