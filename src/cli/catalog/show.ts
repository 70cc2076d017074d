import { apogeeHeight, perigeeHeight, period, semiMajorAxis } from '../../catalog/orbit-shape.ts'
import { CatalogStore, type StoredObject } from '../../catalog/store/catalog-store.ts'
import type { Learned } from '../../catalog/store/learned.ts'
import type { StoredSet } from '../../catalog/store/rows.ts'
import { FLAG_WORDS } from '../../catalog/store/sanity.ts'
import type { Transmitter } from '../../catalog/transmitters.ts'
import type { Fault } from '../../kernel/errors.ts'
import { createRealClock } from '../../kernel/real-clock.ts'
import type { Result } from '../../kernel/result.ts'
import { formatUtc, MS_PER_DAY, MS_PER_MINUTE, type UtcMs, utcMs } from '../../kernel/time.ts'
import type { ElementSet } from '../../orbit/element-set.ts'
import { objectLabel } from '../../orbit/object-label.ts'
import { DEFAULT_ALONG_TRACK_MODEL } from '../../orbit/uncertainty/default-along-track-model.ts'
import { predictionQuality } from '../../orbit/uncertainty/prediction-quality.ts'
import { loadStationTransmitters } from '../../station/stored-catalog.ts'
import { printFault, printLine } from '../output.ts'
import { chooseObject } from '../sky/choose.ts'
import { distanceSigmaWords, sigmaWords } from '../sky/staleness.ts'
import { remarks } from './list.ts'
import { type CatalogPlace, catalogPlace, type PlaceOptions } from './place.ts'
import { ageWords } from './words.ts'

interface ShowOptions extends PlaceOptions {
  readonly transmitters?: string
  readonly ownTransmitters?: string
}

export const runShow = async (satellite: string, options: ShowOptions): Promise<void> => {
  const place = catalogPlace(options)
  if (place === undefined) return
  const transmitters = await loadTransmitters(options, place)
  if (!transmitters.ok) return printFault(transmitters.error)
  const store = CatalogStore.open(place.storePath)
  if (!store.ok) return printFault(store.error)
  try {
    const objects = store.value.objects()
    if (!objects.ok) return printFault(objects.error)
    const found = chooseObject(objects.value, satellite, 'in the catalogue')
    if (!found.ok) return printFault(found.error)
    const revisions = store.value.revisions(found.value.catalogNumber)
    if (!revisions.ok) return printFault(revisions.error)
    const learned = store.value.learned()
    if (!learned.ok) return printFault(learned.error)
    const shown = {
      object: found.value,
      revisions: revisions.value,
      learned: learned.value,
      transmitters: transmitters.value.filter(
        ({ catalogNumber }) => catalogNumber === found.value.catalogNumber,
      ),
      nowUtc: createRealClock().utcNow(),
    }
    if (options.json === true) printLine(JSON.stringify(jsonOf(shown)))
    else for (const line of linesOf(shown)) printLine(line)
  } finally {
    store.value.close()
  }
}

const loadTransmitters = (
  options: ShowOptions,
  { configuration }: CatalogPlace,
): Promise<Result<readonly Transmitter[], Fault>> =>
  loadStationTransmitters({
    transmitters: options.transmitters ?? configuration?.catalog.transmitters,
    ownTransmitters: options.ownTransmitters ?? configuration?.catalog.ownTransmitters,
  })

interface Shown {
  readonly object: StoredObject
  readonly revisions: readonly StoredSet[]
  readonly learned: Learned | undefined
  readonly transmitters: readonly Transmitter[]
  readonly nowUtc: UtcMs
}

const REVISIONS_TOLD_MAX = 12

const setLines = ({ elements, origin, hash }: StoredSet, nowUtc: UtcMs): readonly string[] => [
  `  epoch         ${formatUtc(elements.epochUtcMs)}, ${ageWords(elements.epochUtcMs, nowUtc)} old`,
  `  period        ${(period(elements) / MS_PER_MINUTE).toFixed(2)} min, ${elements.meanMotion} revolutions a day`,
  `  height        ${perigeeHeight(elements).toFixed(1)} km to ${apogeeHeight(elements).toFixed(1)} km, semi-major axis ${semiMajorAxis(elements).toFixed(1)} km, eccentricity ${elements.eccentricity}`,
  `  inclination   ${elements.inclination}°, node ${elements.rightAscension}°, perigee ${elements.argumentOfPericenter}°, mean anomaly ${elements.meanAnomaly}°`,
  `  drag          B* ${elements.bstar} per Earth radius`,
  `  source        ${origin.source}, fetched ${formatUtc(utcMs(origin.fetchedUtcMs), 0)}, set ${hash}${origin.redistributable ? '' : '; not to be passed on'}`,
]

const SHARE_DIGITS = 2

/** How sure a prediction for now is, and who says so. */
const sureLines = (elements: ElementSet, learned: Learned | undefined, nowUtc: UtcMs): readonly string[] => {
  const { inflatedSigma, timeSigma, jumpShare } = predictionQuality(elements, nowUtc, learned?.model)
  const time =
    timeSigma === undefined ? '(nearly stands still: no uncertainty of times)' : `or ${sigmaWords(timeSigma)}`
  const model = learned?.model ?? DEFAULT_ALONG_TRACK_MODEL
  return [
    `  uncertainty   ${distanceSigmaWords(inflatedSigma)} along its orbit now, ${time}; ${Number((100 * jumpShare).toPrecision(SHARE_DIGITS))} % of its kind leave that, mostly by a manoeuvre`,
    `  learned       ${learned === undefined ? 'not yet here; the shipped model: ' : `${formatUtc(learned.learnedUtcMs, 0)} of `}${model.learnedFrom}`,
  ]
}

const linesOf = ({ object, revisions, learned, transmitters, nowUtc }: Shown): readonly string[] => {
  const { current, flagged } = object
  const lines = [`${objectLabel(object)}${object.objectId === '' ? '' : `, ${object.objectId}`}`]
  if (current !== undefined) {
    lines.push(...setLines(current, nowUtc), ...sureLines(current.elements, learned, nowUtc))
  }
  if (flagged?.flag !== undefined) {
    lines.push(
      `  refused       the set of ${formatUtc(flagged.elements.epochUtcMs, 0)}: it ${FLAG_WORDS[flagged.flag]}`,
    )
    if (current === undefined) lines.push(...setLines(flagged, nowUtc))
  }
  const told = remarks(object, nowUtc)
  if (told.length > 0) lines.push(`  remarks       ${told.join(', ')}`)
  lines.push(`  revisions     ${revisions.length}`)
  for (const { elements, flag, origin } of revisions.slice(0, REVISIONS_TOLD_MAX)) {
    lines.push(
      `    ${formatUtc(elements.epochUtcMs, 3)}  ${origin.source}${flag === undefined ? '' : `  (${flag}, not flown)`}`,
    )
  }
  lines.push(`  transmitters  ${transmitters.length === 0 ? 'none known' : transmitters.length}`)
  for (const each of transmitters) {
    const words = [each.mode, each.description, each.active ? '' : '(not active)']
    lines.push(
      `    ${(each.downlink / 1e6).toFixed(6)} MHz  ${words.filter((word) => word !== '').join('  ')}`,
    )
  }
  return lines
}

const sureJson = (elements: ElementSet, learned: Learned | undefined, nowUtc: UtcMs): unknown => {
  const { inflatedSigma, consistencySigma, timeSigma, jumpShare } = predictionQuality(
    elements,
    nowUtc,
    learned?.model,
  )
  return {
    alongTrackSigmaKm: inflatedSigma,
    consistencySigmaKm: consistencySigma,
    timeSigmaSec: timeSigma ?? null,
    manoeuvreShare: jumpShare,
    learnedUtc: learned === undefined ? null : formatUtc(learned.learnedUtcMs, 0),
    learnedFrom: (learned?.model ?? DEFAULT_ALONG_TRACK_MODEL).learnedFrom,
    pairs: learned?.pairs ?? null,
    jumps: learned?.jumps ?? null,
  }
}

const jsonOf = ({ object, revisions, learned, transmitters, nowUtc }: Shown): unknown => {
  const setJson = ({ elements, flag, hash, origin }: StoredSet): unknown => ({
    ...elements,
    epochUtc: formatUtc(elements.epochUtcMs),
    ageDays: (nowUtc - elements.epochUtcMs) / MS_PER_DAY,
    periodMin: period(elements) / MS_PER_MINUTE,
    perigeeKm: perigeeHeight(elements),
    apogeeKm: apogeeHeight(elements),
    flag: flag ?? null,
    hash,
    origin,
  })
  return {
    catalogNumber: object.catalogNumber,
    name: object.name,
    objectId: object.objectId,
    current: object.current === undefined ? null : setJson(object.current),
    uncertainty: object.current === undefined ? null : sureJson(object.current.elements, learned, nowUtc),
    refused: object.flagged === undefined ? null : setJson(object.flagged),
    remarks: remarks(object, nowUtc),
    revisions: revisions.map(setJson),
    transmitters,
  }
}
