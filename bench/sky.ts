import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import {
  BulkPropagator,
  createSingleThreadRuntime,
  degreesToRadians,
  EcfPositionCalculator,
  EciBaseCalculator,
  ecfToLookAngles,
  eciToEcf,
  GmstCalculator,
  gstime,
  LookAnglesCalculator,
  type SatRec,
  sgp4,
} from 'satellite.js'
import { readElementFile } from '../src/catalog/read-elements.ts'
import { createRealClock } from '../src/kernel/real-clock.ts'
import { unwrap } from '../src/kernel/result.ts'
import { MS_PER_HOUR, MS_PER_MINUTE, type UtcMs, utcMs } from '../src/kernel/time.ts'
import { deg, metres } from '../src/kernel/units.ts'
import type { ElementSet } from '../src/orbit/element-set.ts'
import { satelliteRecord } from '../src/orbit/satellite-record.ts'
import type { Site } from '../src/orbit/site.ts'

// 16,400 objects: the active catalogue of CelesTrak, 2026-08-22T20:39Z.
const SHIPPED = new URL('./catalogue/active-2026-08-22.omm.csv.gz', import.meta.url)
const SCAN_STEP_MS = 30_000
// So many objects at a time, that the answers of the bulk propagator fit its 16 MiB.
const WASM_OBJECTS = 16

export const BENCH_SITE: Site = { latitude: deg(51.5), longitude: deg(-0.1275), height: metres(50) }

const clock = createRealClock()

/** How long something takes, in milliseconds of the wall. */
export const timed = async (work: () => Promise<void> | void): Promise<number> => {
  const begin = clock.monoNow()
  await work()
  return clock.monoNow() - begin
}

export interface SkyCatalogue {
  readonly elementSets: readonly ElementSet[]
  readonly satrecs: readonly { readonly satrec: SatRec; readonly epochUtcMs: UtcMs }[]
  /** The first whole hour after the median of the epochs. */
  readonly fromUtcMs: UtcMs
}

/** The catalogue of a file, or the shipped one. */
export const loadSkyCatalogue = (path: string | undefined): SkyCatalogue => {
  const bytes = readFileSync(path ?? SHIPPED)
  const text = (path === undefined || path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  const { elementSets } = unwrap(readElementFile(text, { sourceName: path ?? 'the shipped catalogue' }))
  const satrecs = elementSets.flatMap((set) => {
    const satrec = satelliteRecord(set)
    return satrec.ok ? [{ satrec: satrec.value, epochUtcMs: set.epochUtcMs }] : []
  })
  const epochs = elementSets.map(({ epochUtcMs }) => epochUtcMs).toSorted((a, b) => a - b)
  const middle = epochs[Math.floor(epochs.length / 2)] ?? utcMs(0)
  return { elementSets, satrecs, fromUtcMs: utcMs(Math.ceil(middle / MS_PER_HOUR) * MS_PER_HOUR) }
}

interface Scan {
  readonly catalogue: SkyCatalogue
  readonly hours: number
  readonly minimumElevationDeg: number
}

const observer = {
  latitude: degreesToRadians(BENCH_SITE.latitude),
  longitude: degreesToRadians(BENCH_SITE.longitude),
  height: BENCH_SITE.height / 1000,
}

const JULIAN_UNIX_EPOCH = 2_440_587.5
const MS_PER_DAY = 86_400_000

/** What most programs do: look every 30 s, with satellite.js. Gives the passes that it notices. */
export const scanWithSatelliteJs = ({ catalogue, hours, minimumElevationDeg }: Scan): number => {
  const least = degreesToRadians(minimumElevationDeg)
  const steps = Math.floor((hours * MS_PER_HOUR) / SCAN_STEP_MS)
  const sidereal = Array.from({ length: steps }, (_, step) =>
    gstime(JULIAN_UNIX_EPOCH + (catalogue.fromUtcMs + step * SCAN_STEP_MS) / MS_PER_DAY),
  )
  let passes = 0
  for (const { satrec, epochUtcMs } of catalogue.satrecs) {
    let wasUp = false
    for (let step = 0; step < steps; step += 1) {
      const minutes = (catalogue.fromUtcMs + step * SCAN_STEP_MS - epochUtcMs) / MS_PER_MINUTE
      const state = sgp4(satrec, minutes)
      if (state === null) break
      const { elevation } = ecfToLookAngles(observer, eciToEcf(state.position, sidereal[step] ?? 0))
      const isUp = elevation > least
      if (isUp && !wasUp) passes += 1
      wasUp = isUp
    }
  }
  return passes
}

/** The same with satellite.js's bulk propagator in WebAssembly. */
export const scanWithWasm = async ({ catalogue, hours, minimumElevationDeg }: Scan): Promise<number> => {
  const least = degreesToRadians(minimumElevationDeg)
  const steps = Math.floor((hours * MS_PER_HOUR) / SCAN_STEP_MS)
  const runtime = await createSingleThreadRuntime()
  const propagator = new BulkPropagator({
    runtime,
    calculators: [
      new EciBaseCalculator(),
      new GmstCalculator(),
      new EcfPositionCalculator(),
      new LookAnglesCalculator(),
    ],
    satRecsCount: WASM_OBJECTS,
    datesCount: steps,
  })
  propagator.setDates(
    Array.from({ length: steps }, (_, step) => new Date(catalogue.fromUtcMs + step * SCAN_STEP_MS)),
  )
  let passes = 0
  for (let first = 0; first < catalogue.satrecs.length; first += WASM_OBJECTS) {
    const satrecs = catalogue.satrecs.slice(first, first + WASM_OBJECTS).map(({ satrec }) => satrec)
    propagator.setSatRecs(satrecs)
    await propagator.run({ lookAngles: { observer } })
    const angles = propagator.getRawOutput().lookAngles
    for (let object = 0; object < satrecs.length; object += 1) {
      let wasUp = false
      for (let step = 0; step < steps; step += 1) {
        const isUp = (angles[(object * steps + step) * 3 + 1] ?? 0) > least
        if (isUp && !wasUp) passes += 1
        wasUp = isUp
      }
    }
  }
  propagator.dispose()
  return passes
}
