import { describe, expect, it } from 'vitest'
import type { AzEl } from '../../src/kernel/angle.ts'
import type { Fault } from '../../src/kernel/errors.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { ok, unwrap } from '../../src/kernel/result.ts'
import { utcMs } from '../../src/kernel/time.ts'
import { deg, ms } from '../../src/kernel/units.ts'
import { createVirtualClock } from '../../src/kernel/virtual-clock.ts'
import { checkMotion } from '../../src/pointing/motion-gate.ts'
import { easycomm1 } from '../../src/rotator/protocols/easycomm1.ts'
import { createRotator, type RotatorOptions } from '../../src/rotator/rotator.ts'
import { g5500 } from '../pointing/passes.ts'
import { createScriptedStream, type ScriptedStream } from '../support/scripted-stream.ts'

const at = (azimuth: number, elevation: number): AzEl => ({
  azimuth: deg(azimuth),
  elevation: deg(elevation),
})

const bench = async (known: Pick<RotatorOptions, 'lastKnown' | 'headedFor'> = {}) => {
  const clock = createVirtualClock({ startUtc: utcMs(1_787_443_200_000) })
  const troubles: Fault[] = []
  const remembered: AzEl[] = []
  const lines: ScriptedStream[] = []
  let healed = 0
  const rotator = createRotator({
    clock,
    open: async () => {
      const line = createScriptedStream({ onWrite: () => {} })
      lines.push(line)
      return ok(line)
    },
    driver: easycomm1,
    mount: g5500,
    log: silentLog,
    ...known,
    onReading: ({ azimuth, elevation }) => remembered.push({ azimuth, elevation }),
    onFault: () => {},
    onTrouble: (failure) => troubles.push(failure),
    onHealed: () => {
      healed += 1
    },
  })
  const connecting = rotator.connect()
  await clock.advance(ms(2_000))
  const moveTo = async (to: AzEl) => {
    const from = rotator.position()
    if (from === undefined) throw new Error('no position')
    const moving = rotator.moveTo(unwrap(checkMotion({ mount: g5500 }, { from, to })))
    await clock.advance(ms(1_000))
    return moving
  }
  return {
    clock,
    rotator,
    troubles,
    remembered,
    lines,
    connected: await connecting,
    moveTo,
    healed: () => healed,
  }
}

describe('a controller that cannot be asked', () => {
  it('has no place until a person says that it stands at its resting place', async () => {
    const { rotator, troubles, connected, healed, moveTo } = await bench()
    expect(connected).toMatchObject({ ok: false, error: { code: 'rotator.place-unknown' } })
    expect(await rotator.connect()).toMatchObject({ ok: false, error: { code: 'rotator.place-unknown' } })
    expect(troubles.map(({ code }) => code)).toEqual(['rotator.place-unknown'])
    expect(rotator.position()).toBeUndefined()
    expect(rotator.confirmTurn(deg(460))).toBe(false)
    expect(rotator.confirmTurn(deg(Number.NaN))).toBe(false)
    expect(rotator.confirmTurn(deg(30))).toBe(true)
    expect(rotator.position()).toMatchObject({
      azimuth: 30,
      elevation: g5500.park.elevation,
      estimated: true,
      turnCertain: true,
    })
    expect(healed()).toBe(1)
    expect(rotator.status().trouble).toBeUndefined()
    expect(await moveTo(at(60, 40))).toEqual(ok('sent'))
  })

  it('is where it rested when its place was written down', async () => {
    const { rotator, troubles } = await bench({ lastKnown: at(380, 20), headedFor: at(382, 20) })
    expect(rotator.position()).toMatchObject({ azimuth: 380, elevation: 20 })
    expect(troubles).toEqual([])
  })

  it('may be anywhere after a crash on its way', async () => {
    for (const headedFor of [at(300, 20), at(380, 60)]) {
      const { rotator, troubles } = await bench({ lastKnown: at(380, 20), headedFor })
      expect(rotator.position()).toBeUndefined()
      expect(troubles.map(({ code }) => code)).toEqual(['rotator.place-unknown'])
    }
  })

  it('is written down with each command, and on its way until it has arrived', async () => {
    const { clock, remembered, moveTo } = await bench({ lastKnown: at(100, 20) })
    const before = remembered.length
    await moveTo(at(160, 20))
    expect(remembered.length).toBeGreaterThan(before)
    await clock.advance(ms(30_000))
    expect(remembered.at(-1)).toEqual(at(160, 20))
    const ways = remembered.slice(before).map(({ azimuth }) => Math.round(azimuth / 10) * 10)
    expect([...new Set(ways)]).toEqual([100, 110, 120, 130, 140, 150, 160])
  })

  it('is still where it was when the line comes back, and still unknown where it was', async () => {
    const { clock, rotator, lines, healed } = await bench({ lastKnown: at(100, 20) })
    lines[0]?.cut()
    await clock.advance(ms(5_000))
    expect(rotator.position()).toMatchObject(at(100, 20))
    expect(healed()).toBe(1)
    const unknown = await bench()
    unknown.lines[0]?.cut()
    await unknown.clock.advance(ms(5_000))
    expect(unknown.lines).toHaveLength(2)
    expect(unknown.rotator.position()).toBeUndefined()
    expect(unknown.rotator.status().trouble?.code).toBe('rotator.place-unknown')
  })
})
