import { createServer, type Socket } from 'node:net'
import { type Fault, fault, messageOf } from '../../src/kernel/errors.ts'
import { err, ok, type Result } from '../../src/kernel/result.ts'

export interface ListeningServer {
  readonly host: string
  /** The port that the system gave where 0 was asked for. */
  readonly port: number
  readonly close: () => Promise<void>
}

/** A TCP server that knows how many clients it takes and closes with all of them. */
export const listenOn = (options: {
  readonly host: string
  readonly port: number
  readonly clientsMax: number
  readonly onClient: (socket: Socket) => void
}): Promise<Result<ListeningServer, Fault>> =>
  new Promise((resolve) => {
    const clients = new Set<Socket>()
    const server = createServer({ noDelay: true }, (socket) => {
      // A client that vanishes is an ordinary end; `close` follows.
      socket.on('error', () => {})
      if (clients.size >= options.clientsMax) {
        socket.destroy()
        return
      }
      clients.add(socket)
      socket.on('close', () => clients.delete(socket))
      options.onClient(socket)
    })
    server.once('error', (error) => {
      const place = `${options.host}:${options.port}`
      resolve(err(fault('sim.listen', `The simulator cannot listen on ${place}: ${messageOf(error)}`)))
    })
    server.listen(options.port, options.host, () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : options.port
      resolve(
        ok({
          host: options.host,
          port,
          close: () =>
            new Promise((closed) => {
              server.close(() => closed())
              for (const client of clients) client.destroy()
            }),
        }),
      )
    })
  })
