import { createRealClock } from '../src/kernel/real-clock.ts'
import { type Benchmark, TabledFigures } from './benchmark.ts'
import { measurePointing } from './pointing/measure.ts'
import { pointingTable } from './pointing/table.ts'
import { BENCH_SITE, loadSkyCatalogue } from './sky.ts'

const clock = createRealClock()

/** Our planner and choice of commands beside the control loops of others, on the same simulated antennas. */
export const POINTING: Benchmark = {
  summary: 'pointing error, motor starts and way: ours beside Gpredict, SatNOGS client, SatDump and r2cloud',
  runsDefault: 1,
  measure: async ({ progress, sky }) => {
    const antennas = await measurePointing({
      catalogue: loadSkyCatalogue(sky.catalog),
      site: sky.site ?? BENCH_SITE,
      hours: sky.hours,
      minimumElevationDeg: sky.minimumElevationDeg,
      // Of another catalogue or site only what it has.
      withNearZenith: sky.catalog === undefined && sky.site === undefined,
      monoNow: () => clock.monoNow(),
      progress,
    })
    return new TabledFigures({ antennas }, pointingTable(antennas))
  },
}
