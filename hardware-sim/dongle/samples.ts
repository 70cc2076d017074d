import type { Random } from '../../src/kernel/random.ts'
import { createGaussianTable } from './gaussian-table.ts'

/** A carrier over one chunk of samples: a linear chirp. */
export interface ChunkCarrier {
  /** Phase at the first sample, cycles. */
  readonly phase: number
  /** Frequency at the first sample and just past the last one, cycles a sample. */
  readonly startFrequency: number
  readonly endFrequency: number
  /** In steps of the converter. */
  readonly amplitude: number
}

export interface ChunkRequest {
  readonly sampleCount: number
  readonly carriers: readonly ChunkCarrier[]
  /** 1σ of the noise in each of I and Q, steps of the converter. */
  readonly noise: number
  /** Offset of the converter's zero, steps. */
  readonly offsetI: number
  readonly offsetQ: number
}

/** Makes chunks of interleaved 8-bit I and Q, zero between 127 and 128, as an RTL2832 sends them. */
export interface SampleGenerator {
  readonly next: (request: ChunkRequest) => Uint8Array
}

const ZERO_LEVEL = 127.5
const TURN = 2 * Math.PI

/** The phase just past a chunk's last sample, within [0, 1): where the next chunk goes on. */
export const phaseAfter = (carrier: ChunkCarrier, sampleCount: number): number => {
  const phase = carrier.phase + ((carrier.startFrequency + carrier.endFrequency) / 2) * sampleCount
  return phase - Math.floor(phase)
}

interface Phasor {
  real: number
  imaginary: number
}
const phasor = (cycles: number, length = 1): Phasor => ({
  real: length * Math.cos(TURN * cycles),
  imaginary: length * Math.sin(TURN * cycles),
})

/**
 * One loop without trigonometry: the carrier turns by a phasor that itself turns (its rounding error over a chunk is
 * some 1e-12), the noise is two look-ups by the halves of a 32-bit xorshift (Marsaglia 2003, period 2^32 - 1: five
 * hours at 240 kS/s).
 */
export const createSampleGenerator = (random: Random): SampleGenerator => {
  const gaussian = createGaussianTable()
  // The one state that xorshift never leaves is 0.
  let state = random.uint32() | 1
  let others = new Float64Array(0)

  // All carriers but the first, added up; rarely are there any.
  const addUp = (request: ChunkRequest): Float64Array => {
    const { sampleCount } = request
    if (others.length < 2 * sampleCount) others = new Float64Array(2 * sampleCount)
    others.fill(0)
    for (const carrier of request.carriers.slice(1)) {
      const bend = (carrier.endFrequency - carrier.startFrequency) / sampleCount
      const now = phasor(carrier.phase, carrier.amplitude)
      const turn = phasor(carrier.startFrequency + bend / 2)
      const bending = phasor(bend)
      for (let index = 0; index < 2 * sampleCount; index += 2) {
        others[index] = (others[index] ?? 0) + now.real
        others[index + 1] = (others[index + 1] ?? 0) + now.imaginary
        advance(now, turn)
        advance(turn, bending)
      }
    }
    return others
  }

  return {
    next: (request) => {
      const { sampleCount, noise } = request
      const out = new Uint8ClampedArray(2 * sampleCount)
      const more = request.carriers.length > 1 ? addUp(request) : undefined
      const carrier = request.carriers[0]
      const bend = carrier === undefined ? 0 : (carrier.endFrequency - carrier.startFrequency) / sampleCount
      const first = phasor(carrier?.phase ?? 0, carrier?.amplitude ?? 0)
      const turn = phasor((carrier?.startFrequency ?? 0) + bend / 2)
      const bending = phasor(bend)
      let { real, imaginary } = first
      let { real: turnReal, imaginary: turnImaginary } = turn
      const { real: bendReal, imaginary: bendImaginary } = bending
      const zeroI = ZERO_LEVEL + request.offsetI
      const zeroQ = ZERO_LEVEL + request.offsetQ
      let bits = state
      for (let index = 0; index < 2 * sampleCount; index += 2) {
        bits ^= bits << 13
        bits ^= bits >>> 17
        bits ^= bits << 5
        let i = zeroI + real + noise * (gaussian[bits & 0xffff] ?? 0)
        let q = zeroQ + imaginary + noise * (gaussian[bits >>> 16] ?? 0)
        if (more !== undefined) {
          i += more[index] ?? 0
          q += more[index + 1] ?? 0
        }
        // The array rounds to the nearest step and stops at both ends, like a converter.
        out[index] = i
        out[index + 1] = q
        const nextReal = real * turnReal - imaginary * turnImaginary
        imaginary = real * turnImaginary + imaginary * turnReal
        real = nextReal
        const nextTurn = turnReal * bendReal - turnImaginary * bendImaginary
        turnImaginary = turnReal * bendImaginary + turnImaginary * bendReal
        turnReal = nextTurn
      }
      state = bits
      return new Uint8Array(out.buffer)
    },
  }
}

const advance = (value: Phasor, by: Phasor): void => {
  const real = value.real * by.real - value.imaginary * by.imaginary
  value.imaginary = value.real * by.imaginary + value.imaginary * by.real
  value.real = real
}
