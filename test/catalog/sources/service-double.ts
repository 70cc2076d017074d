import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock } from '../../../src/kernel/clock.ts'

// CelesTrak and Space-Track as their policies describe them, on loopback: they count, and they lose patience.

export interface ServiceDouble {
  readonly url: string
  /** Method and path with query of all that was asked. */
  readonly requests: () => readonly string[]
  readonly headers: () => readonly IncomingMessage['headers'][]
  /** Answers the coming request in place of the service. */
  readonly once: (answer: Answer) => void
  readonly close: () => Promise<void>
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void

const listen = async (answer: Answer): Promise<ServiceDouble> => {
  const requests: string[] = []
  const headers: IncomingMessage['headers'][] = []
  const special: Answer[] = []
  const server: Server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`)
    headers.push(request.headers)
    const answerWith = special.shift() ?? answer
    answerWith(request, response)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    headers: () => headers,
    once: (answerWith) => special.push(answerWith),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
}

const UPDATE_MS = 2 * 3_600_000

export interface CelestrakDouble extends ServiceDouble {
  /** What it has; a new text is the next update. */
  readonly publish: (body: string) => void
  /** How often it was asked again before its data had changed. Each one is a step towards the firewall. */
  readonly offences: () => number
}

/** gp.php: data changes each two hours; who asks for the same again before gets 403, as the real one words it. */
export const startCelestrak = async (clock: Clock, first: string): Promise<CelestrakDouble> => {
  let body = first
  let tag = 1
  let offences = 0
  const served = new Map<string, number>()
  const double = await listen((request, response) => {
    const query = request.url ?? ''
    const update = Math.floor(clock.utcNow() / UPDATE_MS)
    if (served.get(query) === update) {
      offences += 1
      response
        .writeHead(403)
        .end(
          'GP data has not updated since your last successful\ndownload of GROUP=active.\nData is updated once every 2 hours.',
        )
      return
    }
    served.set(query, update)
    const etag = `"${tag}"`
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304).end()
      return
    }
    response.writeHead(200, { etag, 'content-type': 'text/csv' }).end(body)
  })
  return {
    ...double,
    publish: (text) => {
      body = text
      tag += 1
    },
    offences: () => offences,
  }
}

export interface SpaceTrackDouble extends ServiceDouble {
  readonly forms: () => readonly string[]
}

/** Login by form, a cookie, the class gp once an hour, 30 requests a minute. */
export const startSpaceTrack = async (clock: Clock, body: string): Promise<SpaceTrackDouble> => {
  const forms: string[] = []
  const times: number[] = []
  let queriedUtcMs = Number.NEGATIVE_INFINITY
  const double = await listen((request, response) => {
    const now = clock.utcNow()
    times.push(now)
    if (times.filter((time) => time > now - 60_000).length > 30) {
      response.writeHead(429).end()
      return
    }
    const path = request.url ?? ''
    if (request.method === 'POST' && path === '/ajaxauth/login') {
      let form = ''
      request.on('data', (bytes: Buffer) => {
        form += bytes.toString()
      })
      request.on('end', () => {
        forms.push(form)
        const { password } = Object.fromEntries(new URLSearchParams(form))
        if (password !== 'correct horse') {
          response.end('{"Login":"Failed"}')
          return
        }
        response.setHeader('set-cookie', 'chocolatechip=abc; path=/; HttpOnly')
        response.end('""')
      })
      return
    }
    if (request.headers.cookie !== 'chocolatechip=abc') {
      response.writeHead(401).end('{"error":"You must be logged in to complete this action"}')
      return
    }
    if (path === '/ajaxauth/logout') {
      response.end('"Successfully logged out"')
      return
    }
    if (now - queriedUtcMs < 3_600_000) {
      response
        .writeHead(500)
        .end(
          `{"error":"You've violated your query rate limit. Please refer to our Acceptable Use guidelines"}`,
        )
      return
    }
    queriedUtcMs = now
    response.writeHead(200, { 'content-type': 'text/csv' }).end(body)
  })
  return { ...double, forms: () => forms }
}
