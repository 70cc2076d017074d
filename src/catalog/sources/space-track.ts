import { fault } from '../../kernel/errors.ts'
import type { Ask, Reply } from './ask.ts'
import { firstWords } from './celestrak.ts'
import { readCredentials } from './credentials.ts'
import type { ElementSource } from './source.ts'
import type { Answer } from './transport.ts'

type SpaceTrack = Extract<ElementSource, { readonly kind: 'space-track' }>

// Answers to login and logout are a few words.
const TALK_BYTES_MAX = 65_536
const REDIRECTS_MAX = 3
// What counts as flying: a set of the last month (Space-Track, "API use guidelines", recommended query for GP).
const EPOCH_DAYS = 30

/** The query for the newest set of each object. Source: Space-Track, API documentation, class `gp`. */
export const spaceTrackUrl = (server: URL, { catalogNumbers }: SpaceTrack): URL => {
  const which =
    catalogNumbers === undefined
      ? `decay_date/null-val/epoch/%3Enow-${EPOCH_DAYS}`
      : `norad_cat_id/${catalogNumbers.join(',')}`
  return new URL(`/basicspacedata/query/class/gp/${which}/orderby/norad_cat_id%20asc/format/csv`, server)
}

/**
 * One question to Space-Track: login, query, logout. Refused credentials, 403, 429 and its own words about a violated
 * limit stop the asking, for they suspend an account; 5xx is tried again later.
 */
export const askSpaceTrack = async (source: SpaceTrack, ask: Ask): Promise<Reply> => {
  const credentials = readCredentials(source.credentialsFile)
  if (!credentials.ok) return { kind: 'failed', failure: credentials.error, counted: false, bytes: 0 }
  const { transport, server } = ask
  const login = await transport({
    url: new URL('/ajaxauth/login', server),
    form: new URLSearchParams({ ...credentials.value }),
    bytesMax: TALK_BYTES_MAX,
    redirectsMax: 0,
  })
  if (!login.ok) return { kind: 'failed', ...login.error }
  const refused = refusal(server, login.value, 'login')
  if (refused !== undefined) return refused
  if (login.value.cookies.length === 0) {
    const failure = fault('source.stopped', `${server.host} gave no session for the name in the credentials`)
    return { kind: 'stop', failure, bytes: login.value.bytes }
  }
  const headers = { cookie: login.value.cookies.join('; ') }
  const answer = await transport({
    url: spaceTrackUrl(server, source),
    headers,
    bodyFile: ask.bodyFile,
    bytesMax: ask.bytesMax,
    redirectsMax: REDIRECTS_MAX,
  })
  // Said goodbye whatever came; an open session would end by itself after some hours.
  await transport({
    url: new URL('/ajaxauth/logout', server),
    headers,
    bytesMax: TALK_BYTES_MAX,
    redirectsMax: 0,
  })
  if (!answer.ok) return { kind: 'failed', ...answer.error }
  return refusal(server, answer.value, 'query') ?? { kind: 'body', answer: answer.value }
}

/** What an answer refuses; undefined where it does not. */
const refusal = (server: URL, answer: Answer, to: string): Reply | undefined => {
  const { status, start, bytes } = answer
  const said = firstWords(start)
  const what = `${server.host} answered ${status} to the ${to}${said === '' ? '' : ` ("${said}")`}`
  // It says these with status 200, too: {"Login":"Failed"}, {"error":"You've violated your query rate limit…"}.
  const speaksOfError = /^\s*\{\s*"(?:Login|error)"/i.test(start)
  if (status === 200 && !speaksOfError) return undefined
  const isLimit = /rate limit|violat|suspend/i.test(start)
  return status >= 500 && !isLimit
    ? { kind: 'failed', failure: fault('source.answer', what), counted: true, bytes }
    : { kind: 'stop', failure: fault('source.stopped', what), bytes }
}
