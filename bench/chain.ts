import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRandom } from '../src/kernel/random.ts'
import { unwrap } from '../src/kernel/result.ts'
import { utcMs } from '../src/kernel/time.ts'
import { hz } from '../src/kernel/units.ts'
import { openWorkerStore } from '../src/outbox/worker-store.ts'
import { createCarrierEstimator } from '../src/receiver/dsp/carrier-estimator.ts'
import { type Benchmark, spreadOf } from './benchmark.ts'
import { AZEL, watch } from './processes.ts'
import { timeSimulatedReceiver } from './simulated-receiver.ts'

const SAMPLE_RATE = 240_000
const LOOK_SAMPLES = 32_768
const LOOKS = 50
const RECORDS = 200
/** About what a record takes. */
const RECORD_BYTES = 1_200

interface Summary {
  readonly stationSecondsPerWallSecond: number
  readonly observations: number
  readonly passStartUtc: string
  readonly passEndUtc: string
}

const playDemo = async (seed: number): Promise<{ readonly summary: Summary; readonly processMs: number }> => {
  const began = performance.now()
  const demo = watch([AZEL, 'demo', '--once', '--json', '--seed', String(seed)])
  const code = await demo.ended
  if (code !== 0) throw new Error(`the demo with seed ${seed} ended with ${code}: ${demo.stderr()}`)
  return { summary: JSON.parse(demo.stdout()) as Summary, processMs: performance.now() - began }
}

const timeEstimator = (): number => {
  const estimator = createCarrierEstimator({ sampleRate: hz(SAMPLE_RATE), length: LOOK_SAMPLES })
  // Noise alone, and a false alarm in every look: all of the work, whatever the carrier.
  const iq = createRandom(1).bytes(2 * LOOK_SAMPLES)
  const search = { searchCentre: hz(30_000), searchHalfWidth: hz(3_300), falseAlarmProbability: 1e9 }
  const lookAll = (): void => {
    for (let look = 0; look < LOOKS; look += 1) estimator.look(iq, { ...search, chirpHzPerSec: look })
  }
  lookAll()
  const began = performance.now()
  lookAll()
  return (performance.now() - began) / LOOKS
}

const timeStore = async (): Promise<number> => {
  const folder = mkdtempSync(join(tmpdir(), 'azel-bench-'))
  const store = unwrap(await openWorkerStore(join(folder, 'station.sqlite')))
  const random = createRandom(1)
  const append = async (from: number): Promise<void> => {
    for (let count = from; count < from + RECORDS; count += 1) {
      const body = random.bytes(RECORD_BYTES)
      unwrap(await store.append([{ id: `record-${count}`, body, recordedUtc: utcMs(count) }]))
    }
  }
  await append(0)
  const began = performance.now()
  await append(RECORDS)
  const each = (performance.now() - began) / RECORDS
  await store.close()
  rmSync(folder, { recursive: true, force: true })
  return each
}

/** How much faster than real time the whole chain runs, and what its parts take. */
export const CHAIN: Benchmark = {
  summary: 'the whole chain of the demo: station seconds per wall second, and the share of its parts',
  runsDefault: 5,
  measure: async ({ runs, progress }) => {
    const played: Awaited<ReturnType<typeof playDemo>>[] = []
    for (let seed = 1; seed <= runs; seed += 1) {
      const demo = await playDemo(seed)
      progress(`seed ${seed}: ${demo.summary.stationSecondsPerWallSecond} station seconds a second`)
      played.push(demo)
    }
    const simulatorMs: number[] = []
    const estimatorMs: number[] = []
    const storeMs: number[] = []
    for (let run = 0; run < runs; run += 1) {
      simulatorMs.push(1_000 / (await timeSimulatedReceiver()).stationSecondsPerWallSecond)
      estimatorMs.push(timeEstimator())
      storeMs.push(await timeStore())
    }
    const parts = {
      simulatorMs: spreadOf(simulatorMs),
      estimatorMs: spreadOf(estimatorMs),
      storeMs: spreadOf(storeMs),
    }
    const processMs = spreadOf(played.map((demo) => demo.processMs))
    const observations = spreadOf(played.map(({ summary }) => summary.observations))
    const share = (each: number): number =>
      Number(((each * observations.median) / processMs.median).toPrecision(3))
    return {
      stationSecondsPerWallSecond: spreadOf(played.map(({ summary }) => summary.stationSecondsPerWallSecond)),
      processMs,
      observations,
      parts,
      passShare: {
        simulator: share(parts.simulatorMs.median),
        estimator: share(parts.estimatorMs.median),
        store: share(parts.storeMs.median),
      },
    }
  },
}
