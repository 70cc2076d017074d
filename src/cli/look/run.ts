import { type Fault, fault } from '../../kernel/errors.ts'
import { createRealClock } from '../../kernel/real-clock.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import type { UtcMs } from '../../kernel/time.ts'
import { type Ms, ms } from '../../kernel/units.ts'
import { createBodyMotion } from '../../orbit/body-motion.ts'
import { createLook } from '../../orbit/look.ts'
import type { Motion } from '../../orbit/motion.ts'
import { createPropagator } from '../../orbit/propagator.ts'
import type { CatalogPlace } from '../catalog/place.ts'
import { count } from '../catalog/words.ts'
import { printFault } from '../output.ts'
import { chooseElements, openElementSource } from '../sky/element-source.ts'
import { onlyMotion, openEphemeris } from '../sky/motions.ts'
import type { SkyOptions } from '../sky/options.ts'
import { skyPlace } from '../sky/sky-place.ts'
import { stalenessOf } from '../sky/staleness.ts'
import { type Viewpoint, viewpointOf } from '../sky/viewpoint.ts'
import { writeText } from '../sky/write-text.ts'
import { lookGrid, lookText, type MissedLooks } from './rows.ts'

interface LookOptions extends SkyOptions {
  readonly to?: UtcMs
  readonly step?: Ms
  readonly csv?: true
}

const STEP_DEFAULT = ms(1_000)

export const runLook = async (options: LookOptions): Promise<void> => {
  const found = await skyPlace(options)
  if (found === undefined) return
  const { place } = found
  const viewpoint = await viewpointOf(options, place?.configuration)
  if (!viewpoint.ok) return printFault(viewpoint.error)
  const from = options.from ?? createRealClock().utcNow()
  const grid = lookGrid(from, options.to ?? from, options.step ?? STEP_DEFAULT)
  if (!grid.ok) return printFault(grid.error)
  const motion = await motionOf(options, place, { viewpoint: viewpoint.value, fromUtcMs: from })
  if (!motion.ok) return printFault(motion.error)
  const { refraction, ...seen } = viewpoint.value
  const look = createLook({
    ...seen,
    motion: motion.value,
    ...(refraction === undefined ? {} : { refraction }),
  })
  const missed: MissedLooks = { count: 0, first: undefined }
  const format = options.csv === true ? 'csv' : options.json === true ? 'json' : 'text'
  await writeText(lookText(look, grid.value, format, missed))
  if (missed.first === undefined) return
  process.stderr.write(`azel: ${count(missed.count, 'look')} of ${grid.value.count} left out\n`)
  printFault(missed.first)
}

const motionOf = async (
  options: LookOptions,
  place: CatalogPlace | undefined,
  { viewpoint, fromUtcMs }: { readonly viewpoint: Viewpoint; readonly fromUtcMs: UtcMs },
): Promise<Result<Motion, Fault>> => {
  const { body, ephemeris, satellite: wanted } = options
  if (body !== undefined) return ok(createBodyMotion(body))
  if (ephemeris !== undefined) {
    const opened = await openEphemeris(ephemeris, { ut1MinusUtc: viewpoint.ut1MinusUtc, wanted })
    if (!opened.ok) return opened
    tell(opened.value.remarks)
    return onlyMotion(opened.value.motions, ephemeris)
  }
  const source = await openElementSource(options.catalog, place)
  if (!source.ok) return source
  tell(source.value.remarks)
  const chosen = chooseElements(source.value, wanted)
  if (!chosen.ok) return chosen
  const [only, ...others] = chosen.value
  if (only !== undefined && others.length === 0) {
    const stale = stalenessOf(only, fromUtcMs, source.value.alongTrackModel)
    if (stale !== undefined) tell([stale])
    return createPropagator(only)
  }
  return err(
    fault(
      'cli.usage',
      wanted === undefined
        ? `There are ${chosen.value.length} objects ${source.value.where}: name one with --satellite, by number or name`
        : 'A look is at one object: give --satellite once',
    ),
  )
}

const tell = (remarks: readonly string[]): void => {
  for (const remark of remarks) process.stderr.write(`${remark}\n`)
}
