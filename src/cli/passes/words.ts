import { compassPoint } from '../../kernel/angle.ts'
import { formatUtc, MS_PER_DAY, type UtcMs } from '../../kernel/time.ts'
import type { Deg } from '../../kernel/units.ts'
import type { PassIllumination } from '../../orbit/illumination.ts'
import type { Pass } from '../../orbit/pass.ts'
import type { PredictionQuality } from '../../orbit/uncertainty/prediction-quality.ts'
import { STILL_MARK, sigmaWords } from '../sky/staleness.ts'
import type { Viewpoint } from '../sky/viewpoint.ts'

/** `05:19:08`. */
export const clockWords = (at: UtcMs): string => formatUtc(at, 0).slice(11, 19)

const WEEKDAYS = ['Thursday', 'Friday', 'Saturday', 'Sunday', 'Monday', 'Tuesday', 'Wednesday'] as const

/** `Sunday 2026-08-23`. */
export const dayWords = (at: UtcMs): string => {
  const day = Math.floor(at / MS_PER_DAY)
  return `${WEEKDAYS[((day % 7) + 7) % 7]} ${formatUtc(at, 0).slice(0, 10)}`
}

/** `71° SSW`. */
export const heightWords = (elevation: Deg, azimuth: Deg): string =>
  `${elevation.toFixed(0)}° ${compassPoint(azimuth)}`

/** Where an object can be seen by eye: sunlit over a site in twilight or night. */
export const SEEN_MARK = '*'

/** How an object is lit during a pass, in a word; a star where it can be seen by eye. */
export const lightWords = (light: PassIllumination | undefined): string => {
  if (light === undefined) return ''
  return `${litWord(light)}${light.isVisible ? SEEN_MARK : ''}`
}

const litWord = ({ atAos, atLos, changes }: PassIllumination): string => {
  const isLitAtAos = atAos !== 'umbra'
  const isLitAtLos = atLos !== 'umbra'
  const turns = changes.filter(({ from, to }) => from === 'umbra' || to === 'umbra').length
  if (turns > 1) return 'partly'
  if (isLitAtAos !== isLitAtLos) return isLitAtAos ? 'enters' : 'leaves'
  return isLitAtAos ? 'sunlit' : 'shadow'
}

/** Stands behind the uncertainty where many such objects manoeuvre away from what is told. */
export const MANOEUVRE_MARK = '~'
// Below, the sigma says what is to be expected of a pass.
const MANOEUVRE_SHARE_MIN = 0.1

/** What the marks at the ends of cells of `sureWords` mean, of those that there are. */
export const sureLegend = (cells: Iterable<string>): readonly string[] => {
  const legend = new Set<string>()
  for (const cell of cells) {
    if (cell.endsWith(MANOEUVRE_MARK))
      legend.add(`${MANOEUVRE_MARK} a tenth or more of its kind manoeuvre beyond that`)
    if (cell.endsWith(STILL_MARK)) legend.add(`${STILL_MARK} nearly stands still: its times say nothing`)
  }
  return [...legend]
}

/**
 * The age of the elements and how sure the times are: `1.2 d ±0.4 s`, with a mark where a tenth or more of such objects do
 * not keep to it; a dash for what nearly stands still. Of a pass without AOS and LOS the age alone.
 */
export const sureWords = (
  pass: Pick<Pass, 'openStart' | 'openEnd'> & { readonly quality?: PredictionQuality },
): string => {
  if (pass.quality === undefined) return ''
  return [ageWord(pass.quality), ...(pass.openStart && pass.openEnd ? [] : [timeWords(pass.quality)])].join(
    ' ',
  )
}

const timeWords = ({ timeSigma, jumpShare }: PredictionQuality): string =>
  `${sigmaWords(timeSigma)}${timeSigma !== undefined && jumpShare >= MANOEUVRE_SHARE_MIN ? MANOEUVRE_MARK : ''}`

const ageWord = ({ age }: PredictionQuality): string => {
  // Without a negative zero.
  const days = Math.abs(age) < MS_PER_DAY / 20 ? 0 : age / MS_PER_DAY
  return `${days.toFixed(Math.abs(days) < 99.95 ? 1 : 0)} d`
}

const coordinate = (value: Deg, positive: string, negative: string): string =>
  `${Number(Math.abs(value).toFixed(5))}° ${value < 0 ? negative : positive}`

/** `51.5° N 0.1275° W, 50 m`. */
export const siteWords = ({ site }: Viewpoint): string =>
  `${coordinate(site.latitude, 'N', 'S')} ${coordinate(site.longitude, 'E', 'W')}, ${site.height} m`

/** What is taken into account, for people: `above 10°, geometric, UT1 = UTC`. */
export const viewWords = ({ mask, refraction, lightTime, ut1MinusUtc }: Viewpoint): string =>
  [
    mask.points.length > 0 ? `above the horizon's mask` : `above ${mask.minimumElevation}°`,
    refraction === undefined ? (lightTime ? '' : 'geometric') : `refraction by ${refraction.label}`,
    lightTime ? 'with light time' : '',
    typeof ut1MinusUtc !== 'number'
      ? `UT1 by ${ut1MinusUtc.sourceName}`
      : ut1MinusUtc === 0
        ? 'UT1 = UTC'
        : `UT1 - UTC ${ut1MinusUtc} s`,
  ]
    .filter((words) => words !== '')
    .join(', ')
