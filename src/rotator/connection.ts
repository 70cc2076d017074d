import type { AzEl } from '../kernel/angle.ts'
import type { ByteStream } from '../kernel/byte-stream.ts'
import { type Clock, sleep, withTimeout } from '../kernel/clock.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { ms } from '../kernel/units.ts'
import { createPositionAnswer, type PositionReply } from './answer.ts'
import type { PulseScale, QueryForm, ReportedLimits, RotatorDriver, RotatorReply } from './driver.ts'
import { createFrameReader } from './frame-reader.ts'
import { createPacketReader } from './packet-reader.ts'

type StatusReply = Extract<RotatorReply, { kind: 'status' }>

/** One connection to a controller: frames out with their pauses, one query at a time, replies matched or dropped. */
export interface Connection {
  readonly isOpen: () => boolean
  /** The driver's frames for this motion, in the pulses that the controller said it counts. */
  readonly encodeMoveTo: (target: AzEl) => Result<readonly Uint8Array[], Fault>
  /** Sends frames one after the other, resting between; `go` is asked before each whether it is still wanted. */
  readonly send: (frames: readonly Uint8Array[], go?: () => boolean) => Promise<Result<void, Fault>>
  /** Sends a frame before all that waits: at once behind the one on the wire, or after its pause where that must be. */
  readonly sendNow: (frame: Uint8Array) => Promise<Result<void, Fault>>
  /** Asks for the position; undefined where no answer came in time. */
  readonly query: () => Promise<Result<PositionReply | undefined, Fault>>
  readonly close: () => Promise<void>
}

export interface ConnectionOptions {
  readonly clock: Clock
  readonly stream: ByteStream
  readonly driver: RotatorDriver
  /** A frame that is no reply of this protocol, or none that was asked for, or a line without end. */
  readonly onNoise: () => void
  readonly onRefused: (reason?: string) => void
  /** A position that came unasked, where the model does that. */
  readonly onPosition?: (position: PositionReply) => void
  /** What the controller says of itself, at each poll where it can be asked. */
  readonly onStatus?: (status: StatusReply) => void
  /** The limits that it says it has, once for each line, before the first answer to a query. */
  readonly onLimits?: (limits: ReportedLimits) => void
  /** Once, unless closed from here. */
  readonly onLost: (failure: Fault) => void
}

/** A line that takes no bytes for so long is dead: a frame takes 0.2 s even at 600 baud. */
const WRITE_TIMEOUT_MS = 2_000
/** So often a form of the question, or a question for the status, may stay unanswered before it is given up. */
const UNANSWERED_MAX = 2

const CARRIAGE_RETURN = 0x0d

export const createConnection = (options: ConnectionOptions): Connection => {
  const { clock, stream, driver } = options
  const { capabilities } = driver
  let open = true
  let lastWriteMono = Number.NEGATIVE_INFINITY
  let urgent = 0
  // Takes what is an answer to the question that is out; true where it was one.
  let taker: ((reply: RotatorReply) => boolean) | undefined
  let endQuestion: () => void = () => {}
  // When each lone CR went out that may still be answered with an error prompt of its own, which refuses nothing. Those
  // are forgotten after the reply's time, in which the pause between frames leaves room for a dozen.
  let flushesMono: readonly number[] = []
  let introduced = false
  let heard = false
  let limits: ReportedLimits = {}
  let scale: PulseScale | undefined
  // A question went unanswered: its answer may still come, and would be taken for that of the next.
  let answerOwed = false
  let axisMissing = false
  let formIndex = 0
  let formAnswered = false
  let formUnanswered = 0
  const statusUnanswered = driver.statusQueries.map(() => 0)

  const gone = (): Fault => fault('link.closed', `The line to the rotator (${stream.description}) is closed`)

  const lose = (failure: Fault | undefined): void => {
    if (!open) return
    open = false
    endQuestion()
    void stream.close()
    if (failure !== undefined) options.onLost(failure)
  }

  const freshFlushes = (): readonly number[] =>
    flushesMono.filter((atMono) => clock.monoNow() - atMono <= capabilities.replyTimeout)

  /**
   * Whether an error prompt belongs to a lone CR and not to a command. Some units answer the empty line (K3NG does), some
   * with a CR alone, some not at all; a slow line brings it when the next question is out already. Answers come in the
   * order of what was sent, so that each CR accounts for one.
   */
  const answersFlush = (): boolean => {
    const [first, ...others] = freshFlushes()
    flushesMono = others
    return first !== undefined
  }

  const onUnasked = (reply: RotatorReply): void => {
    // An acknowledgement, a status that comes late, an echo: known, and nothing to be done.
    if (reply.kind === 'limits') limits = { ...limits, ...reply.limits }
    else if (reply.kind === 'refused') {
      if (!answersFlush()) options.onRefused(reply.reason)
    } else if (reply.kind === 'unknown' || reply.kind === 'angle') options.onNoise()
    else if (reply.kind === 'position') {
      answerOwed = false
      const { azimuth, elevation } = reply
      const { unaskedPositions } = capabilities
      if (unaskedPositions === 'noise') options.onNoise()
      if (unaskedPositions === 'readings' && azimuth !== undefined) {
        options.onPosition?.({ azimuth, elevation, atMonoMs: clock.monoNow() })
      }
    }
  }

  const onFrame = (frame: string): void => {
    // At a wrong speed something comes too, but no plain text.
    heard ||= /^[ -~]+$/.test(frame)
    const reply = driver.parse(frame)
    if (reply.kind === 'position' && reply.scale !== undefined) scale = reply.scale
    if (taker?.(reply) !== true) onUnasked(reply)
  }

  const { framing } = capabilities
  const reader =
    framing.kind === 'lines'
      ? createFrameReader({ ...framing, onFrame, onOverlong: options.onNoise })
      : createPacketReader({
          ...framing,
          isPacket: (frame) => driver.parse(frame).kind !== 'unknown',
          onPacket: onFrame,
          onGarbage: options.onNoise,
        })
  stream.onBytes((bytes) => {
    if (open) reader.push(bytes)
  })
  stream.onClose((failure) => lose(failure ?? gone()))

  const write = async (frame: Uint8Array): Promise<Result<void, Fault>> => {
    // Never to a closed port: it would be replayed at the next opening.
    if (!open) return err(gone())
    lastWriteMono = clock.monoNow()
    if (frame.length === 1 && frame[0] === CARRIAGE_RETURN) flushesMono = [...freshFlushes(), lastWriteMono]
    const written = await withTimeout(clock, ms(WRITE_TIMEOUT_MS), stream.write(frame))
    if (written?.ok === true) return written
    const failure =
      written?.error ??
      fault('serial.failed', `The line to the rotator (${stream.description}) takes no bytes`)
    lose(failure)
    return err(failure)
  }

  const rest = async (isUrgent = false): Promise<void> => {
    // A stop may be sent meanwhile, which starts the pause anew.
    for (;;) {
      const remaining = lastWriteMono + capabilities.writePause - clock.monoNow()
      if (!(remaining > 0) && (isUrgent || urgent === 0)) {
        // Two may wait for the same pause: the first takes the slot.
        lastWriteMono = clock.monoNow()
        return
      }
      // What is urgent goes first; it waits for the same pause, so that one more is enough for the others.
      await sleep(clock, ms(remaining > 0 ? remaining : capabilities.writePause))
      if (!open) return
    }
  }

  const sendNow = async (frame: Uint8Array): Promise<Result<void, Fault>> => {
    if (capabilities.stopBypassesPause) return write(frame)
    urgent += 1
    try {
      await rest(true)
    } finally {
      urgent -= 1
    }
    return write(frame)
  }

  const send = async (
    frames: readonly Uint8Array[],
    go: () => boolean = () => true,
  ): Promise<Result<void, Fault>> => {
    for (const frame of frames) {
      await rest()
      if (!go()) return ok(undefined)
      const sent = await write(frame)
      if (!sent.ok) return sent
    }
    return ok(undefined)
  }

  /** Sends a question and lets `take` have what comes, until it says `done` or the time is over. */
  const ask = async (
    question: Uint8Array,
    take: (reply: RotatorReply) => 'done' | 'more' | 'not-mine',
  ): Promise<Result<void, Fault>> => {
    await rest()
    let settle: () => void = () => {}
    // Listening starts before the question is out: an answer can come while the write still settles.
    const answered = new Promise<void>((resolve) => {
      settle = resolve
    })
    const timer = clock.setTimer(capabilities.replyTimeout, settle)
    endQuestion = settle
    taker = (reply) => {
      const taken = take(reply)
      if (taken === 'done') settle()
      return taken !== 'not-mine'
    }
    const sent = await write(question)
    if (sent.ok) await answered
    taker = undefined
    endQuestion = () => {}
    timer.cancel()
    return sent
  }

  const introduce = async (): Promise<Result<void, Fault>> => {
    for (const question of driver.introductions) {
      const asked = await ask(question, (reply) => (reply.kind === 'acknowledged' ? 'done' : 'not-mine'))
      if (!asked.ok) return asked
    }
    if (Object.keys(limits).length > 0) options.onLimits?.(limits)
    return ok(undefined)
  }

  const askPosition = async (form: QueryForm): Promise<Result<PositionReply | undefined, Fault>> => {
    const answer = createPositionAnswer({ clock, axisMissing })
    for (const { bytes, asks } of form.frames) {
      answer.expect(asks, answerOwed ? 2 : 1)
      const asked = await ask(bytes, answer.take)
      if (!asked.ok) return asked
      answerOwed = !answer.hasAny(asks)
      if (answerOwed) return ok(undefined)
    }
    const position = answer.position()
    if (position !== undefined) axisMissing = position.elevation === undefined
    return ok(position)
  }

  /** The form to try: the one that was answered, or the next after one that was not, where it may be tried. */
  const chooseForm = (): QueryForm | undefined => {
    if (!formAnswered && formUnanswered >= UNANSWERED_MAX) {
      formUnanswered = 0
      const count = driver.queries.length
      for (let step = 1; step <= count; step += 1) {
        const candidate = (formIndex + step) % count
        if (driver.queries[candidate]?.onlyIfHeard === true && !heard) continue
        formIndex = candidate
        break
      }
    }
    return driver.queries[formIndex]
  }

  const askStatus = async (): Promise<Result<void, Fault>> => {
    for (const [index, question] of driver.statusQueries.entries()) {
      if ((statusUnanswered[index] ?? 0) >= UNANSWERED_MAX) continue
      let answered = false
      const asked = await ask(question, (reply) => {
        if (reply.kind !== 'status') return 'not-mine'
        answered = true
        options.onStatus?.(reply)
        return 'done'
      })
      if (!asked.ok) return asked
      statusUnanswered[index] = answered ? 0 : (statusUnanswered[index] ?? 0) + 1
    }
    return ok(undefined)
  }

  return {
    isOpen: () => open,
    encodeMoveTo: (target) => driver.encodeMoveTo(target, scale),
    send,
    sendNow,
    query: async () => {
      if (!introduced) {
        introduced = true
        const made = await introduce()
        if (!made.ok) return made
      }
      const form = chooseForm()
      if (form === undefined) return ok(undefined)
      const position = await askPosition(form)
      if (!position.ok) return position
      if (position.value === undefined) {
        formUnanswered += 1
        return position
      }
      formAnswered = true
      const status = await askStatus()
      return status.ok ? position : status
    },
    close: async () => {
      lose(undefined)
      await stream.close()
    },
  }
}
