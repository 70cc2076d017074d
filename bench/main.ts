import { parseArgs } from 'node:util'
import { nearName } from '../src/kernel/near-name.ts'
import { type Benchmark, tableOf } from './benchmark.ts'
import { CHAIN } from './chain.ts'
import { RECEIVER } from './simulated-receiver.ts'
import { STARTUP } from './startup.ts'

// npm run -s bench -- NAME [--json] [--runs N]; the fields are explained in README.md beside this file.

const BENCHMARKS: ReadonlyMap<string, Benchmark> = new Map([
  ['startup', STARTUP],
  ['chain', CHAIN],
  ['receiver', RECEIVER],
])
const RUNS_MAX = 100

const complain = (sentence: string): void => {
  process.stderr.write(`bench: ${sentence}\n`)
  process.exitCode = 1
}

const listOf = (): string =>
  [...BENCHMARKS].map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}\n`).join('')

const readArguments = ():
  | { name: string | undefined; json: boolean; runs: string | undefined }
  | undefined => {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, runs: { type: 'string' } },
    })
    if (positionals.length > 1) {
      complain('Name one benchmark at a time.')
      return undefined
    }
    return { name: positionals[0], json: values.json, runs: values.runs }
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
  const figures = await benchmark.measure({ runs, progress })
  const all = { benchmark: name, runs, node: process.version, ...figures }
  process.stdout.write(json ? `${JSON.stringify(all)}\n` : tableOf(all))
}

await main().catch((thrown: unknown) => complain(thrown instanceof Error ? thrown.message : String(thrown)))
