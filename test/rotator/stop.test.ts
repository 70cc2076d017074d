import { describe, expect, it } from 'vitest'
import type { Fault } from '../../src/kernel/errors.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { ok } from '../../src/kernel/result.ts'
import { utcMs } from '../../src/kernel/time.ts'
import { deg, degPerSec, ms } from '../../src/kernel/units.ts'
import { createVirtualClock } from '../../src/kernel/virtual-clock.ts'
import { easycomm2 } from '../../src/rotator/protocols/easycomm2.ts'
import { createRotator } from '../../src/rotator/rotator.ts'
import { g5500 } from '../pointing/passes.ts'
import { createScriptedStream } from '../support/scripted-stream.ts'

// A tenth of a degree is told, a tenth of a degree a second is turned, and the encoder is worn.
const SLOW = degPerSec(0.1)
const mount = {
  ...g5500,
  azimuth: { ...g5500.azimuth, slewRate: SLOW },
  elevation: { ...g5500.elevation, slewRate: SLOW },
  resolution: deg(0.1),
}
const SCATTER_DEG = [0.5, -0.4, 0.1, 0.6, -0.6, 0.3, -0.2]

const stopAt = async (truth: (atMonoMs: number) => number) => {
  const clock = createVirtualClock({ startUtc: utcMs(1_787_443_200_000) })
  const faults: Fault[] = []
  let readings = 0
  const line = createScriptedStream({
    onWrite: (text, stream) => {
      if (text !== 'AZ EL \n') return
      readings += 1
      const azimuth = truth(clock.monoNow()) + (SCATTER_DEG[readings % SCATTER_DEG.length] ?? 0)
      stream.say(`AZ${azimuth.toFixed(1)} EL30.0\n`)
    },
  })
  const rotator = createRotator({
    clock,
    open: async () => ok(line),
    driver: easycomm2,
    mount,
    log: silentLog,
    onFault: (failure) => faults.push(failure),
  })
  // It looks whether the antenna stands.
  const connecting = rotator.connect()
  await clock.advance(ms(200_000))
  await connecting
  const stops = line.text().filter((text) => text === 'SA SE \n').length
  await rotator.close()
  return { faults, stops }
}

describe('a STOP to a slow antenna whose encoder scatters by many of its steps', () => {
  it('is seen to be obeyed, however long it takes to tell the scatter from a motion', async () => {
    const { faults } = await stopAt(() => 100)
    expect(faults).toEqual([])
  })

  it('is seen not to be obeyed before the antenna has turned by five degrees', async () => {
    const { faults, stops } = await stopAt((atMonoMs) => 100 + (0.1 * atMonoMs) / 1000)
    expect(faults[0]?.message).toMatch(/^STOP was sent (\d+) times and the antenna still moves$/)
    // Five degrees take it 50 s, and a STOP goes out with each of two readings a second.
    expect(stops).toBeGreaterThan(80)
    expect(stops).toBeLessThan(110)
  })
})
