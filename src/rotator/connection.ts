import type { ByteStream } from '../kernel/byte-stream.ts'
import { type Clock, sleep, type Timer, withTimeout } from '../kernel/clock.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { ms } from '../kernel/units.ts'
import type { RotatorDriver, RotatorReply } from './driver.ts'
import { createFrameReader } from './frame-reader.ts'

export type PositionReply = Extract<RotatorReply, { kind: 'position' }>

/** One connection to a controller: frames out with their pauses, one query at a time, replies matched or dropped. */
export interface Connection {
  readonly isOpen: () => boolean
  /** Sends frames one after the other, resting between; `go` is asked before each whether it is still wanted. */
  readonly send: (frames: readonly Uint8Array[], go?: () => boolean) => Promise<Result<void, Fault>>
  /** Sends a frame now, behind the one that is on the wire and before all that waits. */
  readonly sendNow: (frame: Uint8Array) => Promise<Result<void, Fault>>
  /** Asks for the position; undefined where no answer came in time. */
  readonly query: () => Promise<Result<PositionReply | undefined, Fault>>
  readonly close: () => Promise<void>
}

/** A line that takes no bytes for so long is dead: a frame takes 0.2 s even at 600 baud. */
const WRITE_TIMEOUT_MS = 2_000

export const createConnection = (options: {
  readonly clock: Clock
  readonly stream: ByteStream
  readonly driver: RotatorDriver
  /** A frame that is no reply of this protocol, or none that was asked for, or a line without end. */
  readonly onNoise: () => void
  readonly onRefused: () => void
  /** Once, unless closed from here. */
  readonly onLost: (failure: Fault) => void
}): Connection => {
  const { clock, stream, driver } = options
  const { capabilities } = driver
  let open = true
  let lastWriteMono = Number.NEGATIVE_INFINITY
  let awaited: ((reply: PositionReply | undefined) => void) | undefined
  // A lone CR that ends a command may be answered with an error prompt of its own, which refuses nothing.
  let emptyLineSince = false

  const gone = (): Fault => fault('link.closed', `The line to the rotator (${stream.description}) is closed`)

  const lose = (failure: Fault | undefined): void => {
    if (!open) return
    open = false
    awaited?.(undefined)
    void stream.close()
    if (failure !== undefined) options.onLost(failure)
  }

  const onFrame = (frame: string): void => {
    const reply = driver.parse(frame)
    if (reply.kind === 'position' && awaited !== undefined) awaited(reply)
    else if (reply.kind === 'refused' && !emptyLineSince) options.onRefused()
    else if (reply.kind !== 'refused') options.onNoise()
  }

  const reader = createFrameReader({
    delimiters: capabilities.frameDelimiters,
    bytesMax: capabilities.frameBytesMax,
    onFrame,
    onOverlong: options.onNoise,
  })
  stream.onBytes((bytes) => {
    if (open) reader.push(bytes)
  })
  stream.onClose((failure) => lose(failure ?? gone()))

  const sendNow = async (frame: Uint8Array): Promise<Result<void, Fault>> => {
    // Never to a closed port: it would be replayed at the next opening.
    if (!open) return err(gone())
    lastWriteMono = clock.monoNow()
    emptyLineSince = frame.length === 1
    const written = await withTimeout(clock, ms(WRITE_TIMEOUT_MS), stream.write(frame))
    if (written?.ok === true) return written
    const failure =
      written?.error ??
      fault('serial.failed', `The line to the rotator (${stream.description}) takes no bytes`)
    lose(failure)
    return err(failure)
  }

  const rest = async (): Promise<void> => {
    // A stop may be sent meanwhile, which starts the pause anew.
    for (;;) {
      const remaining = lastWriteMono + capabilities.writePause - clock.monoNow()
      if (!(remaining > 0)) {
        // Two may wait for the same pause: the first takes the slot.
        lastWriteMono = clock.monoNow()
        return
      }
      await sleep(clock, ms(remaining))
    }
  }

  const send = async (
    frames: readonly Uint8Array[],
    go: () => boolean = () => true,
  ): Promise<Result<void, Fault>> => {
    for (const frame of frames) {
      await rest()
      if (!go()) return ok(undefined)
      const sent = await sendNow(frame)
      if (!sent.ok) return sent
    }
    return ok(undefined)
  }

  return {
    isOpen: () => open,
    send,
    sendNow,
    query: async () => {
      await rest()
      const [question] = driver.encodeQuery()
      if (question === undefined) return ok(undefined)
      let timer: Timer | undefined
      // Listening starts before the question is out: an answer can come while the write still settles.
      const answer = new Promise<PositionReply | undefined>((resolve) => {
        awaited = resolve
        timer = clock.setTimer(capabilities.replyTimeout, () => resolve(undefined))
      })
      const sent = await sendNow(question)
      const reply = sent.ok ? await answer : undefined
      awaited = undefined
      timer?.cancel()
      return sent.ok ? ok(reply) : sent
    },
    close: async () => {
      lose(undefined)
      await stream.close()
    },
  }
}
