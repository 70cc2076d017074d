import { readFileSync } from 'node:fs'
import { unwrap } from '../../src/kernel/result.ts'
import { MS_PER_HOUR, MS_PER_SECOND, parseUtc, type UtcMs, utcMs } from '../../src/kernel/time.ts'
import { deg, metres, ms } from '../../src/kernel/units.ts'
import type { ElementSet } from '../../src/orbit/element-set.ts'
import { flatHorizon } from '../../src/orbit/horizon-mask.ts'
import { createLook } from '../../src/orbit/look.ts'
import { createPropagator } from '../../src/orbit/propagator.ts'
import type { Site } from '../../src/orbit/site.ts'
import { createPassFinder } from '../../src/station/pass-finder.ts'
import type { SkyCatalogue } from '../sky.ts'
import { makeSkyPass, type SkyPass } from './sky-pass.ts'

/** Lowest and highest maximum elevation of a band, degrees. */
export const BANDS = [
  [0, 45],
  [45, 75],
  [75, 85],
  [85, 90],
] as const

export const bandOf = (maximumElevationDeg: number): number =>
  BANDS.findIndex(([low, high]) => maximumElevationDeg >= low && maximumElevationDeg <= high)

// Of each band so many, evenly through the window: some hundreds together, half of them above 75°.
const PASSES_PER_BAND = 60
// Longer ones are of high orbits, which any rotator follows.
const DURATION_MS_MAX = MS_PER_HOUR / 2

const NEAR_ZENITH = new URL('../catalogue/near-zenith-passes.json', import.meta.url)
const SITES: Readonly<Record<string, Site>> = {
  mid51: { latitude: deg(51.5), longitude: deg(-0.1275), height: metres(50) },
  equator: { latitude: deg(0), longitude: deg(32.5), height: metres(1150) },
  tromso: { latitude: deg(69.65), longitude: deg(18.95), height: metres(90) },
}

/** The keyhole cases, which were computed with python-sgp4 over the shipped catalogue; those that a catalogue has. */
const nearZenithPasses = (elementSets: readonly ElementSet[], minimumElevationDeg: number): SkyPass[] => {
  const listed: readonly { max_el: number; sat: number; site: string; tca: string }[] = JSON.parse(
    readFileSync(NEAR_ZENITH, 'utf8'),
  )
  return listed.flatMap(({ max_el, sat, site: siteName, tca }) => {
    const elements = elementSets.find(({ catalogNumber }) => catalogNumber === sat)
    const site = SITES[siteName]
    if (elements === undefined || site === undefined) return []
    const tcaUtcMs = unwrap(parseUtc(tca))
    const look = createLook({ motion: unwrap(createPropagator(elements)), site })
    const end = (direction: 1 | -1): UtcMs => {
      let at: number = tcaUtcMs
      while (unwrap(look(utcMs(at))).elevation > minimumElevationDeg) at += direction * MS_PER_SECOND
      return utcMs(at)
    }
    const [aosUtcMs, losUtcMs] = [end(-1), end(1)]
    return [makeSkyPass({ elements, site, aosUtcMs, losUtcMs, tcaUtcMs, maximumElevationDeg: max_el })]
  })
}

/** Passes of the whole catalogue over a site, some of each band, and the keyhole cases. */
export const passesToPoint = async (options: {
  readonly catalogue: SkyCatalogue
  readonly site: Site
  readonly hours: number
  readonly minimumElevationDeg: number
  readonly withNearZenith: boolean
}): Promise<readonly SkyPass[]> => {
  const { catalogue, site, hours, minimumElevationDeg } = options
  const finder = await createPassFinder({ elementSets: catalogue.elementSets })
  const found: {
    elements: ElementSet
    aosUtcMs: UtcMs
    losUtcMs: UtcMs
    tcaUtcMs: UtcMs
    maximumElevation: number
  }[] = []
  unwrap(
    await finder.find(
      {
        site,
        fromUtcMs: catalogue.fromUtcMs,
        toUtcMs: utcMs(catalogue.fromUtcMs + hours * MS_PER_HOUR),
        mask: flatHorizon(deg(minimumElevationDeg)),
      },
      (passes) => {
        for (const pass of passes) {
          const durationMs = ms(pass.losUtcMs - pass.aosUtcMs)
          if (!pass.openStart && !pass.openEnd && durationMs <= DURATION_MS_MAX) found.push(pass)
        }
      },
    ),
  )
  await finder.close()
  found.sort((a, b) => a.tcaUtcMs - b.tcaUtcMs)
  const chosen = BANDS.flatMap((_, band) => {
    const inBand = found.filter(({ maximumElevation }) => bandOf(maximumElevation) === band)
    const stride = Math.max(1, inBand.length / PASSES_PER_BAND)
    return Array.from(
      { length: Math.min(PASSES_PER_BAND, inBand.length) },
      (__, i) => inBand[Math.floor(i * stride)],
    )
  })
  return [
    ...chosen.flatMap((pass) =>
      pass === undefined ? [] : [makeSkyPass({ ...pass, site, maximumElevationDeg: pass.maximumElevation })],
    ),
    ...(options.withNearZenith ? nearZenithPasses(catalogue.elementSets, minimumElevationDeg) : []),
  ]
}
