import type { ByteStream, Provenance } from '../../src/kernel/byte-stream.ts'
import type { Fault } from '../../src/kernel/errors.ts'
import { fault } from '../../src/kernel/errors.ts'
import { err, ok } from '../../src/kernel/result.ts'

/** A line whose other end is the test: sees each write, says what it likes, can be cut. */
export interface ScriptedStream extends ByteStream {
  readonly written: Uint8Array[]
  readonly text: () => string[]
  readonly say: (data: Uint8Array | string) => void
  readonly cut: (failure?: Fault) => void
  readonly isClosed: () => boolean
}

export const createScriptedStream = (
  options: {
    readonly provenance?: Provenance
    readonly onWrite?: (text: string, stream: ScriptedStream) => void
  } = {},
): ScriptedStream => {
  const written: Uint8Array[] = []
  let listener: ((bytes: Uint8Array) => void) | undefined
  let closeListener: ((failure: Fault | undefined) => void) | undefined
  let closed = false
  const asText = (bytes: Uint8Array): string => String.fromCharCode(...bytes)
  const stream: ScriptedStream = {
    description: 'scripted line',
    provenance: options.provenance ?? 'simulated',
    written,
    text: () => written.map(asText),
    write: async (bytes) => {
      if (closed) return err(fault('link.closed', 'scripted line is closed'))
      written.push(bytes.slice())
      options.onWrite?.(asText(bytes), stream)
      return ok(undefined)
    },
    onBytes: (next) => {
      listener = next
    },
    onClose: (next) => {
      closeListener = next
    },
    close: async () => {
      if (closed) return
      closed = true
      closeListener?.(undefined)
    },
    say: (data) => {
      if (closed) return
      listener?.(
        typeof data === 'string' ? Uint8Array.from(data, (character) => character.charCodeAt(0)) : data,
      )
    },
    cut: (failure = fault('link.closed', 'scripted line was cut')) => {
      if (closed) return
      closed = true
      closeListener?.(failure)
    },
    isClosed: () => closed,
  }
  return stream
}
