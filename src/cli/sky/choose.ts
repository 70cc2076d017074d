import { type Fault, fault } from '../../kernel/errors.ts'
import { nearName } from '../../kernel/near-name.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import type { MovingObject } from '../../orbit/motion.ts'
import { objectLabel } from '../../orbit/object-label.ts'

// More is no choice.
const CANDIDATES_TOLD_MAX = 8

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

/** The name that was probably meant: by the whole of it, or by one of its words (`zaria`: `ISS (ZARYA)`). */
const nearestName = (objects: readonly MovingObject[], wanted: string): string | undefined => {
  const names = objects.map(({ name }) => name)
  const whole = nearName(wanted, names)
  if (whole !== undefined) return whole
  const byWord = new Map(
    names.flatMap((name) =>
      name
        .toLowerCase()
        .split(/[^\p{L}\d]+/u)
        .filter((word) => word.length >= 3)
        .map((word) => [word, name] as const),
    ),
  )
  const word = nearName(wanted, byWord.keys())
  return word === undefined ? undefined : byWord.get(word)
}
