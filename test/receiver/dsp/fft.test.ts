import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../src/kernel/random.ts'
import { createFft } from '../../../src/receiver/dsp/fft.ts'

const directTransform = (real: Float64Array, imaginary: Float64Array): [Float64Array, Float64Array] => {
  const size = real.length
  const outReal = new Float64Array(size)
  const outImaginary = new Float64Array(size)
  for (let k = 0; k < size; k += 1) {
    for (let n = 0; n < size; n += 1) {
      const angle = (-2 * Math.PI * ((k * n) % size)) / size
      const re = real[n] ?? 0
      const im = imaginary[n] ?? 0
      outReal[k] = (outReal[k] ?? 0) + re * Math.cos(angle) - im * Math.sin(angle)
      outImaginary[k] = (outImaginary[k] ?? 0) + re * Math.sin(angle) + im * Math.cos(angle)
    }
  }
  return [outReal, outImaginary]
}

describe('the FFT', () => {
  for (const size of [4, 8, 16, 32, 64, 128, 512, 1024]) {
    it(`equals the sum of its definition at size ${size}`, () => {
      const random = createRandom(size)
      const real = Float64Array.from({ length: size }, () => random.normal())
      const imaginary = Float64Array.from({ length: size }, () => random.normal())
      const [expectedReal, expectedImaginary] = directTransform(real, imaginary)
      createFft(size).transform(real, imaginary)
      for (let k = 0; k < size; k += 1) {
        expect(real[k]).toBeCloseTo(expectedReal[k] ?? Number.NaN, 9)
        expect(imaginary[k]).toBeCloseTo(expectedImaginary[k] ?? Number.NaN, 9)
      }
    })
  }

  it('can be used again and again with the same buffers', () => {
    const fft = createFft(64)
    for (const tone of [3, 17, 60]) {
      const real = Float64Array.from({ length: 64 }, (_, n) => Math.cos((2 * Math.PI * tone * n) / 64))
      const imaginary = Float64Array.from({ length: 64 }, (_, n) => Math.sin((2 * Math.PI * tone * n) / 64))
      fft.transform(real, imaginary)
      for (let k = 0; k < 64; k += 1) expect(real[k]).toBeCloseTo(k === tone ? 64 : 0, 9)
    }
  })

  it('refuses a size that is no power of two', () => {
    expect(() => createFft(1000)).toThrow(/power of two/)
    expect(() => createFft(0)).toThrow(/power of two/)
  })
})
