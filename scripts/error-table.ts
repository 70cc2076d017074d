import { ERROR_CATALOGUE } from '../src/kernel/errors.ts'

const BEGIN = '<!-- errors:begin -->'
const END = '<!-- errors:end -->'

/** The catalogue as a Markdown table, in its own order, by part. */
export const renderErrorTable = (): string => {
  const rows = Object.entries(ERROR_CATALOGUE).map(
    ([code, { severity, retry, help }]) =>
      `| \`${code}\` | ${severity} | ${retry ? 'yes' : 'no'} | ${help} |`,
  )
  return ['| Code | Severity | Azel tries again | What to do |', '|---|---|---|---|', ...rows].join('\n')
}

/** The page with the table between its two markers made anew. Throws where the markers are not there once each. */
export const withErrorTable = (page: string): string => {
  const parts = page.split(BEGIN)
  const [before, rest] = parts
  const tail = rest?.split(END)
  if (parts.length !== 2 || before === undefined || tail?.length !== 2 || tail[1] === undefined) {
    throw new Error(`the page needs ${BEGIN} and ${END}, once each and in this order`)
  }
  return `${before}${BEGIN}\n${renderErrorTable()}\n${END}${tail[1]}`
}
