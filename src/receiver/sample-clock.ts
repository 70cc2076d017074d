import { type MonoMs, type UtcMs, utcMs } from '../kernel/time.ts'
import { type Hz, type Ms, ms, type Ppm } from '../kernel/units.ts'

/**
 * Gives samples that carry no time their instants, by counting them.
 *
 * The instant of sample n is anchor + n / rate. Each arrival at the host says that sample n was taken no later than
 * now: the anchor is the least (arrival − n / rate) of the last seconds, which drops the jitter of USB, network and
 * scheduler and follows the drift of the radio's own oscillator. The delay that even the fastest sample has cannot
 * be seen from here; it is configured when calibrated, and bounded when not.
 *
 * All of it runs on the stopwatch; UTC comes in at the end, so that a step of the wall clock moves no interval.
 */
export interface SampleClock {
  /** After `samples` samples since the start had arrived. */
  readonly arrival: (options: {
    readonly samples: number
    readonly monoNow: MonoMs
    readonly utcNow: UtcMs
  }) => void
  readonly tag: (sample: number) => SampleTime | undefined
  /** How often samples were found to be lost on the way (by the server, mostly because this host was slow). */
  readonly gaps: () => number
  /** First sample whose count is not disturbed by the last such loss. */
  readonly validFrom: () => number
}

export interface SampleTime {
  readonly utcMs: UtcMs
  /**
   * 1σ of the jitter that is left, from the lowest of the recent anchors, and of what the radio's oscillator can have
   * drifted since. The host clock's error is not in it.
   */
  readonly sigmaMs: Ms
  /** What the error of the stamp against the host's clock cannot exceed, unseen delay included. */
  readonly errorBoundMs: Ms
  /** `host-arrival`: too little has come yet for counting to be better than the moment of arrival. */
  readonly method: 'sample-count' | 'host-arrival'
  /** The host's wall clock stepped while the anchors were collected: the instant may be off by that step. */
  readonly wallStepped: boolean
}

export interface SampleClockOptions {
  readonly sampleRate: Hz
  /** Delay between antenna and arrival that was measured; taken off each instant. Default 0. */
  readonly calibratedDelay?: Ms
  /** How far the true delay can be from that. Default 1000 ms: nothing was calibrated (USB and server buffers). */
  readonly delayBound?: Ms
  /** 1σ of the sample rate's relative error; default that of an oscillator anywhere within 100 ppm. */
  readonly rateSigma?: Ppm
}

// Ten seconds: long enough to meet a quiet moment of the host, short enough that 100 ppm of drift cost 1 ms.
const WINDOW_MS = 10_000
/** One least value is kept for each quarter of a second: the window is 40 numbers. */
const SLOT_MS = 250
const SLOTS_MAX = WINDOW_MS / SLOT_MS
/** RTL-SDR oscillators without TCXO are within 100 ppm. */
const RATE_ERROR_PPM = 100
/** Lost samples move all later anchors by at least one USB transfer (some 30 ms and more); jitter does not last. */
const GAP_MS = 25
const GAP_CONFIRM_MS = 2_000
const SLOTS_FOR_COUNTING = 3
/** Three seconds: with less the spacing of the least anchors is too much a matter of chance. */
const SLOTS_FOR_SPACING = 12
/**
 * Least values lie the closer together the nearer they are to what bounds them: the least is about as far from the bound
 * as the next ones are from each other. Half the way to the tenth is the 1σ where short delays are seldom (two stages of
 * waiting, say) and three times that where they are the most frequent; so many of them that chance does not make it small.
 */
const SPACING_RANK = 9
/** rtl_tcp's largest buffer is 0.55 s at 240 kS/s; until its rhythm is seen, an arrival can be so late. */
const HOST_ARRIVAL_BOUND_MS = 1_000
/** A slewed clock moves 0.5 ms a second at most (adjtime); more than this between two arrivals is a step. */
const WALL_STEP_MS = 10

interface Slot {
  readonly startMonoMs: number
  least: number
  /** Of all anchors, for their mean. */
  sum: number
  arrivals: number
  firstSample: number
}

/** The mean delay over the least one, by the root of how many there were: how far the least can be from the bound. */
const meanExcessOf = (slots: readonly Slot[], least: number): number => {
  const arrivals = slots.reduce((sum, slot) => sum + slot.arrivals, 0)
  const mean = slots.reduce((sum, slot) => sum + slot.sum, 0) / arrivals
  return (mean - least) / Math.sqrt(arrivals)
}

export const createSampleClock = (options: SampleClockOptions): SampleClock => {
  const msPerSample = 1000 / options.sampleRate
  const calibratedDelay = options.calibratedDelay ?? 0
  const delayBound = options.delayBound ?? 1_000
  const rateSigmaPpm = options.rateSigma ?? RATE_ERROR_PPM / Math.sqrt(3)
  let slots: Slot[] = []
  let wallMinusMono: number | undefined
  let steppedMonoMs = Number.NEGATIVE_INFINITY
  let latestMonoMs = 0
  let gaps = 0
  let validFrom = 0
  let previousSamples = 0

  const leastOf = (of: readonly Slot[]): number =>
    of.reduce((least, slot) => Math.min(least, slot.least), Number.POSITIVE_INFINITY)

  /** Anchors that rose together and stayed up: samples were lost, what is older counts wrong. */
  const dropBeforeGap = (): void => {
    const recent = slots.filter((slot) => slot.startMonoMs > latestMonoMs - GAP_CONFIRM_MS)
    const older = slots.filter((slot) => slot.startMonoMs <= latestMonoMs - GAP_CONFIRM_MS)
    if (recent.length < SLOTS_FOR_COUNTING || older.length === 0) return
    if (leastOf(recent) - leastOf(older) <= GAP_MS) return
    slots = recent
    gaps += 1
    validFrom = recent[0]?.firstSample ?? previousSamples
  }

  return {
    arrival: ({ samples, monoNow, utcNow }) => {
      const offset = utcNow - monoNow
      if (wallMinusMono !== undefined && Math.abs(offset - wallMinusMono) > WALL_STEP_MS)
        steppedMonoMs = monoNow
      wallMinusMono = offset
      latestMonoMs = monoNow
      const anchor = monoNow - samples * msPerSample
      const last = slots.at(-1)
      if (last !== undefined && monoNow - last.startMonoMs < SLOT_MS) {
        last.least = Math.min(last.least, anchor)
        last.sum += anchor
        last.arrivals += 1
      } else {
        slots.push({
          startMonoMs: monoNow,
          least: anchor,
          sum: anchor,
          arrivals: 1,
          firstSample: previousSamples,
        })
      }
      if (slots.length > SLOTS_MAX) slots.shift()
      slots = slots.filter((slot) => slot.startMonoMs > monoNow - WINDOW_MS)
      previousSamples = samples
      dropBeforeGap()
    },
    tag: (sample) => {
      if (slots.length === 0 || wallMinusMono === undefined) return undefined
      const minima = slots.map((slot) => slot.least).sort((a, b) => a - b)
      const anchor = minima[0] ?? 0
      const widest = (minima.at(-1) ?? anchor) - anchor
      const jitter =
        slots.length < SLOTS_FOR_SPACING
          ? Math.max(widest, meanExcessOf(slots, anchor))
          : ((minima[SPACING_RANK] ?? anchor) - anchor) / 2
      const counted = slots.length >= SLOTS_FOR_COUNTING
      return {
        utcMs: utcMs(anchor + sample * msPerSample - calibratedDelay + wallMinusMono),
        sigmaMs: ms(Math.hypot(jitter, msPerSample, (WINDOW_MS * rateSigmaPpm) / 1e6)),
        errorBoundMs: ms(
          delayBound +
            widest +
            (WINDOW_MS * RATE_ERROR_PPM) / 1e6 +
            msPerSample +
            (counted ? 0 : HOST_ARRIVAL_BOUND_MS),
        ),
        method: counted ? 'sample-count' : 'host-arrival',
        wallStepped: steppedMonoMs > latestMonoMs - WINDOW_MS,
      }
    },
    gaps: () => gaps,
    validFrom: () => validFrom,
  }
}
