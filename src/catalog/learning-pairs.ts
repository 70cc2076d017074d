import { MS_PER_DAY } from '../kernel/time.ts'
import type { ElementSet } from '../orbit/element-set.ts'
import type { SuccessiveSets } from '../orbit/uncertainty/successive-sets.ts'
import { isJump } from './store/sanity.ts'

// Ages by octaves, from a quarter of a day to those at which nothing is flown any more (60 days): of each octave as many
// pairs as the history holds one after the other, so that no prediction counts twice.
const OCTAVES_DAYS = [0.25, 0.5, 1, 2, 4, 8, 16, 32] as const

/**
 * What the history of one object, its good sets by rising epoch, teaches of predictions of all ages: pairs of which the
 * older predicts the newer. A jump that was believed later is no step of one orbit.
 */
export const learningPairs = (sets: readonly ElementSet[]): readonly SuccessiveSets[] => {
  const pairs: SuccessiveSets[] = []
  for (const octaveDays of OCTAVES_DAYS) {
    let first = 0
    for (const newer of sets) {
      const daysFrom = (index: number): number =>
        (newer.epochUtcMs - (sets[index] ?? newer).epochUtcMs) / MS_PER_DAY
      // The oldest that is not too old; the newer one itself ends the search.
      while (daysFrom(first) >= 2 * octaveDays) first += 1
      const older = sets[first]
      if (older === undefined || daysFrom(first) < octaveDays) continue
      if (!isJump(older, newer)) pairs.push({ older, newer })
      first = sets.indexOf(newer)
    }
  }
  return pairs
}
