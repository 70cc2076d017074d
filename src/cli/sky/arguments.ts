import { InvalidArgumentError } from 'commander'
import { parseDecimal } from '../../catalog/numbers.ts'
import { MS_PER_HOUR, parseUtc, type UtcMs } from '../../kernel/time.ts'
import { type Deg, deg, type Ms, metres, ms, type Sec, sec } from '../../kernel/units.ts'
import { checkSite, type Site } from '../../orbit/site.ts'

/** Reads values of the command line for commander, which tells what is thrown together with the option's name. */

const finite = (text: string, expected: string): number => {
  const value = parseDecimal(text.trim())
  if (!value.ok) throw new InvalidArgumentError(expected)
  return value.value
}

const within = (text: string, lowest: number, highest: number, expected: string): number => {
  const value = finite(text, expected)
  if (value < lowest || value > highest) throw new InvalidArgumentError(expected)
  return value
}

/** `51.5,-0.1275,50`: degrees north, degrees east, metres above the ellipsoid. */
export const parseSite = (text: string): Site => {
  const expected = 'Write it as LAT,LON,HEIGHT_M in degrees and metres, for instance 59.91,10.75,90.'
  const [latitude, longitude, height, ...rest] = text.split(',').map((part) => finite(part, expected))
  if (latitude === undefined || longitude === undefined || height === undefined || rest.length > 0)
    throw new InvalidArgumentError(expected)
  const site = checkSite({ latitude: deg(latitude), longitude: deg(longitude), height: metres(height) })
  if (!site.ok) throw new InvalidArgumentError(`${site.error.message}.`)
  return site.value
}

/** An instant in UTC, ISO 8601. */
export const parseInstant = (text: string): UtcMs => {
  const instant = parseUtc(text.trim())
  if (!instant.ok) throw new InvalidArgumentError(`${capital(instant.error)}.`)
  return instant.value
}

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`

const HOURS_MAX = 366 * 24

export const parseHours = (text: string): Ms => {
  const expected = `Give hours above 0, at most ${HOURS_MAX} (a year).`
  const hours = within(text, 0, HOURS_MAX, expected)
  if (hours === 0) throw new InvalidArgumentError(expected)
  return ms(hours * MS_PER_HOUR)
}

export const parseElevation = (text: string): Deg =>
  deg(within(text, -90, 90, 'Give degrees from -90 to 90.'))

/** UT1 − UTC, which leap seconds keep below 0.9 s. */
export const parseDut1 = (text: string): Sec =>
  sec(within(text, -1, 1, 'Give UT1 − UTC in seconds, from -1 to 1.'))

const STEP_SEC_MIN = 0.001
const STEP_SEC_MAX = 86_400

export const parseStep = (text: string): Ms =>
  ms(1000 * within(text, STEP_SEC_MIN, STEP_SEC_MAX, `Give seconds from ${STEP_SEC_MIN} to ${STEP_SEC_MAX}.`))

/** The air as it is given; what is left out is taken of the standard atmosphere. */
export interface GivenWeather {
  readonly pressureHpa: number
  readonly temperatureCelsius: number
  readonly relativeHumidityPercent: number | undefined
}

export const parseWeather = (text: string): GivenWeather => {
  const expected =
    'Write it as HPA,CELSIUS or HPA,CELSIUS,HUMIDITY_PERCENT, as measured at the antenna, for instance 1002,8.'
  const [pressureHpa, temperatureCelsius, relativeHumidityPercent, ...rest] = text
    .split(',')
    .map((part) => finite(part, expected))
  if (pressureHpa === undefined || temperatureCelsius === undefined || rest.length > 0)
    throw new InvalidArgumentError(expected)
  return { pressureHpa, temperatureCelsius, relativeHumidityPercent }
}

/** Gathers an option that may be given again. A name that is given is not empty. */
export const collectSatellite = (text: string, before: readonly string[] = []): readonly string[] => {
  if (text.trim() === '') throw new InvalidArgumentError('Give a catalogue number or a name.')
  return [...before, text.trim()]
}
