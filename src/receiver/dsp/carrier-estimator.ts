import { invariant } from '../../kernel/result.ts'
import { type Db, db, type Hz, hz } from '../../kernel/units.ts'
import { createFft } from './fft.ts'
import { createPeakRefiner } from './peak-refinement.ts'
import { dechirp, ROUNDING_NOISE_POWER, unpackSamples } from './samples.ts'

/** Where to look for the carrier. */
export interface CarrierSearch {
  /** Middle of the search, baseband (offset from the tuned frequency), Hz. */
  readonly searchCentre: Hz
  readonly searchHalfWidth: Hz
  /** Predicted sweep of the carrier, Hz/s, taken out about mid-interval; it cannot move the result. Default 0. */
  readonly chirpHzPerSec?: number
  /** Chance that noise alone is taken for a carrier in one look. Default 1e-6. */
  readonly falseAlarmProbability?: number
}

interface LookLevels {
  /** White noise about the search span, dB relative to full scale in 1 Hz. */
  readonly noiseFloorDbfsPerHz: Db
  /** Share of samples at either end of the converter's scale; above some 0.01 the gain is too high. */
  readonly clippedShare: number
}

export interface CarrierFound extends LookLevels {
  readonly detected: true
  /** Baseband frequency at the middle of the interval, Hz. */
  readonly frequencyHz: Hz
  /** 1σ of it from this look's own noise and curvature, Hz. The oscillator's error is not in it. */
  readonly sigmaHz: Hz
  /** Carrier power over the noise in the integration bandwidth (one bin, sampleRate / N). */
  readonly snrDb: Db
  readonly carrierToNoiseDensityDbHz: Db
  /** Carrier power relative to a full-scale tone. */
  readonly powerDbfs: Db
}

export interface CarrierNotFound extends LookLevels {
  readonly detected: false
  /** `masked`: what rises there is the skirt of a stronger signal elsewhere in the band. */
  readonly reason: 'below-threshold' | 'masked' | 'outside-band'
}

export type CarrierLook = CarrierFound | CarrierNotFound

/**
 * Finds one unmodulated carrier in an interval of IQ bytes and states its own error.
 *
 * Detection is on the periodogram without window (no loss of sensitivity) at half-bin spacing; the noise is the
 * median of the Hann-windowed one, which strong signals elsewhere do not lift. The frequency is the maximum of the
 * periodogram, which for one carrier in white noise is the maximum-likelihood estimate (Rife and Boorstyn 1974) and
 * attains var = 6·fs² / ((2π)²·SNR·N·(N²−1)) above the threshold. Its 1σ is the geometric mean of what the observed
 * height and the observed curvature of the peak say: near the threshold each follows the noise too far, in opposite
 * directions, and their mean is as true for a sharp peak as for a blunt one.
 *
 * Not modelled: modulation, several carriers within a bin, sweep of the sweep (below 0.1 Hz within 0.2 s in low
 * orbits).
 */
export interface CarrierEstimator {
  /** Complex samples in one interval; `look` takes twice as many bytes. */
  readonly length: number
  readonly look: (iq: Uint8Array, search: CarrierSearch) => CarrierLook
  /** Mean power of the last look's samples in `bins` equal parts of the band, lowest frequency first, dBFS/Hz. */
  readonly spectrum: (bins: number) => Float64Array
}

/**
 * Bins near 0 Hz that are never searched. The mean that is taken out holds a part of a carrier so near, 1/(πd) of it
 * at d bins; at this distance what that moves is a tenth of the 1σ of a carrier of 50 dB.
 */
const DC_BINS = 16
/** The anti-alias filter of the tuner rolls off beyond this share of the sample rate: no noise is measured there. */
const USABLE_BAND_SHARE = 0.45
/** Noise is measured at least this far about the search; wide enough for 3 %, narrow enough to be local. */
const NOISE_HALF_WIDTH_BINS = 2048
/** So many values are sorted for the median at most: 0.3 ms. */
const NOISE_BINS_MAX = 4096
// The noise itself is known to some 3 %; this much more keeps the false alarms below the promise all the same.
const THRESHOLD_MARGIN = 1.05
// What the first-order theory leaves out near the threshold, where only lucky noise makes a carrier visible, grows
// with the inverse square of the ratio: a third of the variance at a ratio of 27 (14 dB), a hundredth from 22 dB on. By
// simulation of 245,000 detected carriers: mean square 1.15 at 11 dB, 1.0 at 13 dB, 0.91 at 16 dB, 0.97 at 20 dB, and as
// many beyond 4.5σ as a normal distribution has.
const SECOND_ORDER_RATIO = 15.5
// Sum of Hann's squared weights over N.
const HANN_POWER = 3 / 8

/** The ratio of power to noise that noise alone passes with this chance, over `bins` bins at half-bin spacing. */
const detectionThreshold = (bins: number, falseAlarmProbability: number): number =>
  THRESHOLD_MARGIN * Math.log((4 * bins) / falseAlarmProbability)

const toDb = (ratio: number): Db => db(10 * Math.log10(ratio))

export const createCarrierEstimator = (options: {
  readonly sampleRate: Hz
  readonly length: number
}): CarrierEstimator => {
  const { length } = options
  const sampleRate: number = options.sampleRate
  const fft = createFft(length)
  const refine = createPeakRefiner(length, sampleRate)
  const real = new Float64Array(length)
  const imaginary = new Float64Array(length)
  const transformReal = new Float64Array(length)
  const transformImaginary = new Float64Array(length)
  const binHz = sampleRate / length
  const mask = length - 1
  const edgeBin = Math.floor(USABLE_BAND_SHARE * length)
  // Σ (2πt)², t from mid-interval in seconds.
  const timeSpread = ((2 * Math.PI) ** 2 * length * (length ** 2 - 1)) / 12 / sampleRate ** 2

  // Bins are counted from −N/2 to N/2 − 1; the array wraps.
  const rectanglePower = (bin: number): number => {
    const k = bin & mask
    return (transformReal[k] as number) ** 2 + (transformImaginary[k] as number) ** 2
  }
  /** At bin + ½, from its two neighbours; 0.9 dB below the true one there, with the same noise. */
  const halfBinPower = (bin: number): number => {
    const k = bin & mask
    const l = (bin + 1) & mask
    const re = (transformReal[k] as number) - (transformReal[l] as number)
    const im = (transformImaginary[k] as number) - (transformImaginary[l] as number)
    return (re * re + im * im) / 2
  }
  const hannPower = (bin: number): number => {
    const k = bin & mask
    const before = (bin - 1) & mask
    const after = (bin + 1) & mask
    const re =
      (transformReal[k] as number) / 2 -
      ((transformReal[before] as number) + (transformReal[after] as number)) / 4
    const im =
      (transformImaginary[k] as number) / 2 -
      ((transformImaginary[before] as number) + (transformImaginary[after] as number)) / 4
    return re * re + im * im
  }

  /** Noise power of one sample, from the median of exponentially distributed bins (mean · ln 2). */
  const measureNoise = (lowBin: number, highBin: number): number => {
    const from = Math.max(
      -edgeBin,
      Math.min(lowBin, Math.round((lowBin + highBin) / 2) - NOISE_HALF_WIDTH_BINS),
    )
    const to = Math.min(
      edgeBin,
      Math.max(highBin, Math.round((lowBin + highBin) / 2) + NOISE_HALF_WIDTH_BINS),
    )
    const stride = Math.max(1, Math.ceil((to - from) / NOISE_BINS_MAX))
    const values: number[] = []
    for (let bin = from; bin <= to; bin += stride) {
      if (Math.abs(bin) > DC_BINS) values.push(hannPower(bin))
    }
    const sorted = Float64Array.from(values).sort()
    const median = sorted[sorted.length >> 1] ?? 0
    return Math.max(ROUNDING_NOISE_POWER, median / Math.LN2 / (HANN_POWER * length))
  }

  /**
   * Whether the skirt of a stronger signal (1/(πd)² in power, twice that between bins, twice again for a carrier
   * between bins) and noise of the power `explained` make up what is seen.
   */
  const isSkirt = (peakBin: number, power: number, explained: number): boolean => {
    const amplitude = Math.sqrt(power)
    const noiseAmplitude = Math.sqrt(explained)
    for (let bin = -length / 2; bin < length / 2; bin += 1) {
      const other = rectanglePower(bin)
      if (other <= power) continue
      const around = Math.abs(bin - peakBin)
      const distance = Math.min(around, length - around)
      // Right beside the peak only a bin that is not searched can be stronger: the peak is that one's side lobe.
      if (distance <= 2) return true
      if ((2 * Math.sqrt(other)) / (Math.PI * distance) + noiseAmplitude > amplitude) return true
    }
    return false
  }

  const look = (iq: Uint8Array, search: CarrierSearch): CarrierLook => {
    invariant(iq.length === 2 * length, `one look takes ${2 * length} bytes, not ${iq.length}`)
    const clippedShare = unpackSamples(iq, real, imaginary)
    dechirp(real, imaginary, { chirpHzPerSec: search.chirpHzPerSec ?? 0, sampleRate })
    transformReal.set(real)
    transformImaginary.set(imaginary)
    fft.transform(transformReal, transformImaginary)

    const lowBin = Math.max(-edgeBin, Math.floor((search.searchCentre - search.searchHalfWidth) / binHz))
    const highBin = Math.min(edgeBin, Math.ceil((search.searchCentre + search.searchHalfWidth) / binHz))
    if (!(lowBin <= highBin)) {
      const noise = measureNoise(-edgeBin, edgeBin)
      const noiseFloorDbfsPerHz = toDb(noise / sampleRate)
      return { detected: false, reason: 'outside-band', noiseFloorDbfsPerHz, clippedShare }
    }
    const noise = measureNoise(lowBin, highBin)
    const levels = { noiseFloorDbfsPerHz: toDb(noise / sampleRate), clippedShare }

    let coarseBin = Number.NaN
    let coarsePower = 0
    for (let bin = lowBin; bin <= highBin; bin += 1) {
      if (Math.abs(bin) <= DC_BINS) continue
      const onBin = rectanglePower(bin)
      if (onBin > coarsePower) {
        coarsePower = onBin
        coarseBin = bin
      }
      const between = bin < highBin ? halfBinPower(bin) : 0
      if (between > coarsePower) {
        coarsePower = between
        coarseBin = bin + 0.5
      }
    }
    const threshold =
      detectionThreshold(highBin - lowBin + 1, search.falseAlarmProbability ?? 1e-6) * noise * length
    if (!(coarsePower > threshold)) {
      return { detected: false, reason: 'below-threshold', ...levels }
    }
    if (isSkirt(Math.round(coarseBin), coarsePower, threshold)) {
      return { detected: false, reason: 'masked', ...levels }
    }
    const peak = refine(real, imaginary, coarseBin * binHz)
    if (peak === undefined) return { detected: false, reason: 'below-threshold', ...levels }

    const carrierPower = Math.max(peak.power - noise * length, Number.MIN_VALUE) / length ** 2
    const ratio = peak.power / (noise * length)
    const sigmaByCurvature = Math.sqrt(2 * peak.power * noise * timeSpread) / Math.abs(peak.curvature)
    const sigmaByHeight = length * Math.sqrt(noise / (2 * peak.power * timeSpread))
    const sigma =
      Math.sqrt(sigmaByCurvature * sigmaByHeight) * Math.sqrt(1 + (SECOND_ORDER_RATIO / ratio) ** 2)
    return {
      detected: true,
      frequencyHz: hz(peak.frequencyHz),
      sigmaHz: hz(sigma),
      snrDb: toDb((carrierPower * length) / noise),
      carrierToNoiseDensityDbHz: toDb((carrierPower * sampleRate) / noise),
      powerDbfs: toDb(carrierPower),
      ...levels,
    }
  }

  return {
    length,
    look,
    spectrum: (bins) => {
      const perPart = new Float64Array(bins)
      const counts = new Float64Array(bins)
      for (let bin = -length / 2; bin < length / 2; bin += 1) {
        const part = Math.min(bins - 1, Math.floor(((bin + length / 2) / length) * bins))
        perPart[part] = (perPart[part] as number) + hannPower(bin)
        counts[part] = (counts[part] as number) + 1
      }
      const scale = HANN_POWER * length * sampleRate
      return perPart.map((power, part) =>
        toDb(
          Math.max(power / Math.max(1, counts[part] as number) / scale, ROUNDING_NOISE_POWER / sampleRate),
        ),
      )
    },
  }
}

/** One look without keeping the buffers; for repeated looks keep a `createCarrierEstimator`. */
export const estimateCarrier = (
  iq: Uint8Array,
  options: CarrierSearch & { readonly sampleRate: Hz },
): CarrierLook =>
  createCarrierEstimator({ sampleRate: options.sampleRate, length: iq.length / 2 }).look(iq, options)
