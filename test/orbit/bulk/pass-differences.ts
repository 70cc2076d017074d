import { formatUtc } from '../../../src/kernel/time.ts'
import type { Pass } from '../../../src/orbit/pass.ts'

export interface PassTolerances {
  readonly endMs: number
  readonly elevationDeg: number
  /** Not compared where both are as high to `FLAT_DEG`: there it may be flat, and anywhere. */
  readonly culminationMs?: number
}

const FLAT_DEG = 1e-9

type Comparable = Omit<Pass, 'openStartReason' | 'openEndReason'>

const describePass = ({ aosUtcMs, losUtcMs, maximumElevation }: Comparable): string =>
  `${formatUtc(aosUtcMs, 3)} to ${formatUtc(losUtcMs, 3)} up to ${maximumElevation.toFixed(6)}°`

const differencesOf = (found: Comparable, exact: Comparable, tolerances: PassTolerances): string[] => {
  const { endMs, elevationDeg, culminationMs } = tolerances
  const problems: string[] = []
  const compare = (what: string, a: number, b: number, tolerance: number): void => {
    // Written so that what is no number is a problem as well.
    if (!(Math.abs(a - b) <= tolerance)) problems.push(`${what} ${a - b} off, ${describePass(exact)}`)
  }
  compare('AOS', found.aosUtcMs, exact.aosUtcMs, endMs)
  compare('LOS', found.losUtcMs, exact.losUtcMs, endMs)
  compare('maximum elevation', found.maximumElevation, exact.maximumElevation, elevationDeg)
  const isFlat = Math.abs(found.maximumElevation - exact.maximumElevation) < FLAT_DEG
  if (culminationMs !== undefined && !isFlat) {
    compare('TCA', found.tcaUtcMs, exact.tcaUtcMs, culminationMs)
  }
  compare('open at the beginning', Number(found.openStart), Number(exact.openStart), 0)
  compare('open at the end', Number(found.openEnd), Number(exact.openEnd), 0)
  return problems
}

/** Where two searches for the passes of one object disagree, in words; each list in the order of time. */
export const passDifferences = (
  found: readonly Comparable[],
  exact: readonly Comparable[],
  tolerances: PassTolerances,
): readonly string[] => {
  const problems: string[] = []
  const made = [...found]
  for (const pass of exact) {
    const same = made.findIndex(
      ({ aosUtcMs, losUtcMs }) => aosUtcMs < pass.losUtcMs && losUtcMs > pass.aosUtcMs,
    )
    const [match] = same < 0 ? [] : made.splice(same, 1)
    if (match === undefined) problems.push(`missed ${describePass(pass)}`)
    else problems.push(...differencesOf(match, pass, tolerances))
  }
  for (const pass of made) problems.push(`made up ${describePass(pass)}`)
  return problems
}
