import { elementSetFromTle, tleChecksum } from '../../src/catalog/tle.ts'
import { unwrap } from '../../src/kernel/result.ts'
import type { ElementSet } from '../../src/orbit/element-set.ts'
import { fixture } from './fixtures.ts'

/** One case of AIAA 2006-6753. */
export interface VerificationCase {
  readonly label: string
  readonly elements: ElementSet
  /** Minutes since epoch. */
  readonly start: number
  readonly stop: number
  readonly step: number
  /** Minutes since epoch, x, y, z in km and their velocities in km/s, in TEME. */
  readonly expected: readonly (readonly number[])[]
}

// Three of the cases were made up with checksums that do not hold; the lines are what is tested here.
const withChecksum = (line: string): string => line.slice(0, 68) + String(tleChecksum(line))

/** The cases with the states that Vallado's code gives; those that end in an error have no states from there on. */
export const verificationCases = (): readonly VerificationCase[] => {
  const states: number[][][] = []
  for (const line of fixture('orbit/tcppver.out').split(/\r?\n/)) {
    if (line.trim().endsWith('xx')) states.push([])
    else if (line.trim() !== '') states.at(-1)?.push(line.trim().split(/\s+/).slice(0, 7).map(Number))
  }
  const lines = fixture('orbit/SGP4-VER.TLE').split(/\r?\n/)
  const cases: VerificationCase[] = []
  for (const [index, line1] of lines.entries()) {
    if (!line1.startsWith('1 ')) continue
    const line2 = lines[index + 1] ?? ''
    const [start = 0, stop = 0, step = 1] = line2.slice(69).trim().split(/\s+/).map(Number)
    const label = `${line1.slice(2, 7)} from ${start} min`
    const elements = unwrap(elementSetFromTle({ line1: withChecksum(line1), line2: withChecksum(line2) }))
    cases.push({ label, elements, start, stop, step, expected: states[cases.length] ?? [] })
  }
  return cases
}
