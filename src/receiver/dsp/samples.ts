/**
 * What an RTL-SDR delivers: interleaved unsigned bytes I, Q, I, Q, …, whose middle is 127.5. Full scale here is an
 * amplitude of 1 (0 dBFS is a complex tone that just does not clip).
 */
export const FULL_SCALE_LSB = 127.5

/** Power of the rounding to whole numbers, both components, relative to full scale: no receiver is quieter. */
export const ROUNDING_NOISE_POWER = 2 / 12 / FULL_SCALE_LSB ** 2

/**
 * Fills `real` and `imaginary` from the bytes, full scale 1, with the mean taken out (the offset of the converters,
 * the "DC spike"). Returns the share of samples that touch either end of the scale: above a few thousandths the
 * gain is too high and levels are not to be trusted.
 */
export const unpackSamples = (iq: Uint8Array, real: Float64Array, imaginary: Float64Array): number => {
  const count = real.length
  let sumI = 0
  let sumQ = 0
  let clipped = 0
  for (let n = 0; n < count; n += 1) {
    const i = iq[2 * n] as number
    const q = iq[2 * n + 1] as number
    sumI += i
    sumQ += q
    if (i === 0 || i === 255 || q === 0 || q === 255) clipped += 1
  }
  const meanI = sumI / count
  const meanQ = sumQ / count
  for (let n = 0; n < count; n += 1) {
    real[n] = ((iq[2 * n] as number) - meanI) / FULL_SCALE_LSB
    imaginary[n] = ((iq[2 * n + 1] as number) - meanQ) / FULL_SCALE_LSB
  }
  return clipped / count
}

/**
 * Takes a linear sweep of `chirpHzPerSec` out of the samples: multiplies by exp(−iπ·c·t²) with t counted from the
 * middle of the interval, so that the frequency at mid-interval stays where it is, whatever the sweep.
 */
export const dechirp = (
  real: Float64Array,
  imaginary: Float64Array,
  options: { readonly chirpHzPerSec: number; readonly sampleRate: number },
): void => {
  if (options.chirpHzPerSec === 0) return
  const count = real.length
  const perSampleSquared = -Math.PI * (options.chirpHzPerSec / options.sampleRate ** 2)
  const half = (count - 1) / 2
  // exp(i·a·n²) by recurrence: the phase grows by a·(2n+1), and that growth by 2a. In doubles the error after 10^5
  // steps is below 1e-10 rad.
  let phaseReal = Math.cos(perSampleSquared * half * half)
  let phaseImaginary = Math.sin(perSampleSquared * half * half)
  const firstStep = perSampleSquared * (1 - 2 * half)
  let stepReal = Math.cos(firstStep)
  let stepImaginary = Math.sin(firstStep)
  const growReal = Math.cos(2 * perSampleSquared)
  const growImaginary = Math.sin(2 * perSampleSquared)
  for (let n = 0; n < count; n += 1) {
    const re = real[n] as number
    const im = imaginary[n] as number
    real[n] = re * phaseReal - im * phaseImaginary
    imaginary[n] = re * phaseImaginary + im * phaseReal
    const nextReal = phaseReal * stepReal - phaseImaginary * stepImaginary
    phaseImaginary = phaseReal * stepImaginary + phaseImaginary * stepReal
    phaseReal = nextReal
    const nextStepReal = stepReal * growReal - stepImaginary * growImaginary
    stepImaginary = stepReal * growImaginary + stepImaginary * growReal
    stepReal = nextStepReal
  }
}
