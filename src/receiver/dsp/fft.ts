import { invariant } from '../../kernel/result.ts'

/**
 * A forward discrete Fourier transform of one size, X[k] = Σ x[n]·exp(−2πi·kn/N), with its twiddle factors and its
 * work buffers, so that transforming allocates nothing.
 *
 * Stockham's self-sorting form, radix 4 with one last radix-2 step where the exponent is odd: every pass reads and
 * writes in order and no bit reversal is needed.
 */
export interface Fft {
  readonly size: number
  /** In place. Both arrays are of length `size`. */
  readonly transform: (real: Float64Array, imaginary: Float64Array) => void
}

// 2^22 complex samples are 17 s at 240 kS/s: far beyond any integration here, and 200 MB of work space.
const SIZE_MAX = 2 ** 22

/** `size` is a power of two, at least 4. */
export const createFft = (size: number): Fft => {
  invariant(
    Number.isInteger(Math.log2(size)) && size >= 4 && size <= SIZE_MAX,
    `an FFT's size is a power of two, not ${size}`,
  )
  const cosines = new Float64Array(size)
  const sines = new Float64Array(size)
  for (let index = 0; index < size; index += 1) {
    const angle = (-2 * Math.PI * index) / size
    cosines[index] = Math.cos(angle)
    sines[index] = Math.sin(angle)
  }
  const workReal = new Float64Array(size)
  const workImaginary = new Float64Array(size)

  const radix4Pass = (
    length: number,
    stride: number,
    xr: Float64Array,
    xi: Float64Array,
    yr: Float64Array,
    yi: Float64Array,
  ): void => {
    const quarter = length >> 2
    const step = stride * quarter
    for (let p = 0; p < quarter; p += 1) {
      const w1r = cosines[p * stride] as number
      const w1i = sines[p * stride] as number
      const w2r = cosines[2 * p * stride] as number
      const w2i = sines[2 * p * stride] as number
      const w3r = cosines[3 * p * stride] as number
      const w3i = sines[3 * p * stride] as number
      const from = stride * p
      const into = 4 * stride * p
      for (let q = 0; q < stride; q += 1) {
        const a = from + q
        const b = a + step
        const c = b + step
        const d = c + step
        const ar = xr[a] as number
        const ai = xi[a] as number
        const br = xr[b] as number
        const bi = xi[b] as number
        const cr = xr[c] as number
        const ci = xi[c] as number
        const dr = xr[d] as number
        const di = xi[d] as number
        const sumACr = ar + cr
        const sumACi = ai + ci
        const difACr = ar - cr
        const difACi = ai - ci
        const sumBDr = br + dr
        const sumBDi = bi + di
        // i·(b − d)
        const turnBDr = di - bi
        const turnBDi = br - dr
        const o = into + q
        yr[o] = sumACr + sumBDr
        yi[o] = sumACi + sumBDi
        const oneR = difACr - turnBDr
        const oneI = difACi - turnBDi
        yr[o + stride] = w1r * oneR - w1i * oneI
        yi[o + stride] = w1r * oneI + w1i * oneR
        const twoR = sumACr - sumBDr
        const twoI = sumACi - sumBDi
        yr[o + 2 * stride] = w2r * twoR - w2i * twoI
        yi[o + 2 * stride] = w2r * twoI + w2i * twoR
        const threeR = difACr + turnBDr
        const threeI = difACi + turnBDi
        yr[o + 3 * stride] = w3r * threeR - w3i * threeI
        yi[o + 3 * stride] = w3r * threeI + w3i * threeR
      }
    }
  }

  const radix2Pass = (xr: Float64Array, xi: Float64Array, yr: Float64Array, yi: Float64Array): void => {
    const half = size >> 1
    for (let q = 0; q < half; q += 1) {
      const ar = xr[q] as number
      const ai = xi[q] as number
      const br = xr[q + half] as number
      const bi = xi[q + half] as number
      yr[q] = ar + br
      yi[q] = ai + bi
      yr[q + half] = ar - br
      yi[q + half] = ai - bi
    }
  }

  return {
    size,
    transform: (real, imaginary) => {
      invariant(real.length === size && imaginary.length === size, `this FFT takes ${size} samples`)
      let xr: Float64Array = real
      let xi: Float64Array = imaginary
      let yr: Float64Array = workReal
      let yi: Float64Array = workImaginary
      let length = size
      let stride = 1
      while (length >= 2) {
        if (length === 2) radix2Pass(xr, xi, yr, yi)
        else radix4Pass(length, stride, xr, xi, yr, yi)
        length = length === 2 ? 1 : length >> 2
        stride *= 4
        const swapReal = xr
        const swapImaginary = xi
        xr = yr
        xi = yi
        yr = swapReal
        yi = swapImaginary
      }
      if (xr !== real) {
        real.set(xr)
        imaginary.set(xi)
      }
    },
  }
}
