import type { AnswerLine } from './answer.ts'
import { readNumber } from './command-line.ts'

/*
 * Hamlib's calculators, which its rotctld offers beside the rotator (locator.c: dms2dec, dec2dms); figures as it prints
 * them.
 */

const decimals = (value: number): string => value.toFixed(6)

/** Degrees, minutes, seconds and 1 for south or west (else 0) as decimal degrees; undefined where one is no number. */
export const toDecimalDegrees = (words: readonly string[]): readonly AnswerLine[] | undefined => {
  const [degrees, minutes, seconds, southOrWest] = words.map(readNumber)
  if (degrees === undefined || minutes === undefined || seconds === undefined || southOrWest === undefined)
    return undefined
  // The sign is the last word's alone.
  const size = Math.trunc(Math.abs(degrees)) + Math.trunc(Math.abs(minutes)) / 60 + Math.abs(seconds) / 3600
  return [{ label: 'Dec Degrees', text: decimals(southOrWest === 1 ? -size : size) }]
}

/** Decimal degrees, brought within half a turn, as degrees, minutes, seconds and 1 for south or west. */
export const toDegreesMinutesSeconds = (word: string | undefined): readonly AnswerLine[] | undefined => {
  const value = readNumber(word)
  if (value === undefined) return undefined
  const turned = value >= 0 ? ((value + 180) % 360) - 180 : ((value - 180) % 360) + 180
  const size = Math.abs(turned)
  const degrees = Math.floor(size)
  const minutes = Math.floor(60 * (size - degrees))
  return [
    { label: 'Degrees', text: String(degrees) },
    { label: 'Minutes', text: String(minutes) },
    { label: 'Seconds', text: decimals(60 * (60 * (size - degrees) - minutes)) },
    { label: 'S/W', text: turned < 0 && turned !== -180 ? '1' : '0' },
  ]
}
