import type { Socket } from 'node:net'
import type { Fault } from '../../src/kernel/errors.ts'
import type { Result } from '../../src/kernel/result.ts'
import { type ListeningServer, listenOn } from '../net/listen.ts'
import type { Controller, ControllerLine } from './controller.ts'

// A serial server has one line: who comes second is turned away at once.
const CLIENTS_MAX = 1
// A client that does not read loses what does not fit, as at a serial line; half a minute of it at 9600 baud.
const UNREAD_BYTES_MAX = 32_768

/** Offers the controller's serial line on TCP, as a serial device server does. Real clock. */
export const serveControllerOnTcp = (options: {
  readonly controller: Controller
  readonly host: string
  readonly port: number
}): Promise<Result<ListeningServer, Fault>> => {
  const { controller } = options
  return listenOn({
    host: options.host,
    port: options.port,
    clientsMax: CLIENTS_MAX,
    onClient: (socket: Socket) => {
      const line: ControllerLine = controller.attach({
        baudRate: controller.baudRate,
        deliver: (bytes) => {
          if (socket.writableLength < UNREAD_BYTES_MAX) socket.write(bytes)
        },
      })
      // A client that writes faster than the line carries has to wait, and loses nothing.
      socket.on('data', (bytes) => {
        socket.pause()
        line.write(bytes, () => socket.resume())
      })
      socket.on('close', () => line.detach())
    },
  })
}
