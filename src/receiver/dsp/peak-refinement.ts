/**
 * The maximum of the periodogram near a coarse frequency, to its statistical limit.
 *
 * The samples are shifted by the coarse frequency and summed in blocks, so that each further look at the
 * periodogram costs some hundred operations. A block is short against the remaining offset (half a bin): the loss is
 * below 1e-5 dB, and as it is even in the offset it moves nothing.
 */

// Blocks over the interval: at half a bin of offset the phase turns by 2π/1024 within a block.
const BLOCKS = 512

export interface RefinedPeak {
  /** Hz, of the (dechirped) samples. */
  readonly frequencyHz: number
  /** |Σ x·exp(−iωt)|² at that frequency. */
  readonly power: number
  /** Second derivative of that power by frequency, per Hz²; negative at a maximum. */
  readonly curvature: number
}

export const createPeakRefiner = (count: number, sampleRate: number) => {
  const blocks = Math.min(BLOCKS, count)
  const blockLength = count / blocks
  const blockReal = new Float64Array(blocks)
  const blockImaginary = new Float64Array(blocks)
  // 2π·t of each block's middle, t from the middle of the interval.
  const omegaTime = Float64Array.from(
    { length: blocks },
    (_, block) => (2 * Math.PI * (block - (blocks - 1) / 2) * blockLength) / sampleRate,
  )

  const sumBlocks = (real: Float64Array, imaginary: Float64Array, coarseHz: number): void => {
    const turn = (-2 * Math.PI * coarseHz) / sampleRate
    const stepReal = Math.cos(turn)
    const stepImaginary = Math.sin(turn)
    for (let block = 0; block < blocks; block += 1) {
      const first = block * blockLength
      // The phase is counted from the first sample and set anew in each block, so that rounding does not add up.
      const startPhase = turn * first
      let phaseReal = Math.cos(startPhase)
      let phaseImaginary = Math.sin(startPhase)
      let sumReal = 0
      let sumImaginary = 0
      for (let n = first; n < first + blockLength; n += 1) {
        const re = real[n] as number
        const im = imaginary[n] as number
        sumReal += re * phaseReal - im * phaseImaginary
        sumImaginary += re * phaseImaginary + im * phaseReal
        const next = phaseReal * stepReal - phaseImaginary * stepImaginary
        phaseImaginary = phaseReal * stepImaginary + phaseImaginary * stepReal
        phaseReal = next
      }
      blockReal[block] = sumReal
      blockImaginary[block] = sumImaginary
    }
  }

  /** Power, slope and curvature of the periodogram at an offset from the coarse frequency. */
  const periodogramAt = (offsetHz: number): { power: number; slope: number; curvature: number } => {
    let xr = 0
    let xi = 0
    let firstR = 0
    let firstI = 0
    let secondR = 0
    let secondI = 0
    for (let block = 0; block < blocks; block += 1) {
      const w = omegaTime[block] as number
      const cosine = Math.cos(w * offsetHz)
      const sine = -Math.sin(w * offsetHz)
      const re = blockReal[block] as number
      const im = blockImaginary[block] as number
      const turnedR = re * cosine - im * sine
      const turnedI = re * sine + im * cosine
      xr += turnedR
      xi += turnedI
      // d/df brings down −i·2πt.
      firstR += w * turnedI
      firstI -= w * turnedR
      secondR -= w * w * turnedR
      secondI -= w * w * turnedI
    }
    return {
      power: xr * xr + xi * xi,
      slope: 2 * (xr * firstR + xi * firstI),
      curvature: 2 * (firstR * firstR + firstI * firstI + xr * secondR + xi * secondI),
    }
  }

  return (real: Float64Array, imaginary: Float64Array, coarseHz: number): RefinedPeak | undefined => {
    sumBlocks(real, imaginary, coarseHz)
    const binHz = sampleRate / count
    // Golden-section search brings the offset into the basin of Newton's iteration, which then doubles its digits.
    const ratio = (Math.sqrt(5) - 1) / 2
    let low = -0.75 * binHz
    let high = 0.75 * binHz
    let left = high - ratio * (high - low)
    let right = low + ratio * (high - low)
    let powerLeft = periodogramAt(left).power
    let powerRight = periodogramAt(right).power
    for (let round = 0; round < 8; round += 1) {
      if (powerLeft > powerRight) {
        high = right
        right = left
        powerRight = powerLeft
        left = high - ratio * (high - low)
        powerLeft = periodogramAt(left).power
      } else {
        low = left
        left = right
        powerLeft = powerRight
        right = low + ratio * (high - low)
        powerRight = periodogramAt(right).power
      }
    }
    let offset = (low + high) / 2
    let at = periodogramAt(offset)
    for (let round = 0; round < 4; round += 1) {
      if (!(at.curvature < 0)) return undefined
      offset -= at.slope / at.curvature
      at = periodogramAt(offset)
    }
    if (!(at.curvature < 0) || !(Math.abs(offset) < binHz)) return undefined
    return { frequencyHz: coarseHz + offset, power: at.power, curvature: at.curvature }
  }
}
