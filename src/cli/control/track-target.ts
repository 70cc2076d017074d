import type { AzEl } from '../../kernel/angle.ts'
import { type Fault, fault } from '../../kernel/errors.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { formatDuration, type UtcMs, utcBetween } from '../../kernel/time.ts'
import { objectLabel } from '../../orbit/object-label.ts'
import type { Configuration } from '../../station/configuration/schema.ts'
import type { TrackTarget } from '../../station/operator.ts'
import { catalogPlace } from '../catalog/place.ts'
import { chooseElements, openElementSource } from '../sky/element-source.ts'
import { isStale } from '../sky/staleness.ts'
import type { TrackArgument } from './arguments.ts'

/** What is to be pointed at, with what a person should know of it. */
export type Aim = (
  | { readonly kind: 'direction'; readonly direction: AzEl }
  | { readonly kind: 'moving'; readonly target: TrackTarget }
) & { readonly name: string; readonly remarks: readonly string[] }

/**
 * Finds a satellite in a file, or in the catalogue that the station flies with. Faults: those of the elements;
 * `catalog.unknown-satellite`, with the nearest name; `catalog.stale` where they are too old to be flown.
 */
export const findAim = async (
  argument: TrackArgument,
  options: {
    readonly configuration: Configuration
    readonly config: string | undefined
    readonly catalog: string | undefined
    readonly nowUtc: UtcMs
  },
): Promise<Result<Aim, Fault>> => {
  if (argument.kind === 'direction') {
    const { azimuth, elevation } = argument.direction
    const name = `azimuth ${azimuth}°, elevation ${elevation}°`
    return ok({ kind: 'direction', direction: argument.direction, name, remarks: [] })
  }
  if (argument.kind === 'body') {
    const { body } = argument
    return ok({ kind: 'moving', target: { body }, name: body === 'sun' ? 'Sun' : 'Moon', remarks: [] })
  }
  const place = options.catalog === undefined ? catalogPlace(configOption(options.config)) : undefined
  const source = await openElementSource(options.catalog, place)
  if (!source.ok) return source
  const chosen = chooseElements(source.value, [argument.text])
  if (!chosen.ok) return chosen
  const [elements] = chosen.value
  if (elements === undefined)
    return err(fault('catalog.empty', `There are no elements ${source.value.where}`))
  const age = utcBetween({ from: elements.epochUtcMs, to: options.nowUtc })
  const stale = isStale(elements.epochUtcMs, options.nowUtc)
    ? [`The elements of ${objectLabel(elements)} are ${formatDuration(age)} old; fetch newer ones`]
    : []
  return ok({
    kind: 'moving',
    target: { elements },
    name: objectLabel(elements),
    remarks: [...source.value.remarks, ...stale],
  })
}

const configOption = (config: string | undefined) => (config === undefined ? {} : { config })
