import { readElementFile } from '../../src/catalog/read-elements.ts'
import { unwrap } from '../../src/kernel/result.ts'
import type { ElementSet } from '../../src/orbit/element-set.ts'
import type { Site } from '../../src/orbit/site.ts'
import { fixture, siteAt } from './fixtures.ts'

export interface ReferencePass {
  readonly sat: number
  readonly site: string
  readonly mask: number
  readonly openStart: boolean
  readonly openEnd: boolean
  readonly aosSec: number
  readonly aosAz: number
  readonly losSec: number
  readonly losAz: number
  readonly tcaSec: number
  readonly tcaAz: number
  readonly tcaEl: number
  readonly culminationsSec: readonly number[]
}

interface PassesFile {
  readonly meta: { readonly sites: Readonly<Record<string, { lat: number; lon: number; h: number }>> }
  readonly columns: readonly string[]
  readonly omm: readonly unknown[]
  readonly passes: readonly (readonly unknown[])[]
}

/** The 608 passes that python-sgp4 gives, with their elements and sites. */
export const referencePasses = (): {
  readonly elements: readonly ElementSet[]
  readonly sites: Readonly<Record<string, Site>>
  readonly passes: readonly ReferencePass[]
} => {
  const file = JSON.parse(fixture('orbit/passes.json')) as PassesFile
  return {
    elements: unwrap(readElementFile(JSON.stringify(file.omm), { sourceName: 'passes.json' })).elementSets,
    sites: Object.fromEntries(
      Object.entries(file.meta.sites).map(([name, { lat, lon, h }]) => [name, siteAt(lat, lon, h)]),
    ),
    passes: file.passes.map((row) => {
      const pass = Object.fromEntries(file.columns.map((column, index) => [column, row[index]]))
      return {
        ...(pass as unknown as ReferencePass),
        openStart: pass['openStart'] === 1,
        openEnd: pass['openEnd'] === 1,
      }
    }),
  }
}

/** A culmination of a geostationary object of the reference passes, by SGP4 with 40 digits. */
export interface TrueCulmination {
  readonly sat: number
  readonly site: string
  /** From the begin of the reference's window. */
  readonly culminationSec: number
  readonly elevationDeg: number
}

/** All of them: the reference has these from differences of doubles, up to 144 ms off. */
export const geostationaryCulminations = (): readonly TrueCulmination[] =>
  JSON.parse(fixture('orbit/geostationary-culminations.json')) as readonly TrueCulmination[]

export const isGeostationary = (set: ElementSet): boolean => Math.abs(set.meanMotion - 1.0027) < 0.002
