import { type CalendarEvent, calendar } from '../../formats/icalendar.ts'
import { compassPoint } from '../../kernel/angle.ts'
import { formatUtc, MS_PER_MINUTE, type UtcMs, utcMs } from '../../kernel/time.ts'
import type { PassIllumination } from '../../orbit/illumination.ts'
import { objectLabel } from '../../orbit/object-label.ts'
import { STILL_MARK } from '../sky/staleness.ts'
import type { Viewpoint } from '../sky/viewpoint.ts'
import { programVersion } from '../version.ts'
import type { ShownPass } from './shown-pass.ts'
import {
  clockWords,
  heightWords,
  lightWords,
  MANOEUVRE_MARK,
  SEEN_MARK,
  siteWords,
  sureWords,
  viewWords,
} from './words.ts'

// Newer elements move a pass by seconds, and no orbit comes again within ten minutes: what falls into one stretch of them
// is the same pass.
const SAME_PASS_MS = 10 * MS_PER_MINUTE

/** The passes as a calendar. An event keeps its identity when it is made anew of newer elements. */
export const passesCalendar = (
  passes: Iterable<ShownPass>,
  viewpoint: Viewpoint,
  madeUtcMs: UtcMs,
): Generator<string> =>
  calendar({
    producer: `-//Azel//Azel ${programVersion()}//EN`,
    name: 'Satellite passes',
    madeUtcMs,
    events: eventsOf(passes, viewpoint),
  })

const eventsOf = function* (passes: Iterable<ShownPass>, viewpoint: Viewpoint): Generator<CalendarEvent> {
  const { latitude, longitude } = viewpoint.site
  const place = siteWords(viewpoint)
  const site = `${latitude.toFixed(4)}_${longitude.toFixed(4)}`
  const used = new Set<string>()
  for (const pass of passes) {
    const object = pass.catalogNumber ?? encodeURIComponent(pass.name)
    const stretch = utcMs(Math.round(pass.tcaUtcMs / SAME_PASS_MS) * SAME_PASS_MS)
    const identity = `${object}-${formatUtc(stretch, 0).replace(/[-:]/g, '')}-${site}`
    // A skyline cuts one pass into several.
    let uid = identity
    for (let part = 2; used.has(uid); part += 1) uid = `${identity}-${part}`
    used.add(uid)
    yield {
      uid: `${uid}@azel`,
      startUtcMs: pass.aosUtcMs,
      endUtcMs: pass.losUtcMs,
      summary: `${objectLabel(pass)} ${heightWords(pass.maximumElevation, pass.tcaAzimuth)}`,
      description: describe(pass, pass.light(), viewpoint).join('\n'),
      location: place,
    }
  }
}

const describe = (
  pass: ShownPass,
  light: PassIllumination | undefined,
  viewpoint: Viewpoint,
): readonly string[] => [
  `${pass.openStart ? 'up before' : 'rises'} ${clockWords(pass.aosUtcMs)} UTC in the ${compassPoint(pass.aosAzimuth)} (${pass.aosAzimuth.toFixed(1)}°)`,
  `highest ${clockWords(pass.tcaUtcMs)} UTC at ${pass.maximumElevation.toFixed(1)}° in the ${compassPoint(pass.tcaAzimuth)} (${pass.tcaAzimuth.toFixed(1)}°)`,
  `${pass.openEnd ? 'up after' : 'sets'} ${clockWords(pass.losUtcMs)} UTC in the ${compassPoint(pass.losAzimuth)} (${pass.losAzimuth.toFixed(1)}°)`,
  ...(light === undefined ? [] : [`light: ${longLightWords(light)}`]),
  ...(pass.quality === undefined ? [] : [`elements: ${longSureWords(pass)}`]),
  viewWords(viewpoint),
]

const longSureWords = (pass: ShownPass): string =>
  sureWords(pass)
    .replace(MANOEUVRE_MARK, ' (a tenth or more of its kind manoeuvre beyond that)')
    .replace(STILL_MARK, '(nearly stands still: its times say nothing)')

const longLightWords = (light: PassIllumination): string =>
  lightWords(light)
    .replace(/^(enters|leaves)/, '$1 the shadow')
    .replace(SEEN_MARK, ', to be seen by eye')
