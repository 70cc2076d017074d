import type { ImportSummary } from '../../catalog/store/import-sets.ts'
import { FLAG_WORDS } from '../../catalog/store/sanity.ts'
import { formatDuration, formatUtc, type UtcMs, utcBetween } from '../../kernel/time.ts'
import { objectLabel } from '../../orbit/object-label.ts'

/** `1 object`, `12 objects`. */
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`

/** The age of an epoch: `5 h 12 min`, or how far it lies ahead. */
export const ageWords = (epochUtcMs: UtcMs, nowUtc: UtcMs): string => {
  const age = utcBetween({ from: epochUtcMs, to: nowUtc })
  return age < 0
    ? `${formatDuration(utcBetween({ from: nowUtc, to: epochUtcMs }))} ahead`
    : formatDuration(age)
}

// A page of them; all are in the store ("azel catalog list --flagged").
const FLAGGED_TOLD_MAX = 20

/** What an import came to, in lines. */
export const importLines = (summary: ImportSummary, skippedCount: number): readonly string[] => {
  const { sets, added, newObjects, known, flagged, flaggedCount } = summary
  const parts = [
    `${count(sets, 'set')}: ${added} new`,
    ...(newObjects > 0 ? [`of them ${count(newObjects, 'new object')}`] : []),
    `${known} known already`,
    ...(skippedCount > 0 ? [`${skippedCount} could not be read`] : []),
    ...(flaggedCount > 0 ? [`${flaggedCount} refused`] : []),
  ]
  const told = flagged
    .slice(0, FLAGGED_TOLD_MAX)
    .map(
      (set) =>
        `  ${objectLabel(set)} ${FLAG_WORDS[set.flag]} (epoch ${formatUtc(set.epochUtcMs, 0)}); it is not flown`,
    )
  const rest = flaggedCount - told.length
  return [
    `${parts.join(', ')}.`,
    ...told,
    ...(rest > 0 ? [`  and ${rest} more: azel catalog list --flagged`] : []),
  ]
}

/** Columns of text, the first and those named to the left, two spaces between. */
export const tableLines = (
  rows: readonly (readonly string[])[],
  left: readonly number[],
): readonly string[] => {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  )
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0
        return left.includes(column) ? cell.padEnd(width) : cell.padStart(width)
      })
      .join('  ')
      .trimEnd(),
  )
}
