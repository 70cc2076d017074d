import { type Fault, fault } from '../../kernel/errors.ts'
import { nearName } from '../../kernel/near-name.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import type { MovingObject } from '../../orbit/motion.ts'
import { objectLabel } from '../../orbit/object-label.ts'

// More is no choice.
const CANDIDATES_TOLD_MAX = 8
// What has no number yet was found last.
const NEWEST = Number.MAX_SAFE_INTEGER

/**
 * The object of a number, a whole name or the only name that holds the text; capitals and small letters are alike. Fault
 * `catalog.unknown-satellite`, with the nearest name or the choice there is; `where` ends its sentence: `in the catalogue`.
 */
export const chooseObject = <Chosen extends MovingObject>(
  objects: readonly Chosen[],
  text: string,
  where: string,
): Result<Chosen, Fault> => {
  const wanted = text.trim().toLowerCase()
  const unknown = (what: string): Result<never, Fault> =>
    err(fault('catalog.unknown-satellite', `There is no "${text.slice(0, 80)}" ${where}${what}`))
  if (/^\d+$/.test(wanted)) {
    const object = objects.find(({ catalogNumber }) => catalogNumber === Number(wanted))
    return object === undefined ? unknown('') : ok(object)
  }
  const whole = objects.filter(({ name }) => name.toLowerCase() === wanted)
  const holding = wanted === '' ? [] : objects.filter(({ name }) => name.toLowerCase().includes(wanted))
  const [only, ...others] = whole.length > 0 ? whole : holding
  if (only !== undefined && others.length === 0) return ok(only)
  if (only !== undefined) {
    const told = [only, ...others].slice(0, CANDIDATES_TOLD_MAX).map(objectLabel).join(', ')
    const more = others.length + 1 - CANDIDATES_TOLD_MAX
    return unknown(` alone: ${told}${more > 0 ? ` and ${more} more` : ''}`)
  }
  const near = nearestName(objects, wanted)
  return unknown(near === undefined ? '' : `; the nearest name is "${near}"`)
}

/**
 * The name that was probably meant: by the whole of it, or by one of its words (`zaria`: `ISS (ZARYA)`). A first word goes
 * before others, and of those that share one who is in orbit longest (`isss`: no piece that was thrown off the ISS).
 */
const nearestName = (objects: readonly MovingObject[], wanted: string): string | undefined => {
  const names = objects.map(({ name }) => name)
  const whole = nearName(wanted, names)
  if (whole !== undefined) return whole
  const oldestFirst = objects.toSorted((a, b) => (a.catalogNumber ?? NEWEST) - (b.catalogNumber ?? NEWEST))
  const split = oldestFirst.map(({ name }) => ({ name, words: name.toLowerCase().split(/[^\p{L}\d]+/u) }))
  const firstWords = split.map(({ name, words }) => ({ name, words: words.slice(0, 1) }))
  const byWord = new Map<string, string>()
  for (const { name, words } of [...firstWords, ...split])
    for (const word of words) if (word.length >= 3 && !byWord.has(word)) byWord.set(word, name)
  const word = nearName(wanted, byWord.keys())
  return word === undefined ? undefined : byWord.get(word)
}
