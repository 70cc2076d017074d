import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import type { Clock, Timer } from '../../kernel/clock.ts'
import { type Fault, fault, messageOf } from '../../kernel/errors.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { type Ms, ms } from '../../kernel/units.ts'

export interface Question {
  readonly url: URL
  readonly headers?: Readonly<Record<string, string>>
  /** Sent by POST as a form; absent: GET. */
  readonly form?: URLSearchParams
  /** Where the body of a 200 goes; absent: nowhere, only its beginning is kept. */
  readonly bodyFile?: string
  /** The most that is taken of a body, after decompression. */
  readonly bytesMax: number
  /** How many redirects to the same origin are followed; others are answers like any other. */
  readonly redirectsMax: number
}

export interface Answer {
  readonly status: number
  /** Where it came from in the end. */
  readonly place: string
  readonly etag: string | undefined
  readonly modified: string | undefined
  /** `name=value` of each cookie that was set. */
  readonly cookies: readonly string[]
  /** Where a redirect leads that was not followed. */
  readonly location: string | undefined
  readonly bytes: number
  /** Of the body, hex. */
  readonly sha256: string
  /** How the body begins, as text. */
  readonly start: string
}

export interface TransportFailure {
  readonly failure: Fault
  /** Whether the other side may have had the request: then it has counted it. */
  readonly counted: boolean
  readonly bytes: number
}

/** Asks one question of a server. Errors: `source.unreachable`, `source.answer` (cut or too slow), `source.too-large`. */
export type Transport = (question: Question) => Promise<Result<Answer, TransportFailure>>

/** Until the answer begins; name server, connection and a busy server included. */
const BEGIN_LIMIT = ms(60_000)
/** Between two pieces of a body. */
const IDLE_LIMIT = ms(30_000)
/** The whole: 30 MB at 40 kB/s. */
const TOTAL_LIMIT = ms(15 * 60_000)
const START_BYTES = 2_048
const REDIRECT_STATUSES: readonly number[] = [301, 302, 303, 307, 308]

/** Time limits on the injected clock, as one signal. */
class Deadline {
  readonly #clock: Clock
  readonly #controller = new AbortController()
  readonly #total: Timer
  #idle: Timer | undefined
  /** What ran out. */
  reason: string | undefined

  constructor(clock: Clock) {
    this.#clock = clock
    this.#total = clock.setTimer(TOTAL_LIMIT, () => this.abort('it took more than 15 minutes'))
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  abort(reason: string): void {
    this.reason ??= reason
    this.#controller.abort()
  }

  within(limit: Ms, reason: string): void {
    this.#idle?.cancel()
    this.#idle = this.#clock.setTimer(limit, () => this.abort(reason))
  }

  done(): void {
    this.#idle?.cancel()
    this.#total.cancel()
  }
}

interface Body {
  readonly bytes: number
  readonly sha256: string
  readonly start: string
}

const readBody = async (
  response: Response,
  deadline: Deadline,
  options: {
    readonly file: FileHandle | undefined
    readonly bytesMax: number
    readonly count: (bytes: number) => void
  },
): Promise<Body | 'too-large'> => {
  const hash = createHash('sha256')
  const start: Uint8Array[] = []
  let bytes = 0
  const beginning = (): string => Buffer.concat(start).subarray(0, START_BYTES).toString('utf8')
  if (response.body === null) return { bytes, sha256: hash.digest('hex'), start: '' }
  // The reader and not the stream itself: leaving a for-await early waits for the other side.
  const reader = response.body.getReader()
  for (;;) {
    deadline.within(IDLE_LIMIT, 'no more of the answer came for 30 seconds')
    const piece = await reader.read()
    if (piece.done) break
    const { value } = piece
    if (bytes < START_BYTES) start.push(value.subarray(0, START_BYTES))
    bytes += value.length
    options.count(bytes)
    if (bytes > options.bytesMax) return 'too-large'
    hash.update(value)
    await options.file?.write(value)
  }
  await options.file?.sync()
  return { bytes, sha256: hash.digest('hex'), start: beginning() }
}

// Errors of the name server and of the connection (errno(3), undici): nobody at the other end has heard of the request.
const NEVER_CONNECTED: readonly string[] = [
  ...['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL'],
  'UND_ERR_CONNECT_TIMEOUT',
]
const neverConnected = (thrown: unknown): boolean => {
  if (thrown instanceof AggregateError) return thrown.errors.length > 0 && thrown.errors.every(neverConnected)
  return (
    thrown instanceof Error &&
    'code' in thrown &&
    typeof thrown.code === 'string' &&
    (NEVER_CONNECTED.includes(thrown.code) || thrown.code.includes('CERT'))
  )
}

/** Where an answer sends on to, where that is the same origin: never from https to http, never to another host. */
const sameOriginTarget = (from: URL, location: string | null): URL | undefined => {
  if (location === null || !URL.canParse(location, from.href)) return undefined
  const target = new URL(location, from.href)
  return target.origin === from.origin ? target : undefined
}

/** The transport over HTTP. `fetch` is Node's own on a real station. */
export const createTransport =
  (options: {
    readonly clock: Clock
    readonly fetch: typeof fetch
    readonly userAgent: string
    readonly onBytes?: (host: string, bytes: number) => void
  }): Transport =>
  async (question) => {
    const deadline = new Deadline(options.clock)
    let file: FileHandle | undefined
    let answered = false
    let received = 0
    const failed = (failure: Fault, counted: boolean): Result<never, TransportFailure> =>
      err({ failure, counted, bytes: received })
    try {
      let url = question.url
      for (let redirects = 0; ; redirects += 1) {
        deadline.within(BEGIN_LIMIT, 'no answer came for 60 seconds')
        const response = await options.fetch(url.href, {
          method: question.form === undefined ? 'GET' : 'POST',
          headers: { ...question.headers, 'user-agent': options.userAgent },
          redirect: 'manual',
          signal: deadline.signal,
          ...(question.form === undefined ? {} : { body: question.form }),
        })
        answered = true
        const location = response.headers.get('location')
        const target = REDIRECT_STATUSES.includes(response.status)
          ? sameOriginTarget(url, location)
          : undefined
        if (target !== undefined && redirects < question.redirectsMax) {
          await response.body?.cancel()
          url = target
          continue
        }
        if (response.status === 200 && question.bodyFile !== undefined) {
          file = await open(question.bodyFile, 'w', 0o600)
        }
        const body = await readBody(response, deadline, {
          file,
          bytesMax: question.bytesMax,
          count: (bytes) => {
            received = bytes
            options.onBytes?.(url.host, bytes)
          },
        })
        if (body === 'too-large') {
          deadline.abort('it is too large')
          const limit = `${Math.floor(question.bytesMax / 1_000_000)} MB`
          const what = `${url.host} sends more than the ${limit} that may be taken`
          return failed(fault('source.too-large', what), true)
        }
        return ok({
          status: response.status,
          place: url.href,
          etag: response.headers.get('etag') ?? undefined,
          modified: response.headers.get('last-modified') ?? undefined,
          cookies: response.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? ''),
          location: location ?? undefined,
          ...body,
        })
      }
    } catch (thrown) {
      // Node says "fetch failed" and hides why in the cause.
      const cause = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown
      const why = deadline.reason ?? messageOf(cause)
      return answered
        ? failed(fault('source.answer', `The answer of ${question.url.host} broke off: ${why}`), true)
        : failed(
            fault('source.unreachable', `${question.url.host} cannot be reached: ${why}`),
            !neverConnected(cause),
          )
    } finally {
      deadline.done()
      await file?.close()
    }
  }
