/** The number of letters to change, add, leave out or swap between two words (optimal string alignment distance). */
const distance = (a: string, b: string): number => {
  let beforePrevious: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let least = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + cost)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, (beforePrevious[j - 2] ?? 0) + 1)
      }
      row.push(least)
    }
    beforePrevious = previous
    previous = row
  }
  return previous[b.length] ?? 0
}

// Longer words are cut: nobody mistypes a word into one that differs beyond this, and the work is quadratic.
const LETTERS_MAX = 64

/** The candidate that was probably meant, if any is near enough; for "did you mean …?". */
export const nearName = (given: string, candidates: Iterable<string>): string | undefined => {
  const word = given.slice(0, LETTERS_MAX).toLowerCase()
  let best: { readonly name: string; readonly distance: number } | undefined
  for (const name of candidates) {
    const candidate = name.slice(0, LETTERS_MAX).toLowerCase()
    const prefix = word.length >= 3 && candidate.startsWith(word)
    const found = { name, distance: prefix ? 0.5 : distance(word, candidate) }
    if (
      found.distance <= Math.max(1, word.length / 3) &&
      (best === undefined || found.distance < best.distance)
    ) {
      best = found
    }
  }
  return best?.name
}
