import { DEFAULT_AGE_LIMITS } from '../../catalog/fitness.ts'
import { type Fault, fault } from '../../kernel/errors.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { type UtcMs, utcMs } from '../../kernel/time.ts'
import { createBodyMotion } from '../../orbit/body-motion.ts'
import type { ElementSet } from '../../orbit/element-set.ts'
import type { Motion } from '../../orbit/motion.ts'
import { findPasses } from '../../orbit/pass-search.ts'
import { PROPAGATION_SPAN_MS_MAX, tooFarFromEpoch } from '../../orbit/propagator.ts'
import type { AlongTrackModel } from '../../orbit/uncertainty/along-track-model.ts'
import { createPassFinder } from '../../station/pass-finder.ts'
import type { CatalogPlace } from '../catalog/place.ts'
import type { Progress } from '../catalog/progress.ts'
import { chooseElements, openElementSource } from '../sky/element-source.ts'
import { openEphemeris } from '../sky/motions.ts'
import type { ObjectOptions } from '../sky/options.ts'
import { isStale, stalenessOf } from '../sky/staleness.ts'
import type { Viewpoint } from '../sky/viewpoint.ts'
import { FoundRows } from './found-rows.ts'
import { createPassFinisher, type ShownPass } from './shown-pass.ts'

export interface PassWindow {
  readonly fromUtcMs: UtcMs
  readonly toUtcMs: UtcMs
}

/** Passes by AOS, which can be gone through again and are made anew each time. */
export interface ShownPasses extends Iterable<ShownPass> {
  readonly count: number
}

/** What was found, and what a person should know of it. */
export interface PassReport {
  readonly passes: ShownPasses
  /** Sentences without their full stop: what was left out of a file, whose prediction ends early. */
  readonly remarks: readonly string[]
  /** What was asked for by name and not done. */
  readonly problems: readonly Fault[]
}

/** Finds the passes that the options ask for. Faults: those of the sources and of the search; `plan.window`. */
export const findShownPasses = async (
  options: ObjectOptions,
  context: {
    readonly place: CatalogPlace | undefined
    readonly viewpoint: Viewpoint
    readonly window: PassWindow
    readonly progress: Progress
  },
): Promise<Result<PassReport, Fault>> => {
  const { viewpoint, window, progress } = context
  const { body, ephemeris, satellite: wanted } = options
  if (body !== undefined) return ofMotions([createBodyMotion(body)], [], viewpoint, window)
  if (ephemeris !== undefined) {
    const opened = await openEphemeris(ephemeris, { ut1MinusUtc: viewpoint.ut1MinusUtc, wanted })
    if (!opened.ok) return opened
    return ofMotions(opened.value.motions, opened.value.remarks, viewpoint, window)
  }
  progress.tell('reading elements')
  const source = await openElementSource(options.catalog, context.place)
  if (!source.ok) return source
  const chosen = chooseElements(source.value, wanted)
  if (!chosen.ok) return chosen
  const found = await ofElements(chosen.value, source.value.alongTrackModel, {
    viewpoint,
    window,
    progress,
  })
  if (!found.ok) return found
  const { passes, troubles } = found.value
  const isNamed = wanted !== undefined
  return ok({
    passes,
    remarks: [
      ...source.value.remarks,
      ...staleness(chosen.value, window, source.value.alongTrackModel),
      ...(isNamed ? [] : summary(troubles)),
    ],
    problems: isNamed ? troubles : [],
  })
}

/** That elements are old in the middle of the window: of one what it means, of more how many. */
const staleness = (
  elementSets: readonly ElementSet[],
  { fromUtcMs, toUtcMs }: PassWindow,
  model: AlongTrackModel | undefined,
): readonly string[] => {
  const middle = utcMs((fromUtcMs + toUtcMs) / 2)
  const stale = elementSets.filter(({ epochUtcMs }) => isStale(epochUtcMs, middle))
  const [only, ...others] = stale
  if (only === undefined) return []
  const words = stalenessOf(only, middle, model)
  if (others.length === 0 && words !== undefined) return [words]
  return [
    `${stale.length} of ${elementSets.length} objects are told from elements more than ${DEFAULT_AGE_LIMITS.staleAfterDays} days old`,
  ]
}

const TROUBLES_TOLD_MAX = 3

const summary = (troubles: readonly Fault[]): readonly string[] => [
  ...troubles.slice(0, TROUBLES_TOLD_MAX).map(({ message }) => message),
  ...(troubles.length > TROUBLES_TOLD_MAX
    ? [`and ${troubles.length - TROUBLES_TOLD_MAX} more objects cannot be predicted for all of the window`]
    : []),
]

const ofMotions = (
  motions: readonly Motion<undefined>[],
  remarks: readonly string[],
  viewpoint: Viewpoint,
  window: PassWindow,
): Result<PassReport, Fault> => {
  const { refraction, ...seen } = viewpoint
  const finisher = createPassFinisher(viewpoint)
  const shown: ShownPass[] = []
  const problems: Fault[] = []
  for (const motion of motions) {
    const { passes, problem } = findPasses({
      ...seen,
      ...window,
      motion,
      ...(refraction === undefined ? {} : { refraction }),
    })
    if (problem?.code === 'plan.window') return err(problem)
    if (problem !== undefined) problems.push(problem)
    for (const pass of passes) shown.push(finisher.ofMotion(pass, motion))
  }
  shown.sort((one, other) => one.aosUtcMs - other.aosUtcMs)
  // That a file covers a part of the window only is no failure where it shows something.
  const isPartial = ({ code }: Fault): boolean => code === 'orbit.span' && shown.length > 0
  return ok({
    passes: { count: shown.length, [Symbol.iterator]: () => shown.values() },
    remarks: [...remarks, ...problems.filter(isPartial).map(({ message }) => message)],
    problems: problems.filter((problem) => !isPartial(problem)),
  })
}

/**
 * Elements that say something about the window, and why the others do not: decades away from the epoch SGP4 gives nonsense,
 * and its integrator steps all the way.
 */
const byDistance = (
  elementSets: readonly ElementSet[],
  { fromUtcMs, toUtcMs }: PassWindow,
): { readonly near: readonly ElementSet[]; readonly far: readonly Fault[] } => {
  const near: ElementSet[] = []
  const far: Fault[] = []
  for (const elements of elementSets) {
    const { epochUtcMs } = elements
    const distance = Math.max(Math.abs(fromUtcMs - epochUtcMs), Math.abs(toUtcMs - epochUtcMs))
    if (distance <= PROPAGATION_SPAN_MS_MAX) near.push(elements)
    else far.push(tooFarFromEpoch(elements))
  }
  return { near, far }
}

const ofElements = async (
  elementSets: readonly ElementSet[],
  model: AlongTrackModel | undefined,
  {
    viewpoint,
    window,
    progress,
  }: { readonly viewpoint: Viewpoint; readonly window: PassWindow; readonly progress: Progress },
): Promise<Result<{ readonly passes: ShownPasses; readonly troubles: readonly Fault[] }, Fault>> => {
  const { refraction, ...seen } = viewpoint
  const rows = new FoundRows()
  const { near, far } = byDistance(elementSets, window)
  const [first] = far
  if (near.length === 0 && first !== undefined) return err(first)
  const finder = await createPassFinder({ elementSets: near })
  const found = await finder.findRows(
    { ...seen, ...window, ...(refraction === undefined ? {} : { refraction }) },
    (...chunk) => {
      rows.take(...chunk)
      progress.tell(`${elementSets.length} objects, ${rows.count} passes`)
      // Whoever searches in a thread of his own is stopped, and not waited for.
      if (rows.isFull) void finder.close()
    },
  )
  await finder.close()
  if (rows.isFull) {
    return err(
      fault(
        'cli.usage',
        `More than ${rows.count} passes are too many to sort: ask for fewer hours, a higher --min-elevation or single satellites`,
      ),
    )
  }
  if (!found.ok) return found
  rows.sort()
  const { ofElements: finish } = createPassFinisher(viewpoint, model)
  return ok({
    passes: {
      count: rows.count,
      *[Symbol.iterator]() {
        for (const pass of rows.passes(refraction?.apparentElevation)) yield finish(pass)
      },
    },
    troubles: [...far, ...[...found.value.refused, ...found.value.ends].map(({ reason }) => reason)],
  })
}
