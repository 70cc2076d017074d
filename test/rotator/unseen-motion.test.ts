import { describe, expect, it } from 'vitest'
import type { AzEl } from '../../src/kernel/angle.ts'
import type { Fault } from '../../src/kernel/errors.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { ok } from '../../src/kernel/result.ts'
import { utcMs } from '../../src/kernel/time.ts'
import { deg, ms } from '../../src/kernel/units.ts'
import { createVirtualClock } from '../../src/kernel/virtual-clock.ts'
import { easycomm2 } from '../../src/rotator/protocols/easycomm2.ts'
import { createRotator, type RotatorOptions } from '../../src/rotator/rotator.ts'
import { canHaveGone } from '../../src/rotator/unseen-motion.ts'
import { g5500 } from '../pointing/passes.ts'
import { createScriptedStream } from '../support/scripted-stream.ts'

const at = (azimuth: number, elevation: number): AzEl => ({
  azimuth: deg(azimuth),
  elevation: deg(elevation),
})

/** What is told of a controller that reads so when it is first asked after a restart. */
const afterRestart = async (
  known: Pick<RotatorOptions, 'lastKnown' | 'headedFor' | 'isMovedByOthers' | 'findsItsPlace'>,
  reads: string | ((readings: number) => string),
): Promise<readonly Fault[]> => {
  const clock = createVirtualClock({ startUtc: utcMs(1_787_443_200_000) })
  const faults: Fault[] = []
  let readings = 0
  const line = createScriptedStream({
    onWrite: (text, stream) => {
      if (text !== 'AZ EL \n') return
      stream.say(`${typeof reads === 'string' ? reads : reads(readings)}\n`)
      readings += 1
    },
  })
  const rotator = createRotator({
    clock,
    open: async () => ok(line),
    driver: easycomm2,
    mount: g5500,
    log: silentLog,
    onFault: (failure) => faults.push(failure),
    ...known,
  })
  const connecting = rotator.connect()
  await clock.advance(ms(20_000))
  await connecting
  await rotator.close()
  return faults
}

describe('where an antenna is found that nobody saw for a while', () => {
  it('is between where it was and where it was sent, in whichever turn a controller reports', () => {
    const before = { position: at(350, 20), sentTo: [at(400, 60)] }
    expect(canHaveGone(g5500, 'as-is', before, at(375, 30))).toBe(true)
    expect(canHaveGone(g5500, 'modulo', before, at(15, 30))).toBe(true)
    expect(canHaveGone(g5500, 'as-is', before, at(15, 30))).toBe(false)
    expect(canHaveGone(g5500, 'as-is', before, at(375, 80))).toBe(false)
    expect(canHaveGone(g5500, 'as-is', before, at(330, 30))).toBe(false)
    expect(canHaveGone(g5500, 'as-is', { ...before, sentTo: [] }, at(375, 20))).toBe(false)
  })

  it('is asked about after a restart where its counter begins anew', async () => {
    const [failure] = await afterRestart({ lastKnown: at(180, 45) }, 'AZ0.0 EL0.0')
    expect(failure).toMatchObject({ code: 'motion.position-jump' })
    expect(failure?.message).toBe(
      'The antenna was last seen at azimuth 180°, elevation 45°, and the rotator now reads azimuth 0°, elevation 0°, where nobody sent it: it may have lost its place',
    )
  })

  it('is asked about although people are at it, who switch its controller off and on', async () => {
    const [failure] = await afterRestart(
      { lastKnown: at(180, 45), isMovedByOthers: () => true },
      'AZ0.0 EL0.0',
    )
    expect(failure).toMatchObject({ code: 'motion.position-jump' })
  })

  it('is believed where somebody turned it, or sent it to rest there, or it finds its place by itself', async () => {
    expect(await afterRestart({ lastKnown: at(180, 45) }, 'AZ90.0 EL30.0')).toEqual([])
    expect(await afterRestart({ lastKnown: at(180, 45), headedFor: at(2, 0) }, 'AZ0.0 EL0.0')).toEqual([])
    expect(await afterRestart({ lastKnown: at(3, 4) }, 'AZ0.0 EL0.0')).toEqual([])
    expect(await afterRestart({ lastKnown: at(180, 45), findsItsPlace: true }, 'AZ0.0 EL0.0')).toEqual([])
    expect(await afterRestart({}, 'AZ0.0 EL0.0')).toEqual([])
  })

  it('is not asked about for two wrong readings that agree by chance', async () => {
    const faults = await afterRestart({ lastKnown: at(180, 45) }, (readings) =>
      readings < 2 ? 'AZ0.0 EL0.0' : 'AZ180.0 EL45.0',
    )
    expect(faults).toEqual([])
  })
})
