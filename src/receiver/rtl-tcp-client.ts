import type { ByteStream, OpenByteStream, Provenance } from '../kernel/byte-stream.ts'
import { type Clock, every, type Repeating } from '../kernel/clock.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { monoMs } from '../kernel/time.ts'
import { type Hz, ms } from '../kernel/units.ts'
import {
  encodeDigitalGainControl,
  encodeFrequency,
  encodeFrequencyCorrection,
  encodeGain,
  encodeSampleRate,
  HEADER_BYTES,
  parseHeader,
  type RtlTcpHeader,
} from './rtl-tcp-protocol.ts'
import { createSampleClock, type SampleClockOptions, type SampleTime } from './sample-clock.ts'
import { createSampleRing } from './sample-ring.ts'

export interface RtlTcpOptions extends SampleClockOptions {
  readonly clock: Clock
  readonly open: OpenByteStream
  /** Tuner gain in dB, or the tuner's own control. */
  readonly gain: number | 'automatic'
  /** Correction of the oscillator that the dongle applies itself; whole parts per million. Default 0. */
  readonly frequencyCorrectionPpm?: number
  /** Called once when the connection is of no more use: closed, silent or not understood. */
  readonly onFault: (failure: Fault) => void
}

/** An interval of samples with its time. */
export interface TaggedSamples {
  readonly iq: Uint8Array
  readonly firstSample: number
  /** Of the first sample. */
  readonly time: SampleTime
}

/** One connection to an rtl_tcp server. After a fault make a new one. */
export interface RtlTcpClient {
  readonly description: string
  readonly header: RtlTcpHeader
  /** `real` only where both the line and the tuner's number can be a real device's (law 6). */
  readonly provenance: Provenance
  /** Whole hertz, as the protocol has it; gives back what was set. Samples from before are never returned again. */
  readonly tune: (frequency: Hz) => Promise<Result<Hz, Fault>>
  /** The newest `count` samples, all of them after the last tuning and its settling; undefined until there are. */
  readonly latest: (count: number) => TaggedSamples | undefined
  readonly gaps: () => number
  readonly close: () => Promise<void>
}

const HEADER_TIMEOUT_MS = 3_000
const SILENCE_MS = 3_000
/** Covers what the dongle, USB and the server hold of the old rate or frequency. */
const SETTLE_MS = 600
/** Two seconds of samples: more than one look and the settling. 1 MB at 240 kS/s. */
const RING_SECONDS = 2
/** The protocol's frequency is 32 bits; tuners end below 2 GHz. */
const FREQUENCY_MAX_HZ = 2 ** 32 - 1

type Phase = 'header' | 'settling' | 'running' | 'closed'

export const connectRtlTcp = async (options: RtlTcpOptions): Promise<Result<RtlTcpClient, Fault>> => {
  const opened = await options.open()
  if (!opened.ok) return opened
  return greet(options, opened.value)
}

const greet = async (options: RtlTcpOptions, stream: ByteStream): Promise<Result<RtlTcpClient, Fault>> => {
  const { clock, sampleRate } = options
  const ring = createSampleRing({ samplesKept: Math.ceil(RING_SECONDS * sampleRate) })
  const sampleClock = createSampleClock(options)
  const greeting = new Uint8Array(HEADER_BYTES)
  let greetingBytes = 0
  let phase: Phase = 'header'
  let skipOdd = false
  let lastBytesMono = clock.monoNow()
  let settledMono = monoMs(Number.POSITIVE_INFINITY)
  let usableFromSample = Number.POSITIVE_INFINITY
  let watch: Repeating | undefined
  let headerDone: (outcome: Result<RtlTcpHeader, Fault>) => void = () => {}
  const header = new Promise<Result<RtlTcpHeader, Fault>>((resolve) => {
    headerDone = resolve
  })

  const end = (failure: Fault | undefined): void => {
    if (phase === 'closed') return
    const wasHeader = phase === 'header'
    phase = 'closed'
    watch?.stop()
    void stream.close()
    if (failure === undefined) return
    if (wasHeader) headerDone(err(failure))
    else options.onFault(failure)
  }

  const takeSamples = (bytes: Uint8Array): void => {
    const now = clock.monoNow()
    if (phase === 'settling') {
      // Of the old sample rate, not to be counted; but I and Q must not change places.
      if (now < settledMono) {
        if (bytes.length % 2 === 1) skipOdd = !skipOdd
        return
      }
      phase = 'running'
    }
    const aligned = skipOdd ? bytes.subarray(1) : bytes
    skipOdd = false
    ring.push(aligned)
    sampleClock.arrival({ samples: ring.samples(), monoNow: now, utcNow: clock.utcNow() })
    if (usableFromSample === Number.POSITIVE_INFINITY && now >= settledMono) usableFromSample = ring.samples()
  }

  stream.onBytes((bytes) => {
    if (phase === 'closed' || bytes.length === 0) return
    lastBytesMono = clock.monoNow()
    let rest = bytes
    if (greetingBytes < HEADER_BYTES) {
      const taken = Math.min(HEADER_BYTES - greetingBytes, rest.length)
      greeting.set(rest.subarray(0, taken), greetingBytes)
      greetingBytes += taken
      rest = rest.subarray(taken)
      if (greetingBytes < HEADER_BYTES) return
      const parsed = parseHeader(greeting)
      if (!parsed.ok) {
        end(parsed.error)
        return
      }
      phase = 'settling'
      headerDone(parsed)
    }
    if (rest.length > 0) takeSamples(rest)
  })
  stream.onClose((failure) => {
    end(failure ?? fault('link.closed', `The receiver at ${stream.description} closed the connection`))
  })
  const headerTimer = clock.setTimer(ms(HEADER_TIMEOUT_MS), () => {
    if (phase === 'header') {
      end(fault('receiver.silent', `The receiver at ${stream.description} sent no greeting within 3 s`))
    }
  })
  const greeted = await header
  headerTimer.cancel()
  if (!greeted.ok) return greeted

  const send = async (commands: readonly Uint8Array[]): Promise<Result<void, Fault>> => {
    for (const command of commands) {
      if (phase === 'closed')
        return err(fault('link.closed', `The receiver at ${stream.description} is gone`))
      const written = await stream.write(command)
      if (!written.ok) return written
    }
    return ok(undefined)
  }
  const started = await send([
    encodeSampleRate(sampleRate),
    ...encodeGain(options.gain),
    encodeDigitalGainControl(false),
    ...(options.frequencyCorrectionPpm === undefined || options.frequencyCorrectionPpm === 0
      ? []
      : [encodeFrequencyCorrection(options.frequencyCorrectionPpm)]),
  ])
  if (!started.ok) {
    end(undefined)
    return started
  }
  settledMono = monoMs(clock.monoNow() + SETTLE_MS)
  lastBytesMono = clock.monoNow()
  watch = every(clock, ms(SILENCE_MS / 6), () => {
    if (clock.monoNow() - lastBytesMono > SILENCE_MS) {
      end(fault('receiver.silent', `No samples from the receiver at ${stream.description} for 3 s`))
    }
  })

  const isReal = stream.provenance === 'real' && greeted.value.isRealTuner
  return ok({
    description: stream.description,
    header: greeted.value,
    provenance: isReal ? 'real' : 'simulated',
    tune: async (frequency) => {
      const whole = Math.round(frequency)
      if (!(whole > 0 && whole <= FREQUENCY_MAX_HZ)) {
        return err(fault('receiver.protocol', `The receiver cannot be tuned to ${frequency} Hz`))
      }
      usableFromSample = Number.POSITIVE_INFINITY
      settledMono = monoMs(Number.POSITIVE_INFINITY)
      const sent = await send([encodeFrequency(whole as Hz)])
      settledMono = monoMs(clock.monoNow() + SETTLE_MS)
      return sent.ok ? ok(whole as Hz) : sent
    },
    latest: (count) => {
      const firstSample = ring.samples() - count
      if (firstSample < Math.max(usableFromSample, sampleClock.validFrom())) return undefined
      const time = sampleClock.tag(firstSample)
      const iq = ring.read({ first: firstSample, count })
      return time === undefined || iq === undefined ? undefined : { iq, firstSample, time }
    },
    gaps: sampleClock.gaps,
    close: async () => {
      end(undefined)
      await stream.close()
    },
  })
}
