import { BulkPropagator, createSingleThreadRuntime, EciBaseCalculator, sgp4 } from 'satellite.js'
import { MS_PER_HOUR, MS_PER_MINUTE } from '../src/kernel/time.ts'
import { bulkStates, createBulkCatalogue, epochOf } from '../src/orbit/bulk/bulk-catalogue.ts'
import { type Benchmark, spreadOf } from './benchmark.ts'
import { loadSkyCatalogue, timed } from './sky.ts'

const STEPS = 240
const WASM_OBJECTS = 200

/** States a second on one core, position and velocity, from initialised elements. */
export const PROPAGATE: Benchmark = {
  summary: 'states a second on one core: ours, satellite.js and its WebAssembly',
  runsDefault: 5,
  measure: async ({ runs, progress, sky }) => {
    const loaded = loadSkyCatalogue(sky.catalog)
    const stepMs = (sky.hours * MS_PER_HOUR) / STEPS
    const { catalogue } = createBulkCatalogue(loaded.elementSets)
    const minutes = new Float64Array(STEPS)
    const out = new Float64Array(STEPS * 6)
    const oursOnce = (): void => {
      for (let index = 0; index < catalogue.count; index += 1) {
        const sinceEpoch = (loaded.fromUtcMs - epochOf(catalogue, index)) / MS_PER_MINUTE
        for (let step = 0; step < STEPS; step += 1)
          minutes[step] = sinceEpoch + (step * stepMs) / MS_PER_MINUTE
        bulkStates(catalogue, index, minutes, STEPS, out, 0)
      }
    }
    const satelliteJsOnce = (): void => {
      for (const { satrec, epochUtcMs } of loaded.satrecs) {
        const sinceEpoch = (loaded.fromUtcMs - epochUtcMs) / MS_PER_MINUTE
        for (let step = 0; step < STEPS; step += 1) sgp4(satrec, sinceEpoch + (step * stepMs) / MS_PER_MINUTE)
      }
    }
    const runtime = await createSingleThreadRuntime()
    const propagator = new BulkPropagator({
      runtime,
      calculators: [new EciBaseCalculator()],
      satRecsCount: WASM_OBJECTS,
      datesCount: STEPS,
    })
    propagator.setDates(
      Array.from({ length: STEPS }, (_, step) => new Date(loaded.fromUtcMs + step * stepMs)),
    )
    const wasmOnce = async (): Promise<number> => {
      let wallMs = 0
      for (let first = 0; first < loaded.satrecs.length; first += WASM_OBJECTS) {
        // Laying the elements down is not part of what is compared.
        propagator.setSatRecs(loaded.satrecs.slice(first, first + WASM_OBJECTS).map(({ satrec }) => satrec))
        wallMs += await timed(async () => {
          await propagator.run()
        })
      }
      return wallMs
    }
    oursOnce()
    const states = catalogue.count * STEPS
    const perSecond: Record<'ours' | 'satelliteJs' | 'wasm', number[]> = {
      ours: [],
      satelliteJs: [],
      wasm: [],
    }
    for (let run = 0; run < runs; run += 1) {
      progress(`run ${run + 1} of ${runs}`)
      perSecond.ours.push((states * 1000) / (await timed(oursOnce)))
      perSecond.satelliteJs.push((states * 1000) / (await timed(satelliteJsOnce)))
      perSecond.wasm.push((states * 1000) / (await wasmOnce()))
    }
    propagator.dispose()
    const ratio = (peer: readonly number[]): ReturnType<typeof spreadOf> =>
      spreadOf(perSecond.ours.map((value, run) => value / (peer[run] ?? Number.NaN)))
    return {
      objects: catalogue.count,
      states,
      statesPerSecond: {
        ours: spreadOf(perSecond.ours),
        satelliteJs: spreadOf(perSecond.satelliteJs),
        wasm: spreadOf(perSecond.wasm),
      },
      ratio: { toSatelliteJs: ratio(perSecond.satelliteJs), toWasm: ratio(perSecond.wasm) },
    }
  },
}
