import type { Site } from '../src/orbit/site.ts'

/** What varied over the runs. */
export interface Spread {
  readonly min: number
  readonly median: number
  readonly max: number
}

export type Figures = { readonly [name: string]: number | string | Spread | Figures | readonly Figures[] }

/** Figures with a table of their own, where one line a figure would be no table. */
export class TabledFigures {
  readonly figures: object
  readonly table: string
  constructor(figures: object, table: string) {
    this.figures = figures
    this.table = table
  }
}

/** What the benchmarks of the whole sky search: `--catalog`, `--hours`, `--site`, `--min-elevation`, `--threads`. */
export interface SkyOptions {
  /** The shipped catalogue where absent. */
  readonly catalog: string | undefined
  readonly hours: number
  /** That of the benchmarks where absent; only `pointing` looks at it. */
  readonly site: Site | undefined
  readonly minimumElevationDeg: number
  /** One and two where absent. */
  readonly threads: number | undefined
}

export interface Benchmark {
  readonly summary: string
  readonly runsDefault: number
  /** Calls `progress` with a line for people now and then. */
  readonly measure: (options: {
    readonly runs: number
    readonly progress: (line: string) => void
    readonly sky: SkyOptions
  }) => Promise<Figures | TabledFigures>
}

/** Four digits are more than a wall clock repeats. */
const rounded = (value: number): number => Number(value.toPrecision(4))

export const spreadOf = (values: readonly number[]): Spread => {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (index: number): number => sorted[index] ?? Number.NaN
  const middle = (sorted.length - 1) / 2
  return {
    min: rounded(at(0)),
    median: rounded((at(Math.floor(middle)) + at(Math.ceil(middle))) / 2),
    max: rounded(at(sorted.length - 1)),
  }
}

const isSpread = (value: Figures[string]): value is Spread =>
  typeof value === 'object' && !Array.isArray(value) && 'min' in value && 'median' in value && 'max' in value

/** One line a figure, in columns. */
export const tableOf = (figures: Figures): string => {
  const rows: (readonly [string, string])[] = []
  const add = (prefix: string, part: Figures): void => {
    for (const [name, value] of Object.entries(part)) {
      const path = prefix === '' ? name : `${prefix}.${name}`
      if (isSpread(value)) rows.push([path, `${value.median}   (${value.min} to ${value.max})`])
      else if (Array.isArray(value)) {
        for (const [index, each] of (value as readonly Figures[]).entries()) add(`${path}.${index}`, each)
      } else if (typeof value === 'object') add(path, value as Figures)
      else rows.push([path, String(value)])
    }
  }
  add('', figures)
  const width = Math.max(...rows.map(([name]) => name.length))
  return `${rows.map(([name, value]) => `${name.padEnd(width)}   ${value}`).join('\n')}\n`
}
