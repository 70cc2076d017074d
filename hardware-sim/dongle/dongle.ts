import type { AzEl } from '../../src/kernel/angle.ts'
import type { Clock, Timer } from '../../src/kernel/clock.ts'
import { type Fault, fault } from '../../src/kernel/errors.ts'
import type { Random } from '../../src/kernel/random.ts'
import { err, ok, type Result } from '../../src/kernel/result.ts'
import { type MonoMs, monoMs } from '../../src/kernel/time.ts'
import { type Ms, ms, type Sec, sec } from '../../src/kernel/units.ts'
import type { Oscillator } from '../sky/oscillator.ts'
import type { RadioSky } from '../sky/radio-sky.ts'
import { createCommandReader, type DongleSettings, rtlTcpHeader } from './rtl-tcp-protocol.ts'
import { type ChunkCarrier, createSampleGenerator, phaseAfter } from './samples.ts'

export interface DongleOptions {
  /** Samples between deliveries. */
  readonly chunk: Ms
  /** From the last sample of a chunk to its arrival: USB and network. */
  readonly latency: Ms
  /** Mean of the exponential jitter on top of it. */
  readonly latencyJitter: Ms
}

/** What a driver can calibrate and then rely on; the jitter it cannot know. */
export const DONGLE_DEFAULTS: DongleOptions = { chunk: ms(50), latency: ms(12), latencyJitter: ms(2) }

/** A client's end. */
export interface DongleClient {
  readonly deliver: (bytes: Uint8Array) => void
  /** Whether it still takes bytes; where not, samples are dropped, as rtl_tcp does with a slow client. */
  readonly ready: () => boolean
  /** The receiver has gone. */
  readonly lost: () => void
}

export interface DongleSession {
  readonly command: (bytes: Uint8Array) => void
  readonly close: () => void
}

/** The receiver on the feed line of the antenna, with one client at a time, as rtl_tcp has. */
export interface Dongle {
  readonly connect: (client: DongleClient) => Result<DongleSession, Fault>
  /** True over nominal frequency minus 1 of its crystal, the client's correction counted, at an offset. */
  readonly frequencyErrorAt: (offset: Sec) => number
  /** Stops samples while the connection stays, or lets them come again. */
  readonly setSilent: (silent: boolean) => void
  /** Takes the receiver away with its connection, or brings it back. */
  readonly setPresent: (present: boolean) => void
}

// As rtl_tcp starts, but for the rate, which is the lowest that suits a carrier.
const INITIAL: DongleSettings = {
  centerHz: 100_000_000,
  sampleRateHz: 240_000,
  gainDb: undefined,
  manualGainDb: 30,
  correctionPpm: 0,
}

// Noise of 20 steps leaves room for 6 times as much in the converter and buries its rounding 47 dB down.
const NOISE_STEPS = 20
const NOISE_GAIN_DB = 30
const NOISE_STEPS_LEAST = 0.2
const NOISE_STEPS_MOST = 120
// 1σ of the converter's zero, steps: a spike in the middle of the spectrum, as every dongle has.
const OFFSET_STEPS = 1.5
// The outermost parts of the band are lost in the filter.
const USABLE_BAND = 0.96
// A process that slept longer goes on with the present instead of making up for all that it missed.
const BEHIND_MS_MAX = 1000

export const createDongle = (options: {
  readonly clock: Clock
  readonly random: Random
  readonly sky: RadioSky
  readonly oscillator: Oscillator
  readonly boresightAt: (at: MonoMs) => AzEl
  /** What the sky adds to the receiver's own noise, as a share of it; default nothing. */
  readonly noiseRatioAt?: (
    offset: Sec,
    receiver: { readonly boresight: AzEl; readonly centerHz: number },
  ) => number
  /** The reading of the stopwatch that the sky's offsets count from. */
  readonly start: MonoMs
  readonly options: DongleOptions
}): Dongle => {
  const { clock, sky, start } = options
  const random = options.random.fork('dongle')
  const jitter = random.fork('jitter')
  const generator = createSampleGenerator(random.fork('noise'))
  const offsetI = random.normal() * OFFSET_STEPS
  const offsetQ = random.normal() * OFFSET_STEPS
  const phases = new Map<number, number>()
  let settings = INITIAL
  let silent = false
  let present = true
  let endSession: (() => void) | undefined

  const offsetOf = (at: number): Sec => sec((at - start) / 1000)
  const frequencyErrorAt = (offset: Sec): number =>
    (1 + options.oscillator.errorAt(offset)) / (1 + settings.correctionPpm * 1e-6) - 1

  const noiseSteps = (using: DongleSettings): number => {
    const wanted = NOISE_STEPS * 10 ** (((using.gainDb ?? NOISE_GAIN_DB) - NOISE_GAIN_DB) / 20)
    return Math.min(Math.max(wanted, NOISE_STEPS_LEAST), NOISE_STEPS_MOST)
  }

  /** The samples taken from an instant on. */
  const capture = (from: number, using: DongleSettings, sampleCount: number): Uint8Array => {
    const startOffset = offsetOf(from)
    const error = frequencyErrorAt(startOffset)
    const sampleRate = using.sampleRateHz * (1 + error)
    const endOffset = sec(startOffset + sampleCount / sampleRate)
    const tuned = using.centerHz * (1 + error)
    const middle = monoMs(start + ((startOffset + endOffset) / 2) * 1000)
    const receiver = {
      boresight: options.boresightAt(middle),
      centerHz: tuned,
      bandwidthHz: using.sampleRateHz * USABLE_BAND,
    }
    const noise = noiseSteps(using)
    const ends = new Map(sky.carriersAt(endOffset, receiver).map((carrier) => [carrier.index, carrier]))
    const carriers: ChunkCarrier[] = []
    for (const begin of sky.carriersAt(startOffset, receiver)) {
      const end = ends.get(begin.index) ?? begin
      const carrier = {
        phase: phases.get(begin.index) ?? random.uniform(),
        startFrequency: (begin.arrivingHz - tuned) / sampleRate,
        endFrequency: (end.arrivingHz - tuned) / sampleRate,
        // A carrier of power A² against noise of 2σ² spread over the sampled band.
        amplitude: noise * Math.sqrt((2 * 10 ** (begin.carrierToNoiseDensityDbHz / 10)) / sampleRate),
      }
      carriers.push(carrier)
      phases.set(begin.index, phaseAfter(carrier, sampleCount))
    }
    const added = options.noiseRatioAt?.(startOffset, receiver) ?? 0
    return generator.next({ sampleCount, carriers, noise: noise * Math.sqrt(1 + added), offsetI, offsetQ })
  }

  const stream = (client: DongleClient): (() => void) => {
    let timer: Timer | undefined
    let capturedUntil: number = clock.monoNow()
    let lastArrival = capturedUntil + options.options.latency
    const arrival = (capturedAt: number): number => {
      const delay = options.options.latency + jitter.exponential() * options.options.latencyJitter
      lastArrival = Math.max(lastArrival, capturedAt + delay)
      return lastArrival
    }
    const next = (): void => {
      const now = clock.monoNow()
      if (now - capturedUntil > BEHIND_MS_MAX) capturedUntil = now
      const from = capturedUntil
      // A command that comes later counts from the next chunk.
      const using = settings
      const sampleCount = Math.round((using.sampleRateHz * options.options.chunk) / 1000)
      const rate = using.sampleRateHz * (1 + frequencyErrorAt(offsetOf(from)))
      capturedUntil = from + (sampleCount / rate) * 1000
      timer = clock.setTimer(ms(arrival(capturedUntil) - now), () => {
        if (!silent && client.ready()) client.deliver(capture(from, using, sampleCount))
        next()
      })
    }
    timer = clock.setTimer(ms(lastArrival - clock.monoNow()), () => {
      client.deliver(rtlTcpHeader())
      next()
    })
    return () => timer?.cancel()
  }

  return {
    connect: (client) => {
      if (!present) return err(fault('link.refused', 'The simulated receiver is not there'))
      if (endSession !== undefined) {
        return err(fault('link.refused', 'The simulated receiver has a client already and takes only one'))
      }
      settings = INITIAL
      const reader = createCommandReader()
      const stop = stream(client)
      let open = true
      const end = (): void => {
        open = false
        stop()
        endSession = undefined
      }
      endSession = () => {
        end()
        client.lost()
      }
      return ok({
        command: (bytes) => {
          if (open) settings = reader.take(settings, bytes)
        },
        close: () => {
          if (open) end()
        },
      })
    },
    frequencyErrorAt,
    setSilent: (next) => {
      silent = next
    },
    setPresent: (next) => {
      present = next
      if (!next) endSession?.()
    },
  }
}
