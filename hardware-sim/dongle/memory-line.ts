import type { ByteStream } from '../../src/kernel/byte-stream.ts'
import { type Fault, fault } from '../../src/kernel/errors.ts'
import { err, ok, type Result } from '../../src/kernel/result.ts'
import type { Dongle } from './dongle.ts'

const DESCRIPTION = 'simulated rtl_tcp receiver'

/** A connection to the receiver without a network: all of it happens on the clock of the simulation. */
export const openDongleInMemory = (dongle: Dongle): Result<ByteStream, Fault> => {
  let onBytes: (bytes: Uint8Array) => void = () => {}
  let onClose: (failure: Fault | undefined) => void = () => {}
  let open = true
  const session = dongle.connect({
    deliver: (bytes) => onBytes(bytes),
    ready: () => true,
    lost: () => {
      open = false
      onClose(fault('link.closed', `The ${DESCRIPTION} has gone`))
    },
  })
  if (!session.ok) return session
  return ok({
    description: DESCRIPTION,
    provenance: 'simulated',
    write: async (bytes) => {
      if (!open) return err(fault('link.closed', `The ${DESCRIPTION} is closed`))
      session.value.command(bytes)
      return ok(undefined)
    },
    onBytes: (listener) => {
      onBytes = listener
    },
    onClose: (listener) => {
      onClose = listener
    },
    close: async () => {
      if (!open) return
      open = false
      session.value.close()
      onClose(undefined)
    },
  })
}
