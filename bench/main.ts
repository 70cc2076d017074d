import { parseArgs } from 'node:util'
import { nearName } from '../src/kernel/near-name.ts'
import { deg, metres } from '../src/kernel/units.ts'
import type { Site } from '../src/orbit/site.ts'
import { type Benchmark, type SkyOptions, TabledFigures, tableOf } from './benchmark.ts'
import { CHAIN } from './chain.ts'
import { PASSES } from './passes.ts'
import { POINTING } from './pointing.ts'
import { PROPAGATE } from './propagate.ts'
import { ROTATOR } from './rotator.ts'
import { RECEIVER } from './simulated-receiver.ts'
import { STARTUP } from './startup.ts'

// npm run -s bench -- NAME [--json] [--runs N]; the fields are explained in README.md beside this file.

const BENCHMARKS: ReadonlyMap<string, Benchmark> = new Map([
  ['startup', STARTUP],
  ['chain', CHAIN],
  ['receiver', RECEIVER],
  ['passes', PASSES],
  ['propagate', PROPAGATE],
  ['pointing', POINTING],
  ['rotator', ROTATOR],
])
const RUNS_MAX = 100
const HOURS_MAX = 720
const THREADS_MAX = 64
const HEIGHT_M_MAX = 10_000

const complain = (sentence: string): void => {
  process.stderr.write(`bench: ${sentence}\n`)
  process.exitCode = 1
}

const listOf = (): string =>
  [...BENCHMARKS].map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}\n`).join('')

const siteOf = (text: string | undefined): Site | undefined => {
  const parts = text?.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part))) ?? []
  const [latitude, longitude, height = 0] = parts
  if (latitude === undefined || longitude === undefined || parts.length > 3) return undefined
  const isPlace = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 360 && Math.abs(height) <= HEIGHT_M_MAX
  return isPlace ? { latitude: deg(latitude), longitude: deg(longitude), height: metres(height) } : undefined
}

const readArguments = ():
  | { name: string | undefined; json: boolean; runs: string | undefined; sky: SkyOptions }
  | undefined => {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        runs: { type: 'string' },
        catalog: { type: 'string' },
        hours: { type: 'string', default: '24' },
        site: { type: 'string' },
        'min-elevation': { type: 'string', default: '10' },
        threads: { type: 'string' },
      },
    })
    if (positionals.length > 1) {
      complain('Name one benchmark at a time.')
      return undefined
    }
    const hours = Number(values.hours)
    const site = siteOf(values.site)
    const minimumElevationDeg = Number(values['min-elevation'])
    const threads = values.threads === undefined ? undefined : Number(values.threads)
    if (!(hours > 0 && hours <= HOURS_MAX)) complain(`Give --hours a number above 0, up to ${HOURS_MAX}.`)
    else if (values.site !== undefined && site === undefined) {
      complain('Give --site as LATITUDE,LONGITUDE or LATITUDE,LONGITUDE,HEIGHT in degrees and metres.')
    } else if (!(Math.abs(minimumElevationDeg) < 90))
      complain('Give --min-elevation degrees within -90 to 90.')
    else if (
      threads !== undefined &&
      !(Number.isInteger(threads) && threads >= 1 && threads <= THREADS_MAX)
    ) {
      complain(`Give --threads a whole number from 1 to ${THREADS_MAX}.`)
    } else {
      const sky = { catalog: values.catalog, hours, site, minimumElevationDeg, threads }
      return { name: positionals[0], json: values.json, runs: values.runs, sky }
    }
    return undefined
  } catch (thrown) {
    complain(thrown instanceof Error ? thrown.message : String(thrown))
    return undefined
  }
}

const main = async (): Promise<void> => {
  const given = readArguments()
  if (given === undefined) return
  const { name, json } = given
  if (name === undefined) {
    process.stdout.write(`npm run -s bench -- NAME [--json] [--runs N]\n\n${listOf()}`)
    return
  }
  const benchmark = BENCHMARKS.get(name)
  if (benchmark === undefined) {
    const near = nearName(name, BENCHMARKS.keys())
    const hint =
      near === undefined ? `There are ${[...BENCHMARKS.keys()].join(', ')}` : `Did you mean ${near}`
    complain(`There is no benchmark "${name}". ${hint}${near === undefined ? '.' : '?'}`)
    return
  }
  const runs = given.runs === undefined ? benchmark.runsDefault : Number(given.runs)
  if (!Number.isInteger(runs) || runs < 1 || runs > RUNS_MAX) {
    complain(`Give --runs a whole number from 1 to ${RUNS_MAX}.`)
    return
  }
  const progress = (line: string): void => {
    process.stderr.write(`${line}\n`)
  }
  const measured = await benchmark.measure({ runs, progress, sky: given.sky })
  const head = { benchmark: name, runs, node: process.version }
  if (measured instanceof TabledFigures) {
    const text = json ? `${JSON.stringify({ ...head, ...measured.figures })}\n` : measured.table
    process.stdout.write(text)
    return
  }
  const all = { ...head, ...measured }
  process.stdout.write(json ? `${JSON.stringify(all)}\n` : tableOf(all))
}

await main().catch((thrown: unknown) => complain(thrown instanceof Error ? thrown.message : String(thrown)))
