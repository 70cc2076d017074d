import { fault } from '../../kernel/errors.ts'
import type { Ask, Reply } from './ask.ts'
import { celestrakParameter, type ElementSource } from './source.ts'

type Celestrak = Extract<ElementSource, { readonly kind: 'celestrak' }>

/** The address of a query, CSV: TLE leaves out the numbers from 100000 on. Source: CelesTrak, "GP data formats". */
export const celestrakUrl = (server: URL, { query }: Celestrak): URL => {
  const url = new URL('/NORAD/elements/gp.php', server)
  const [parameter, value] = celestrakParameter(query)
  url.searchParams.set(parameter, value)
  url.searchParams.set('FORMAT', 'CSV')
  return url
}

/**
 * One question to CelesTrak. Its usage policy (2026-05-22): at any answer but 200 a program stops at once and tells a
 * person, redirects included; who goes on is sent to the firewall. 304 is what a conditional request asks for.
 */
export const askCelestrak = async (source: Celestrak, ask: Ask): Promise<Reply> => {
  const { lastGood } = ask
  const answer = await ask.transport({
    url: celestrakUrl(ask.server, source),
    headers: {
      ...(lastGood?.etag === undefined ? {} : { 'if-none-match': lastGood.etag }),
      ...(lastGood?.modified === undefined ? {} : { 'if-modified-since': lastGood.modified }),
    },
    bodyFile: ask.bodyFile,
    bytesMax: ask.bytesMax,
    redirectsMax: 0,
  })
  if (!answer.ok) return { kind: 'failed', ...answer.error }
  const { status, start, location, bytes } = answer.value
  if (status === 200) return { kind: 'body', answer: answer.value }
  if (status === 304) return { kind: 'same', bytes }
  const said = location === undefined ? firstWords(start) : `go to ${location}`
  const what = `${ask.server.host} answered ${status}${said === '' ? '' : ` ("${said}")`}`
  return { kind: 'stop', failure: fault('source.stopped', what), bytes }
}

const WORDS_MAX = 120

/** What a page or message says, for a sentence: without tags, on one line, its beginning. */
export const firstWords = (text: string): string =>
  text
    .replace(/<(script|style)[\s\S]*?(<\/\1>|$)/gi, ' ')
    .replace(/<[^>]*>?/g, ' ')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, WORDS_MAX)
