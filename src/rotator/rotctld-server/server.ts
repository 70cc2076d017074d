import { createServer, type Server, type Socket } from 'node:net'
import { type Clock, every, type Timer } from '../../kernel/clock.ts'
import { type Fault, fault, messageOf } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { ms } from '../../kernel/units.ts'
import { createAllowList } from './allow-list.ts'
import { createHold, type Holder } from './hold.ts'
import type { ServedAntenna } from './served-antenna.ts'
import { createSession } from './session.ts'

/** Programs that speak Hamlib's rotctld protocol use the antenna here, through the gate. */
export interface RotctldServer {
  /** Where it listens: address and port. */
  readonly place: { readonly host: string; readonly port: number }
  /** The program that has the antenna now. */
  readonly holder: () => Holder | undefined
  /** Closes all connections and lets go; the antenna is left to whoever closes. */
  readonly close: () => Promise<void>
}

// A tracking program or two, a rotctl now and then.
const CONNECTIONS_MAX = 16
// The longest real command is a quarter of it.
const LINE_BYTES_MAX = 256
// Programs ask a few times a second; whoever asks more often than this does not wait for answers.
const LINES_PER_SEC_MAX = 100
// An answer is a few hundred bytes; a client with more than this unread does not read.
const UNREAD_BYTES_MAX = 65_536
// Who is cut off has so long to read what was answered before; closed at once, the system would throw that away.
const LAST_WORDS_MS = ms(1_000)
// Addresses that were turned away, each told once.
const STRANGERS_MAX = 64

const placeOf = (address: string, port: number): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`

/** Listens. Fault `rotctld.listen` where it cannot. */
export const startRotctldServer = (options: {
  readonly clock: Clock
  readonly log: Log
  readonly antenna: ServedAntenna
  /** What `get_info` says. */
  readonly title: string
  /** Port 0: any free one. */
  readonly listen: { readonly host: string; readonly port: number }
  /** Addresses and networks that may connect, beside this host's own programs. */
  readonly allow: readonly string[]
}): Promise<Result<RotctldServer, Fault>> => {
  const { clock, log, antenna, title, listen } = options
  const allowed = createAllowList(options.allow)
  const hold = createHold({ clock, log, antenna })
  const sockets = new Set<Socket>()
  const strangers = new Set<string>()

  const turnAway = (socket: Socket): void => {
    const address = socket.remoteAddress ?? 'an unknown address'
    socket.destroy()
    if (strangers.has(address) || strangers.size >= STRANGERS_MAX) return
    strangers.add(address)
    log.warn(`${address} is not under rotctld.allow and was turned away`)
  }

  const serve = (socket: Socket): void => {
    socket.on('error', () => socket.destroy())
    if (!allowed.permits(socket.remoteAddress)) {
      turnAway(socket)
      return
    }
    const client = placeOf(socket.remoteAddress ?? '', socket.remotePort ?? 0)
    const session = createSession({ clock, log, antenna, hold, client, title })
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.setKeepAlive(true)
    let received = ''
    let linesInSecond = 0
    let cutting: Timer | undefined
    const counting = every(clock, ms(1_000), () => {
      linesInSecond = 0
    })
    socket.on('close', () => {
      counting.stop()
      cutting?.cancel()
      sockets.delete(socket)
      session.close()
    })
    const cutOff = (why: string): void => {
      log.warn(`a program on the rotctld port was cut off: ${why}`, { client })
      // It has the antenna no more; what it still says is read, unheard, so that its answers reach it.
      session.close()
      received = ''
      cutting = clock.setTimer(LAST_WORDS_MS, () => socket.destroy())
      socket.end()
      socket.resume()
    }
    let working = false

    const work = async (): Promise<void> => {
      working = true
      // What comes while an answer is made waits in the network.
      socket.pause()
      for (;;) {
        const end = received.search(/[\r\n]/)
        if (end > LINE_BYTES_MAX) return cutOff(`a line of over ${LINE_BYTES_MAX} bytes`)
        if (end < 0 || socket.destroyed) break
        const line = received.slice(0, end)
        received = received.slice(end + 1)
        linesInSecond += 1
        if (linesInSecond > LINES_PER_SEC_MAX) return cutOff(`over ${LINES_PER_SEC_MAX} commands a second`)
        const { text, quit } = await session.handle(line)
        if (socket.destroyed) return
        if (text !== '') socket.write(text)
        if (socket.writableLength > UNREAD_BYTES_MAX) return cutOff('it does not read its answers')
        if (quit) {
          socket.end()
          return
        }
      }
      working = false
      if (received.length > LINE_BYTES_MAX) return cutOff(`a line of over ${LINE_BYTES_MAX} bytes`)
      socket.resume()
    }
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => {
      if (cutting !== undefined) return
      received += chunk
      if (!working) void work()
    })
  }

  return new Promise((resolve) => {
    const server: Server = createServer(serve)
    server.maxConnections = CONNECTIONS_MAX
    const where = placeOf(listen.host, listen.port)
    server.once('error', (thrown) => {
      resolve(err(fault('rotctld.listen', `No rotctld server can listen on ${where}: ${messageOf(thrown)}`)))
    })
    server.listen(listen.port, listen.host, () => {
      // Out of descriptors, for instance: who is there stays served.
      server.on('error', (thrown) => log.warn(`the rotctld server: ${messageOf(thrown)}`))
      const address = server.address()
      const port = address !== null && typeof address === 'object' ? address.port : listen.port
      log.info(`programs may use the antenna at ${placeOf(listen.host, port)} (rotctld)`)
      resolve(
        ok({
          place: { host: listen.host, port },
          holder: hold.holder,
          close: () =>
            new Promise((closed) => {
              server.close(() => closed())
              for (const socket of sockets) socket.destroy()
              // What their ends let go of, a moment later, lingers no more.
              hold.close()
            }),
        }),
      )
    })
  })
}
