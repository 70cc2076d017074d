import { createDongle, DONGLE_DEFAULTS } from '../hardware-sim/dongle/dongle.ts'
import { openDongleInMemory } from '../hardware-sim/dongle/memory-line.ts'
import { createOscillator } from '../hardware-sim/sky/oscillator.ts'
import { createRandom } from '../src/kernel/random.ts'
import { createRealClock } from '../src/kernel/real-clock.ts'
import { unwrap } from '../src/kernel/result.ts'
import { utcMs } from '../src/kernel/time.ts'
import { db, deg, hz, ms } from '../src/kernel/units.ts'
import { createVirtualClock } from '../src/kernel/virtual-clock.ts'
import { type Benchmark, spreadOf } from './benchmark.ts'

const STREAM_SECONDS = 120

/**
 * How fast the simulated receiver makes samples of one carrier in noise, clock and delivery included: the floor under
 * what a simulated station can reach in station seconds a wall second.
 */
export const timeSimulatedReceiver = async (): Promise<{
  readonly nanosecondsPerSample: number
  readonly stationSecondsPerWallSecond: number
}> => {
  const wall = createRealClock()
  const clock = createVirtualClock({ startUtc: utcMs(0) })
  const transmitter = { catalogNumber: 1, frequency: hz(100_010_000), name: 'carrier' }
  const dongle = createDongle({
    clock,
    random: createRandom(1),
    sky: {
      carriersAt: (offset) => [
        { transmitter, index: 0, arrivingHz: 100_010_000 - 50 * offset, carrierToNoiseDensityDbHz: db(48) },
      ],
      receptionOf: () => undefined,
      trueTransmitFrequency: () => undefined,
    },
    oscillator: createOscillator({ offsetPpm: 0.3, driftPpmPerHour: 0.3 }, createRandom(1)),
    boresightAt: () => ({ azimuth: deg(0), elevation: deg(90) }),
    start: clock.monoNow(),
    options: DONGLE_DEFAULTS,
  })
  const stream = unwrap(openDongleInMemory(dongle))
  let bytes = 0
  stream.onBytes((chunk) => {
    bytes += chunk.length
  })
  const began = wall.monoNow()
  await clock.advance(ms(STREAM_SECONDS * 1000))
  const wallMs = wall.monoNow() - began
  await stream.close()
  return {
    nanosecondsPerSample: (wallMs * 1e6) / (bytes / 2),
    stationSecondsPerWallSecond: STREAM_SECONDS / (wallMs / 1000),
  }
}

export const RECEIVER: Benchmark = {
  summary: 'the simulated receiver alone: how fast it makes samples',
  runsDefault: 5,
  measure: async ({ runs }) => {
    const timed: Awaited<ReturnType<typeof timeSimulatedReceiver>>[] = []
    for (let run = 0; run < runs; run += 1) timed.push(await timeSimulatedReceiver())
    return {
      nanosecondsPerSample: spreadOf(timed.map((one) => one.nanosecondsPerSample)),
      stationSecondsPerWallSecond: spreadOf(timed.map((one) => one.stationSecondsPerWallSecond)),
    }
  },
}
