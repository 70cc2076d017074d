import { type Fault, fault } from '../../kernel/errors.ts'
import { err, ok, type Result } from '../../kernel/result.ts'

/** What is asked of CelesTrak (gp.php): one of its queries. */
export type CelestrakQuery =
  | { readonly group: string }
  | { readonly catalogNumber: number }
  | { readonly name: string }
  | { readonly designator: string }
  | { readonly special: string }

/** Where element sets come from. */
export type ElementSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'directory'; readonly path: string }
  | {
      readonly kind: 'celestrak'
      readonly query: CelestrakQuery
      /** A cache of one's own organisation in its place; absent: CelesTrak itself. */
      readonly server?: string | undefined
    }
  | {
      readonly kind: 'space-track'
      /** A file of mode 0600: the name in its first line, the password in its second. */
      readonly credentialsFile: string
      /** Absent: all that flies. */
      readonly catalogNumbers?: readonly number[] | undefined
      readonly server?: string | undefined
    }

export type NetworkSource = Extract<ElementSource, { readonly kind: 'celestrak' | 'space-track' }>

const CELESTRAK = 'https://celestrak.org'
const SPACE_TRACK = 'https://www.space-track.org'
const LOOPBACK: readonly string[] = ['127.0.0.1', '[::1]', 'localhost']

/** The server of a source. https alone, or http on this very machine. Error: `source.setting`. */
export const serverOf = (source: Pick<NetworkSource, 'kind' | 'server'>): Result<URL, Fault> => {
  const text = source.server ?? (source.kind === 'celestrak' ? CELESTRAK : SPACE_TRACK)
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (
    url === undefined ||
    (url.protocol !== 'https:' && !(url.protocol === 'http:' && LOOPBACK.includes(url.hostname)))
  ) {
    return err(fault('source.setting', `The server ${text} is no https address`))
  }
  return url.username === '' && url.password === ''
    ? ok(url)
    : err(fault('source.setting', `The server at ${url.host} is given with a password in its address`))
}

const QUERY_NAMES = {
  group: 'GROUP',
  catalogNumber: 'CATNR',
  name: 'NAME',
  designator: 'INTDES',
  special: 'SPECIAL',
} as const

/** The parameter and value of a CelesTrak query, as `GROUP`, `active`. */
export const celestrakParameter = (query: CelestrakQuery): readonly [string, string] => {
  for (const [key, value] of Object.entries(query)) {
    for (const [name, parameter] of Object.entries(QUERY_NAMES))
      if (name === key) return [parameter, String(value)]
  }
  throw new Error('internal mistake: a CelesTrak query without a query')
}

/** Who is asked: one that blocks an address blocks it for all its queries. */
export const serviceOf = (source: NetworkSource): string =>
  source.server === undefined ? source.kind : `${source.kind} at ${source.server}`

/** Names a source for people and in the store: `celestrak GROUP=active`, `space-track`, `file elements.csv`. */
export const sourceName = (source: ElementSource): string => {
  switch (source.kind) {
    case 'file':
    case 'directory':
      return `${source.kind} ${source.path}`
    case 'celestrak':
      return `${serviceOf(source)} ${celestrakParameter(source.query).join('=')}`
    case 'space-track':
      return source.catalogNumbers === undefined
        ? serviceOf(source)
        : `${serviceOf(source)} ${source.catalogNumbers.join(',')}`
  }
}
