import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Clock } from '../src/kernel/clock.ts'
import { silentLog } from '../src/kernel/log.ts'
import { createRandom } from '../src/kernel/random.ts'
import { createRealClock } from '../src/kernel/real-clock.ts'
import { ok, unwrap } from '../src/kernel/result.ts'
import { MS_PER_HOUR, utcMs, utcPlus } from '../src/kernel/time.ts'
import { deg, degPerSec, ms, sec } from '../src/kernel/units.ts'
import { createHorizonMask } from '../src/orbit/horizon-mask.ts'
import { openWorkerStore } from '../src/outbox/worker-store.ts'
import type { AzElMount } from '../src/pointing/mount.ts'
import { gs232b } from '../src/rotator/protocols/gs232b.ts'
import { openTcp } from '../src/rotator/tcp-byte-stream.ts'
import { openAntennaMemory } from '../src/station/antenna-memory.ts'
import { createMovingAntenna } from '../src/station/moving-antenna.ts'
import { createWorkerPlanner } from '../src/station/planner.ts'
import { type Benchmark, type Figures, spreadOf } from './benchmark.ts'
import { AZEL, pause, watch } from './processes.ts'
import { BENCH_SITE, loadSkyCatalogue } from './sky.ts'

const SETTLE_MS = 3_000
const MEASURE_MS = 30_000
const RECORDS_PER_SECOND = 20
const RECORD_BYTES = 1_200
/** A disk that is busy for others: 8 MiB written and synced, again and again. */
const DISK_LOAD = `
const { closeSync, fsyncSync, openSync, writeSync } = require('node:fs')
const { workerData } = require('node:worker_threads')
const block = Buffer.alloc(8 << 20, 1)
for (;;) {
  const file = openSync(workerData, 'w')
  writeSync(file, block)
  fsyncSync(file)
  closeSync(file)
}`

const MOUNT: AzElMount = {
  kind: 'azel',
  azimuth: { minimum: deg(0), maximum: deg(450), slewRate: degPerSec(6) },
  elevation: { minimum: deg(0), maximum: deg(180), slewRate: degPerSec(2.7) },
  park: { azimuth: deg(180), elevation: deg(0) },
  beamWidth: deg(20),
  resolution: deg(1),
}

/** A clock that notes how much later than asked each of its timers fired. */
const watchedClock = (clock: Clock, note: (lateMs: number) => void): Clock => ({
  ...clock,
  setTimer: (delay, callback) => {
    const due = clock.monoNow() + Math.max(0, delay)
    return clock.setTimer(delay, () => {
      note(clock.monoNow() - due)
      callback()
    })
  },
})

const share = (sorted: readonly number[], part: number): number =>
  Number((sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN).toFixed(2))

const figuresOf = (late: readonly number[]) => {
  const sorted = late.toSorted((a, b) => a - b)
  return {
    timers: sorted.length,
    p50: share(sorted, 0.5),
    p99: share(sorted, 0.99),
    max: share(sorted, 1),
  }
}

interface Load {
  readonly plans: () => number
  readonly records: () => number
  readonly stop: () => Promise<void>
}

/** The whole catalogue is planned again and again in the planner's worker, and a journal is written on a busy disk. */
const startLoad = async (clock: Clock, folder: string, catalog: string | undefined): Promise<Load> => {
  const { elementSets, fromUtcMs } = loadSkyCatalogue(catalog)
  // As the configuration holds them.
  const requests = elementSets.map(({ catalogNumber }) => ({
    id: `object-${catalogNumber}`,
    catalogNumber,
    priority: 50,
  }))
  const planner = createWorkerPlanner({ clock, log: silentLog })
  const store = unwrap(await openWorkerStore(join(folder, 'station.sqlite')))
  const disk = new Worker(DISK_LOAD, { eval: true, workerData: join(folder, 'busy') })
  const random = createRandom(1)
  let stopped = false
  let plans = 0
  let records = 0
  const planAgain = async (): Promise<void> => {
    while (!stopped) {
      const made = await planner.plan({
        elementSets,
        requests,
        site: BENCH_SITE,
        refraction: undefined,
        ut1MinusUtc: sec(0),
        mask: unwrap(createHorizonMask({ minimumElevation: deg(10), points: [] })),
        policy: { turnaround: ms(60_000), minimumCulmination: deg(10), minimumDuration: ms(20_000) },
        fromUtcMs,
        toUtcMs: utcMs(fromUtcMs + 24 * MS_PER_HOUR),
        notTakenMax: 500,
      })
      if (made.ok) plans += 1
    }
  }
  const journal = async (): Promise<void> => {
    while (!stopped) {
      const appended = await store.append([
        { id: `record-${records}`, body: random.bytes(RECORD_BYTES), recordedUtc: utcMs(records) },
      ])
      if (appended.ok) records += 1
      await pause(1000 / RECORDS_PER_SECOND)
    }
  }
  const working = [planAgain(), journal()]
  return {
    plans: () => plans,
    records: () => records,
    stop: async () => {
      stopped = true
      planner.close()
      await Promise.all(working)
      await disk.terminate()
      await store.close()
    },
  }
}

/** How late the timers of the control loop fire while it follows a target, alone and under load. */
const measureRun = async (catalog: string | undefined): Promise<readonly [Figures, Figures]> => {
  const folder = mkdtempSync(join(tmpdir(), 'azel-bench-'))
  const simulator = watch([AZEL, 'sim', 'rotator', '--listen', '127.0.0.1:0'])
  await simulator.said('rotator')
  const port = Number(/tcp:\/\/127\.0\.0\.1:(\d+)/.exec(simulator.stdout())?.[1])
  const real = createRealClock()
  let late: number[] = []
  const clock = watchedClock(real, (lateMs) => late.push(lateMs))
  const antenna = createMovingAntenna({
    clock,
    log: silentLog,
    driver: gs232b,
    envelope: { mount: MOUNT },
    memory: openAntennaMemory(join(folder, 'antenna.json'), { antenna: 'bench', log: silentLog }),
    open: async () => {
      const stream = await openTcp({ clock, host: '127.0.0.1', port, provenance: 'simulated' })
      return stream.ok ? ok(stream.value) : stream
    },
  })
  try {
    unwrap(await antenna.connect())
    const aosUtc = utcPlus(real.utcNow(), ms(1_000))
    unwrap(
      antenna.follow({
        id: 'bench',
        aosUtc,
        losUtc: utcPlus(aosUtc, ms(2 * (SETTLE_MS + MEASURE_MS) + 60_000)),
        // One degree a second to and fro, so that there is always something to command.
        lookAt: (at) => ({
          azimuth: deg(180 + 40 * Math.sin((at - aosUtc) / 40_000)),
          elevation: deg(45 + 10 * Math.sin((at - aosUtc) / 20_000)),
        }),
      }),
    )
    await pause(SETTLE_MS)
    late = []
    await pause(MEASURE_MS)
    const alone = figuresOf(late)
    const load = await startLoad(real, folder, catalog)
    await pause(SETTLE_MS)
    late = []
    await pause(MEASURE_MS)
    const loaded = { ...figuresOf(late), plans: load.plans(), records: load.records() }
    await load.stop()
    return [alone, loaded]
  } finally {
    await antenna.close()
    await simulator.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}

const column = (figures: readonly Figures[], name: string) =>
  spreadOf(figures.map((each) => (typeof each[name] === 'number' ? each[name] : Number.NaN)))

export const ROTATOR: Benchmark = {
  summary: 'how late the control loop is, alone and beside a search of the whole sky and a busy disk',
  runsDefault: 1,
  measure: async ({ runs, progress, sky }) => {
    const alone: Figures[] = []
    const loaded: Figures[] = []
    for (let run = 1; run <= runs; run += 1) {
      progress(`rotator: run ${run} of ${runs}, about ${Math.round((2 * (SETTLE_MS + MEASURE_MS)) / 1000)} s`)
      const [one, other] = await measureRun(sky.catalog)
      alone.push(one)
      loaded.push(other)
    }
    const lateMs = (figures: readonly Figures[]) => ({
      timers: column(figures, 'timers'),
      p50: column(figures, 'p50'),
      p99: column(figures, 'p99'),
      max: column(figures, 'max'),
    })
    return {
      secondsEach: MEASURE_MS / 1000,
      aloneLateMs: lateMs(alone),
      loadedLateMs: lateMs(loaded),
      wholeCataloguePlans: column(loaded, 'plans'),
      journaledRecords: column(loaded, 'records'),
    }
  },
}
