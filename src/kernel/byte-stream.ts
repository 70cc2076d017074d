import type { Fault } from './errors.ts'
import type { Result } from './result.ts'

/**
 * A line to a device, whatever it is made of: a serial port, a TCP connection, a simulated device in memory. One
 * object is one connection: after it has closed, open a new one (a write to a closed SerialPort would be replayed
 * at the next opening, and the controller would get an old move).
 */
export interface ByteStream {
  /** What the other end is, for messages: `/dev/ttyUSB0 at 9600 baud`, `tcp 127.0.0.1:1234`. */
  readonly description: string
  /** Whether a real device can be behind it. A simulated one is marked for ever (law 6). */
  readonly provenance: Provenance
  /** Settles when the bytes have been handed to the device or its driver. Never buffers across connections. */
  readonly write: (bytes: Uint8Array) => Promise<Result<void, Fault>>
  /** At most one listener for each; set both before the first byte can come. */
  readonly onBytes: (listener: (bytes: Uint8Array) => void) => void
  /** Called once when the line is gone: with the fault, or without one where `close` was called here. */
  readonly onClose: (listener: (fault: Fault | undefined) => void) => void
  readonly close: () => Promise<void>
}

export type Provenance = 'real' | 'simulated'

/** Opens a new connection to one configured device. */
export type OpenByteStream = () => Promise<Result<ByteStream, Fault>>
