import { unwrap } from '../src/kernel/result.ts'
import { MS_PER_HOUR, utcMs } from '../src/kernel/time.ts'
import { deg } from '../src/kernel/units.ts'
import { flatHorizon } from '../src/orbit/horizon-mask.ts'
import { createPassFinder } from '../src/station/pass-finder.ts'
import { type Benchmark, type Spread, spreadOf } from './benchmark.ts'
import { BENCH_SITE, loadSkyCatalogue, scanWithSatelliteJs, scanWithWasm, timed } from './sky.ts'

// Code is compiled while it runs, and what took other ways than before is compiled again: two workers still get faster
// until the tenth search, and are measured warm.
const WARM_UPS = 15

/** All passes of a catalogue over a site: ours, and scans every 30 s. */
export const PASSES: Benchmark = {
  summary: 'all passes of a whole catalogue, beside scans with satellite.js and its WebAssembly',
  runsDefault: 7,
  measure: async ({ runs, progress, sky }) => {
    const { hours, minimumElevationDeg } = sky
    const catalogue = loadSkyCatalogue(sky.catalog)
    const scan = { catalogue, hours, minimumElevationDeg }
    const request = {
      site: BENCH_SITE,
      fromUtcMs: catalogue.fromUtcMs,
      toUtcMs: utcMs(catalogue.fromUtcMs + hours * MS_PER_HOUR),
      mask: flatHorizon(deg(minimumElevationDeg)),
    }
    const ours: {
      readonly threads: number
      readonly wallMs: number
      readonly wallMsSpread: Spread
      readonly evaluationsPerPass: number
    }[] = []
    let passes = 0
    for (const threads of sky.threads === undefined ? [1, 2] : [sky.threads]) {
      progress(`ours, ${threads} thread${threads === 1 ? '' : 's'}`)
      const finder = await createPassFinder({ elementSets: catalogue.elementSets, threads })
      const wall: number[] = []
      let evaluations = 0
      for (let run = -WARM_UPS; run < runs; run += 1) {
        const wallMs = await timed(async () => {
          const found = unwrap(await finder.findRows(request, () => undefined))
          passes = found.passes
          evaluations = found.evaluations
        })
        if (run >= 0) wall.push(wallMs)
      }
      await finder.close()
      const spread = spreadOf(wall)
      ours.push({
        threads,
        wallMs: spread.median,
        wallMsSpread: spread,
        evaluationsPerPass: Number((evaluations / passes).toFixed(3)),
      })
    }
    progress('naive scan with satellite.js')
    let naivePasses = 0
    const naiveMs = await timed(() => {
      naivePasses = scanWithSatelliteJs(scan)
    })
    progress('scan with the WebAssembly of satellite.js')
    let wasmPasses = 0
    const wasmMs = await timed(async () => {
      wasmPasses = await scanWithWasm(scan)
    })
    const best = Math.min(...ours.map(({ wallMs }) => wallMs))
    return {
      objects: catalogue.elementSets.length,
      hours,
      minimumElevationDeg,
      passes,
      naive: { wallMs: Math.round(naiveMs), passes: naivePasses },
      wasm: { wallMs: Math.round(wasmMs), passes: wasmPasses },
      ours,
      ratioToNaive: Number((naiveMs / best).toFixed(1)),
      ratioToWasm: Number((wasmMs / best).toFixed(1)),
    }
  },
}
