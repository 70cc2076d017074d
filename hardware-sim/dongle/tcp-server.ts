import type { Fault } from '../../src/kernel/errors.ts'
import type { Result } from '../../src/kernel/result.ts'
import { type ListeningServer, listenOn } from '../net/listen.ts'
import type { Dongle } from './dongle.ts'

// Two seconds at 240 kS/s; rtl_tcp drops for a client that is further behind.
const UNSENT_BYTES_MAX = 1_000_000
// The connection that is served, and one more that is told to go away.
const CLIENTS_MAX = 2

/** Offers the receiver as rtl_tcp does. Real clock. */
export const serveDongleOnTcp = (options: {
  readonly dongle: Dongle
  readonly host: string
  readonly port: number
}): Promise<Result<ListeningServer, Fault>> =>
  listenOn({
    host: options.host,
    port: options.port,
    clientsMax: CLIENTS_MAX,
    onClient: (socket) => {
      const session = options.dongle.connect({
        deliver: (bytes) => socket.write(bytes),
        ready: () => socket.writableLength < UNSENT_BYTES_MAX,
        lost: () => socket.destroy(),
      })
      if (!session.ok) {
        socket.destroy()
        return
      }
      socket.on('data', (bytes) => session.value.command(bytes))
      socket.on('close', () => session.value.close())
    },
  })
