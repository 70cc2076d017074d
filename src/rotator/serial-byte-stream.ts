import type { ByteStream, Provenance } from '../kernel/byte-stream.ts'
import { type Fault, fault, messageOf } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'

/** What is used of a port: `SerialPort` and `SerialPortMock` both have it. Opened by `openSerialStream`, once. */
export interface SerialPortLike {
  readonly isOpen: boolean
  readonly open: (callback: (error: Error | null) => void) => void
  readonly write: (chunk: Buffer, callback: (error: Error | null | undefined) => void) => boolean
  readonly close: (callback: (error: Error | null) => void) => void
  on(event: 'data', listener: (chunk: Buffer) => void): unknown
  on(event: 'error' | 'close', listener: (error?: Error | null) => void): unknown
}

/** Rotator commands are some dozen bytes; more than this waiting means that the line is stuck. */
const WAITING_BYTES_MAX = 4_096

/**
 * Opens a port object that has not been opened (`autoOpen: false`) and makes it one connection. Make a new object
 * for each connection: what is written to a closed one is kept and replayed at its next opening.
 */
export const openSerialStream = (
  port: SerialPortLike,
  facts: { readonly description: string; readonly provenance: Provenance },
): Promise<Result<ByteStream, Error>> =>
  new Promise((resolve) => {
    // Without a listener an `error` event would end the process.
    port.on('error', () => {})
    port.open((error) =>
      resolve(error === null || error === undefined ? ok(streamOfOpenPort(port, facts)) : err(error)),
    )
  })

/** The same for a port that somebody else has opened. */
export const streamOfOpenPort = (
  port: SerialPortLike,
  facts: { readonly description: string; readonly provenance: Provenance },
): ByteStream => {
  let closed = false
  let closing: Promise<void> | undefined
  let waitingBytes = 0
  let onBytes: (bytes: Uint8Array) => void = () => {}
  let onClose: (failure: Fault | undefined) => void = () => {}
  const writers = new Set<(outcome: Result<void, Fault>) => void>()

  const gone = (why?: string): Fault =>
    fault('serial.failed', `The line ${facts.description} is gone${why === undefined ? '' : ` (${why})`}`)

  let lastFault: Fault | undefined
  const end = (failure: Fault | undefined): void => {
    if (closed) return
    closed = true
    lastFault = failure
    // Callbacks of writes never come once a port has closed.
    for (const writer of writers) writer(err(failure ?? gone()))
    writers.clear()
    onClose(failure)
  }

  const close = (): Promise<void> => {
    closing ??= new Promise((resolve) => {
      end(undefined)
      if (port.isOpen) port.close(() => resolve())
      else resolve()
    })
    return closing
  }

  // Always listening: an unplugged adapter is noticed only while somebody reads.
  port.on('data', (chunk) => {
    if (!closed) onBytes(chunk)
  })
  port.on('close', (error) => {
    end(gone(error === null || error === undefined ? undefined : messageOf(error)))
  })
  port.on('error', (error) => {
    end(gone(messageOf(error)))
    void close()
  })

  return {
    ...facts,
    onBytes: (listener) => {
      onBytes = listener
    },
    onClose: (listener) => {
      onClose = listener
      // It may have closed before anybody listened.
      if (lastFault !== undefined) listener(lastFault)
    },
    write: (bytes) => {
      if (closed || !port.isOpen) return Promise.resolve(err(gone()))
      if (waitingBytes + bytes.length > WAITING_BYTES_MAX)
        return Promise.resolve(err(gone('it takes no bytes')))
      waitingBytes += bytes.length
      return new Promise((resolve) => {
        const settle = (outcome: Result<void, Fault>): void => {
          writers.delete(settle)
          resolve(outcome)
        }
        writers.add(settle)
        port.write(Buffer.from(bytes), (error) => {
          waitingBytes -= bytes.length
          settle(error === null || error === undefined ? ok(undefined) : err(gone(messageOf(error))))
        })
      })
    },
    close,
  }
}
