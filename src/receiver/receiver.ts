import type { OpenByteStream, Provenance } from '../kernel/byte-stream.ts'
import { type Clock, every, type Repeating, type Timer } from '../kernel/clock.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { type UtcMs, utcPlus } from '../kernel/time.ts'
import { type Hz, hz, type Ms, ms, type Ppm } from '../kernel/units.ts'
import { type CarrierLook, createCarrierEstimator } from './dsp/carrier-estimator.ts'
import { connectRtlTcp, type RtlTcpClient, type TaggedSamples } from './rtl-tcp-client.ts'
import type { SampleTime } from './sample-clock.ts'
import { tuningOffset } from './tuning.ts'

/** What to listen for during one pass. */
export interface Listening {
  /** The carrier's frequency without Doppler shift. */
  readonly centre: Hz
  /** Largest Doppler shift of the pass to either side, for the choice of the tuning. */
  readonly dopplerMax: Hz
  /** Half the span searched about the expected frequency: errors of elements, transmitter and own oscillator. */
  readonly searchHalfWidth: Hz
  /**
   * Where the carrier is expected at an instant, and how fast it sweeps (Hz/s). Only guides the search: what is
   * measured does not depend on it.
   */
  readonly expectedAt: (utc: UtcMs) => { readonly frequency: Hz; readonly sweepHzPerSec: number }
}

/** One look at the radio sky: what was heard in one interval of samples. */
export interface Look {
  /** The middle of the interval, on the host's clock. */
  readonly midUtcMs: UtcMs
  readonly integrationMs: Ms
  /** How the stamp was made and how wrong it can be; its `utcMs` is that of the first sample. */
  readonly time: SampleTime
  readonly tuned: Hz
  /** The search, for the record: a carrier outside was not looked for. */
  readonly searchCentre: Hz
  readonly searchHalfWidth: Hz
  readonly sweepHzPerSec: number
  /** Baseband result: levels, detection, σ. */
  readonly carrier: CarrierLook
  /** Received carrier frequency as the radio's oscillator counts it (tuned + baseband); undefined if not detected. */
  readonly frequency: Hz | undefined
  /** Band about the tuned frequency for people, dBFS/Hz in `SPECTRUM_BINS` parts, lowest frequency first. */
  readonly spectrum: Float64Array
  readonly provenance: Provenance
}

export interface ReceiverOptions {
  readonly clock: Clock
  readonly open: OpenByteStream
  readonly log: Log
  /** Default 240 kHz. */
  readonly sampleRate?: Hz
  /** Complex samples in one look, a power of two; default 32768 (137 ms at 240 kHz). */
  readonly integrationSamples?: number
  /** Default one look a second. */
  readonly lookPeriod?: Ms
  readonly gain?: number | 'automatic'
  readonly frequencyCorrectionPpm?: number
  readonly calibratedDelay?: Ms
  readonly delayBound?: Ms
  /** 1σ of the error of the radio's oscillator, which paces its samples. */
  readonly rateSigma?: Ppm
  readonly onLook: (look: Look) => void
  /** Told of each link fault; the receiver tries again by itself. */
  readonly onFault?: (failure: Fault) => void
}

export interface ReceiverStatus {
  readonly connected: boolean
  readonly description: string | undefined
  readonly tuner: string | undefined
  /** Undefined until a server has greeted. */
  readonly provenance: Provenance | undefined
  readonly gaps: number
}

export interface Receiver {
  /** Connects once and says how it went; either way it keeps the connection up from then on. */
  readonly connect: () => Promise<Result<ReceiverStatus, Fault>>
  /** Tunes, once for the whole pass, and gives looks from then on. Refused while another pass is listened to. */
  readonly listen: (listening: Listening) => Promise<Result<{ readonly tuned: Hz }, Fault>>
  readonly stopListening: () => void
  readonly status: () => ReceiverStatus
  readonly close: () => Promise<void>
}

export const SPECTRUM_BINS = 60
const DEFAULT_SAMPLE_RATE = hz(240_000)
const DEFAULT_INTEGRATION_SAMPLES = 32_768
const RETRY_FIRST_MS = 1_000
/** Half a minute: a server that comes back is heard for most of a pass. */
const RETRY_MAX_MS = 30_000

export const createReceiver = (options: ReceiverOptions): Receiver => {
  const { clock, log } = options
  const sampleRate = options.sampleRate ?? DEFAULT_SAMPLE_RATE
  const length = options.integrationSamples ?? DEFAULT_INTEGRATION_SAMPLES
  const integrationMs = ms((length / sampleRate) * 1000)
  const estimator = createCarrierEstimator({ sampleRate, length })
  let client: RtlTcpClient | undefined
  let listening: (Listening & { readonly tuned: Hz }) | undefined
  let looks: Repeating | undefined
  let retry: Timer | undefined
  let retryDelayMs = RETRY_FIRST_MS
  let lastSample = -1
  let closed = false
  let connecting: Promise<Result<ReceiverStatus, Fault>> | undefined

  const status = (): ReceiverStatus => ({
    connected: client !== undefined,
    description: client?.description,
    tuner: client?.header.tunerName,
    provenance: client?.provenance,
    gaps: client?.gaps() ?? 0,
  })

  const lost = (failure: Fault): void => {
    client = undefined
    if (closed) return
    log.fault(failure)
    options.onFault?.(failure)
    retry?.cancel()
    retry = clock.setTimer(ms(retryDelayMs), () => void connect())
    retryDelayMs = Math.min(RETRY_MAX_MS, 2 * retryDelayMs)
  }

  const connect = async (): Promise<Result<ReceiverStatus, Fault>> => {
    retry?.cancel()
    if (client !== undefined) return ok(status())
    // One attempt at a time: an impatient caller joins the one under way.
    connecting ??= attempt().finally(() => {
      connecting = undefined
    })
    return connecting
  }

  const attempt = async (): Promise<Result<ReceiverStatus, Fault>> => {
    const outcome = await connectRtlTcp({
      clock,
      open: options.open,
      sampleRate,
      gain: options.gain ?? 'automatic',
      ...(options.frequencyCorrectionPpm === undefined
        ? {}
        : { frequencyCorrectionPpm: options.frequencyCorrectionPpm }),
      ...(options.calibratedDelay === undefined ? {} : { calibratedDelay: options.calibratedDelay }),
      ...(options.delayBound === undefined ? {} : { delayBound: options.delayBound }),
      ...(options.rateSigma === undefined ? {} : { rateSigma: options.rateSigma }),
      onFault: lost,
    })
    if (!outcome.ok) {
      lost(outcome.error)
      return outcome
    }
    if (closed) {
      await outcome.value.close()
      return err(fault('link.closed', 'The receiver was closed while it connected'))
    }
    client = outcome.value
    retryDelayMs = RETRY_FIRST_MS
    lastSample = -1
    log.info(`Receiver connected: ${outcome.value.description}, tuner ${outcome.value.header.tunerName}`)
    // The connection was lost in the pass: the same tuning as before, never another one.
    if (listening !== undefined) await client.tune(listening.tuned)
    return ok(status())
  }

  const lookAt = (
    samples: TaggedSamples,
    pass: Listening & { readonly tuned: Hz },
    at: RtlTcpClient,
  ): Look => {
    const midUtcMs = utcPlus(samples.time.utcMs, ms(((length - 1) / 2 / sampleRate) * 1000))
    const expected = pass.expectedAt(midUtcMs)
    const carrier = estimator.look(samples.iq, {
      searchCentre: hz(expected.frequency - pass.tuned),
      searchHalfWidth: pass.searchHalfWidth,
      chirpHzPerSec: expected.sweepHzPerSec,
    })
    return {
      midUtcMs,
      integrationMs,
      time: samples.time,
      tuned: pass.tuned,
      searchCentre: expected.frequency,
      searchHalfWidth: pass.searchHalfWidth,
      sweepHzPerSec: expected.sweepHzPerSec,
      carrier,
      frequency: carrier.detected ? hz(pass.tuned + carrier.frequencyHz) : undefined,
      spectrum: estimator.spectrum(SPECTRUM_BINS),
      provenance: at.provenance,
    }
  }

  const takeLook = (): void => {
    if (client === undefined || listening === undefined) return
    const samples = client.latest(length)
    // Looks do not overlap, so that their errors are independent; without new samples there is no look.
    if (samples === undefined || samples.firstSample <= lastSample) return
    lastSample = samples.firstSample + length - 1
    options.onLook(lookAt(samples, listening, client))
  }

  return {
    connect,
    listen: async (request) => {
      if (listening !== undefined) {
        return err(
          fault('receiver.busy', 'The receiver already listens to a pass and is not tuned within it'),
        )
      }
      if (client === undefined) return err(fault('link.closed', 'The receiver is not connected'))
      const halfSpan = hz(request.dopplerMax + request.searchHalfWidth)
      const tuned = hz(Math.round(request.centre - tuningOffset({ sampleRate, halfSpan })))
      const pass = { ...request, tuned }
      // Set before the tuning is sent, so that a connection lost meanwhile is tuned when it is back.
      listening = pass
      const outcome = await client.tune(tuned)
      if (!outcome.ok) {
        if (listening === pass) listening = undefined
        return outcome
      }
      looks?.stop()
      looks = every(clock, options.lookPeriod ?? ms(1_000), takeLook)
      return ok({ tuned })
    },
    stopListening: () => {
      listening = undefined
      looks?.stop()
      looks = undefined
    },
    status,
    close: async () => {
      closed = true
      listening = undefined
      looks?.stop()
      retry?.cancel()
      const last = client
      client = undefined
      await last?.close()
    },
  }
}
