import { type Fault, fault } from '../../kernel/errors.ts'
import { ok, type Result } from '../../kernel/result.ts'
import { formatUtc, MS_PER_MINUTE, type UtcMs, utcMs } from '../../kernel/time.ts'
import { type Deg, degToRad } from '../../kernel/units.ts'
import type { ElementSet } from '../element-set.ts'
import { objectLabel } from '../object-label.ts'
import { checkPassWindow } from '../pass-search.ts'
import { PROPAGATION_SPAN_MS_MAX, SGP4_COMPLAINTS, tooFarFromEpoch } from '../propagator.ts'
import type { Site } from '../site.ts'
import { type Ut1MinusUtc, ut1MinusUtcAt } from '../ut1.ts'
import { type BulkCatalogue, epochOf, isDeepSpace } from './bulk-catalogue.ts'
import {
  NEAR_CIRCULAR_ECCENTRICITY_MAX,
  NearCircularSearch,
  STRETCH_MINUTES,
} from './near-circular-search.ts'
import { createObserver } from './observer.ts'
import { PassRows, type TakeRows } from './pass-rows.ts'
import { EARTH_RADIUS_KM, RECORD, RECORD_LENGTH } from './records.ts'
import { SkyEvaluator } from './sky-evaluator.ts'
import { SteppedSearch } from './stepped-search.ts'

export interface CatalogueSearch {
  readonly site: Site
  readonly fromUtcMs: UtcMs
  readonly toUtcMs: UtcMs
  /** What the objects rise and set behind, the same all around; geometric. */
  readonly minimumElevation: Deg
  /** A bulletin's value is taken at the middle of the window: it changes by a millisecond a day. */
  readonly ut1MinusUtc: Ut1MinusUtc
}

/** An object that SGP4 could not follow to the end of the window. */
export interface PredictionEnd {
  /** Number in the catalogue. */
  readonly object: number
  /** From here on it knows no place. */
  readonly utcMs: UtcMs
  /** SGP4's number of the complaint, or `TOO_FAR_FROM_EPOCH`. */
  readonly error: number
}

/** Not asked of SGP4: the window reaches beyond `PROPAGATION_SPAN_MS_MAX` of the epoch. SGP4's numbers are above 0. */
const TOO_FAR_FROM_EPOCH = -1

export interface CatalogueSearchSummary {
  readonly passes: number
  /** How often SGP4 was asked for a state. */
  readonly evaluations: number
  readonly ends: readonly PredictionEnd[]
}

// The mean orbit keeps its shape for half a day, in which an object about to fall comes down by more than this.
const SINKING_KM_MAX = 15
// And one that comes down by so much may have ended in the window.
const SINKING_KM_LOOK = 3

// By how much the orbit sinks in half a day, km, at the end of the window where that is more. Minutes from the epoch.
const sinkingKm = ({ records }: BulkCatalogue, index: number, from: number, to: number): number => {
  const at = index * RECORD_LENGTH
  const cc1 = records[at + RECORD.cc1] ?? 0
  const d2 = 2 * (records[at + RECORD.d2] ?? 0)
  const d3 = 3 * (records[at + RECORD.d3] ?? 0)
  const d4 = 4 * (records[at + RECORD.d4] ?? 0)
  const sinkingFrom = Math.abs(cc1 + from * (d2 + from * (d3 + from * d4)))
  const sinkingTo = Math.abs(cc1 + to * (d2 + to * (d3 + to * d4)))
  const axisKm = (records[at + RECORD.semiMajorAxis] ?? 0) * EARTH_RADIUS_KM
  return 2 * Math.max(sinkingFrom, sinkingTo) * STRETCH_MINUTES * axisKm
}

/** Whether the mean orbit of the object, that sinks by so much, is good enough to find its passes by. */
const isNearCircular = (catalogue: BulkCatalogue, index: number, sinking: number): boolean =>
  !isDeepSpace(catalogue, index) &&
  (catalogue.records[index * RECORD_LENGTH + RECORD.eccentricity] ?? 1) < NEAR_CIRCULAR_ECCENTRICITY_MAX &&
  sinking < SINKING_KM_MAX

// SGP4 gives up at a mean eccentricity of -0.001, which is where its drag takes that of a circular orbit.
const ECCENTRICITY_ROOM = 0.0009

// Whether SGP4 may give up within so many minutes of the epoch.
const mayEnd = ({ records }: BulkCatalogue, index: number, sinking: number, minutes: number): boolean => {
  const at = index * RECORD_LENGTH
  const lost =
    Math.abs(records[at + RECORD.bstarCc4] ?? 0) * minutes + 2 * Math.abs(records[at + RECORD.bstarCc5] ?? 0)
  return lost > (records[at + RECORD.eccentricity] ?? 0) + ECCENTRICITY_ROOM || sinking > SINKING_KM_LOOK
}

/**
 * All passes of all objects of a catalogue over a site within a window: geometric, over a flat horizon. They are handed
 * on as rows (`pass-rows.ts`) while they are found, object after object and for each in the order of time, so that
 * memory does not grow with the window. Against the exact search of one object (`findPasses`) AOS and LOS agree to half
 * a millisecond, the culmination to some milliseconds and its elevation to 1e-5°; elements of an object about to decay,
 * propagated for weeks, less. Faults `plan.window`, `orbit.earth-rotation`.
 */
export const searchCatalogue = (
  catalogue: BulkCatalogue,
  search: CatalogueSearch,
  take: TakeRows,
): Result<CatalogueSearchSummary, Fault> => {
  const window = checkPassWindow(search)
  if (!window.ok) return window
  const middle = utcMs((search.fromUtcMs + search.toUtcMs) / 2)
  const ut1MinusUtc = ut1MinusUtcAt(search.ut1MinusUtc, middle)
  if (!ut1MinusUtc.ok) return ut1MinusUtc
  const observer = createObserver({
    site: search.site,
    aroundUtcMs: middle,
    ut1MinusUtc: ut1MinusUtc.value,
  })
  const evaluator = new SkyEvaluator(catalogue, observer)
  const rows = new PassRows(take)
  const bounds = {
    fromMs: search.fromUtcMs,
    toMs: search.toUtcMs,
    minimumElevation: degToRad(search.minimumElevation),
  }
  const nearCircular = new NearCircularSearch({ evaluator, rows, bounds })
  const stepped = new SteppedSearch({ evaluator, rows, bounds })
  const ends: PredictionEnd[] = []
  for (let index = 0; index < catalogue.count; index += 1) {
    let fromMs: number = search.fromUtcMs
    const epochMs = epochOf(catalogue, index)
    const farthestMs = Math.max(Math.abs(fromMs - epochMs), Math.abs(search.toUtcMs - epochMs))
    if (farthestMs > PROPAGATION_SPAN_MS_MAX) {
      ends.push({ object: index, utcMs: search.fromUtcMs, error: TOO_FAR_FROM_EPOCH })
      continue
    }
    const sinking = sinkingKm(
      catalogue,
      index,
      (fromMs - epochMs) / MS_PER_MINUTE,
      (search.toUtcMs - epochMs) / MS_PER_MINUTE,
    )
    if (isNearCircular(catalogue, index, sinking)) {
      const doneMs = nearCircular.search(index)
      if (doneMs === undefined) {
        // All its passes are found, for it still flew at each culmination; but it may have ended between.
        const endMs = mayEnd(catalogue, index, sinking, farthestMs / MS_PER_MINUTE)
          ? stepped.endOf(index)
          : undefined
        if (endMs !== undefined) ends.push({ object: index, utcMs: utcMs(endMs), error: evaluator.error })
        continue
      }
      fromMs = Math.max(fromMs, doneMs)
    }
    const endMs = stepped.search(index, fromMs)
    if (endMs !== undefined) ends.push({ object: index, utcMs: utcMs(endMs), error: evaluator.error })
  }
  rows.flush()
  return ok({ passes: rows.passes, evaluations: evaluator.evaluations, ends })
}

/** What an end of the predictions means, as the single search of an object would say it. */
export const predictionEndFault = (elements: ElementSet, { utcMs: at, error }: PredictionEnd): Fault =>
  error === TOO_FAR_FROM_EPOCH
    ? tooFarFromEpoch(elements)
    : fault(
        'orbit.propagation',
        `${objectLabel(elements)} cannot be predicted for ${formatUtc(at, 0)}: ${SGP4_COMPLAINTS[error] ?? `SGP4 error ${error}`}`,
      )
