import { InvalidArgumentError } from 'commander'
import { parseDecimal } from '../../catalog/numbers.ts'
import type { AzEl } from '../../kernel/angle.ts'
import { MS_PER_MINUTE } from '../../kernel/time.ts'
import { deg, type Ms, ms } from '../../kernel/units.ts'

/** What `azel track` is told to point at. */
export type TrackArgument =
  | { readonly kind: 'direction'; readonly direction: AzEl }
  | { readonly kind: 'body'; readonly body: 'sun' | 'moon' }
  | { readonly kind: 'satellite'; readonly text: string }

// Own coordinates of mounts with overlap, and elevations over the top.
const AZIMUTH_DEG_MAX = 720
const ELEVATION_DEG_MAX = 180

const decimal = (text: string | undefined): number | undefined => {
  const value = text === undefined ? undefined : parseDecimal(text.trim())
  return value?.ok === true ? value.value : undefined
}

/** `AZ,EL` in degrees, `sun`, `moon`, or else the name or number of a satellite. */
export const parseDirectionOrName = (text: string): TrackArgument => {
  const word = text.trim()
  const lower = word.toLowerCase()
  if (lower === 'sun' || lower === 'moon') return { kind: 'body', body: lower }
  const parts = word.split(',')
  // What begins like a number and has a comma is meant to be a direction.
  if (parts.length > 1 && /^[-+.\d]|^(?:nan|inf)/i.test(word)) {
    const [azimuth, elevation] = parts.map((part) => decimal(part))
    if (
      parts.length !== 2 ||
      azimuth === undefined ||
      elevation === undefined ||
      Math.abs(azimuth) > AZIMUTH_DEG_MAX ||
      elevation < -90 ||
      elevation > ELEVATION_DEG_MAX
    ) {
      throw new InvalidArgumentError('A direction is AZ,EL in degrees, for instance 123.4,45.6.')
    }
    return { kind: 'direction', direction: { azimuth: deg(azimuth), elevation: deg(elevation) } }
  }
  if (word === '') throw new InvalidArgumentError('Give a name, a catalogue number, AZ,EL, sun or moon.')
  return { kind: 'satellite', text: word }
}

const MINUTES_MAX = 24 * 60

export const parseForMinutes = (text: string): Ms => {
  const minutes = decimal(text)
  if (minutes === undefined || !(minutes > 0 && minutes <= MINUTES_MAX))
    throw new InvalidArgumentError(`Give minutes above 0, at most ${MINUTES_MAX} (a day).`)
  return ms(minutes * MS_PER_MINUTE)
}

/** An azimuth in the antenna's own count. */
export const parseTurn = (text: string): number => {
  const azimuth = decimal(text)
  if (azimuth === undefined || Math.abs(azimuth) > AZIMUTH_DEG_MAX)
    throw new InvalidArgumentError(`Give degrees from -${AZIMUTH_DEG_MAX} to ${AZIMUTH_DEG_MAX}.`)
  return azimuth
}
