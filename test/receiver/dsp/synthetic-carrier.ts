import type { Random } from '../../../src/kernel/random.ts'

/** IQ bytes with one carrier (or none) in white noise; the frequency is that at the middle of the interval. */
export const synthesize = (options: {
  readonly length: number
  readonly sampleRate: number
  readonly random: Random | undefined
  /** 1σ of the noise of each component, in steps of the converter. */
  readonly noiseLsb: number
  readonly carriers: readonly {
    readonly frequencyHz: number
    readonly amplitudeLsb: number
    readonly chirpHzPerSec?: number
    readonly phase?: number
  }[]
  readonly offsetLsb?: number
}): Uint8Array => {
  const { length, sampleRate, random, noiseLsb, carriers } = options
  const bytes = new Uint8Array(2 * length)
  for (let n = 0; n < length; n += 1) {
    const t = (n - (length - 1) / 2) / sampleRate
    let i = 127.5 + (options.offsetLsb ?? 0)
    let q = 127.5 + (options.offsetLsb ?? 0)
    for (const carrier of carriers) {
      const phase =
        (carrier.phase ?? 0) +
        2 * Math.PI * carrier.frequencyHz * t +
        Math.PI * (carrier.chirpHzPerSec ?? 0) * t * t
      i += carrier.amplitudeLsb * Math.cos(phase)
      q += carrier.amplitudeLsb * Math.sin(phase)
    }
    if (random !== undefined) {
      // Both halves of one Box-Muller draw.
      const radius = noiseLsb * Math.sqrt(2 * random.exponential())
      const angle = 2 * Math.PI * random.uniform()
      i += radius * Math.cos(angle)
      q += radius * Math.sin(angle)
    }
    bytes[2 * n] = Math.max(0, Math.min(255, Math.round(i)))
    bytes[2 * n + 1] = Math.max(0, Math.min(255, Math.round(q)))
  }
  return bytes
}

/** Amplitude for a power ratio (not dB) of carrier to noise in the integration bandwidth. */
export const amplitudeFor = (options: { snr: number; length: number; noiseLsb: number }): number =>
  Math.sqrt((options.snr * 2 * options.noiseLsb ** 2) / options.length)
