import { connect } from 'node:net'
import type { ByteStream, Provenance } from '../kernel/byte-stream.ts'
import type { Clock } from '../kernel/clock.ts'
import { type Fault, fault, messageOf } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { ms } from '../kernel/units.ts'

const CONNECT_TIMEOUT_MS = 5_000
/** Commands to devices are a few bytes; more than this waiting means that the other end takes none. */
const WAITING_BYTES_MAX = 65_536

/**
 * Opens a TCP connection to a device or its server. Whether a real device is behind it cannot be seen from here: the
 * configuration says so.
 */
export const openTcp = (options: {
  readonly clock: Clock
  readonly host: string
  readonly port: number
  readonly provenance: Provenance
}): Promise<Result<ByteStream, Fault>> =>
  new Promise((resolve) => {
    const { host, port } = options
    const description = `tcp ${host}:${port}`
    if (!(Number.isInteger(port) && port > 0 && port < 65_536)) {
      resolve(err(fault('link.refused', `${port} is no TCP port`)))
      return
    }
    const socket = connect({ host, port, noDelay: true, keepAlive: true })
    let closed = false
    let why: string | undefined
    let onClose: (failure: Fault | undefined) => void = () => {}
    const gone = (): Fault =>
      fault('link.closed', `The connection ${description} is gone${why === undefined ? '' : ` (${why})`}`)
    let lastFault: Fault | undefined
    const end = (failure: Fault | undefined): void => {
      if (closed) return
      closed = true
      lastFault = failure
      onClose(failure)
    }
    const timer = options.clock.setTimer(ms(CONNECT_TIMEOUT_MS), () => {
      resolve(err(fault('link.closed', `${description} did not answer within 5 s`)))
      socket.destroy()
    })
    socket.on('error', (thrown: NodeJS.ErrnoException) => {
      why = messageOf(thrown)
      timer.cancel()
      const code = thrown.code === 'ECONNREFUSED' ? 'link.refused' : 'link.closed'
      // Does nothing once the connection stands; `close` follows either way.
      resolve(err(fault(code, `${description} cannot be reached (${why})`)))
    })
    socket.on('end', () => socket.destroy())
    socket.on('close', () => end(gone()))
    socket.once('connect', () => {
      timer.cancel()
      resolve(
        ok({
          description,
          provenance: options.provenance,
          // The socket is read from here on, so that nothing comes before there is somebody to take it.
          onBytes: (listener) => {
            socket.on('data', (chunk) => {
              if (!closed) listener(chunk)
            })
          },
          onClose: (listener) => {
            onClose = listener
            // It may have closed before anybody listened.
            if (lastFault !== undefined) listener(lastFault)
          },
          write: (bytes) => {
            if (closed || !socket.writable) return Promise.resolve(err(gone()))
            if (socket.writableLength + bytes.length > WAITING_BYTES_MAX) {
              return Promise.resolve(err(fault('link.closed', `${description} takes no bytes`)))
            }
            return new Promise((settle) => {
              socket.write(bytes, (error) =>
                settle(error === null || error === undefined ? ok(undefined) : err(gone())),
              )
            })
          },
          close: () => {
            end(undefined)
            if (socket.destroyed) return Promise.resolve()
            return new Promise((settle) => {
              socket.once('close', () => settle())
              socket.destroy()
            })
          },
        } satisfies ByteStream),
      )
    })
  })
