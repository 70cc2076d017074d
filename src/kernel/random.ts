/**
 * Randomness as an input: a seeded stream of numbers. The generator is xoshiro128** by D. Blackman and S. Vigna
 * (2018, public domain), its state filled by splitmix32, so that neighbouring seeds give unrelated streams. Not for
 * secrets: keys on a real station come from the operating system.
 */
export interface Random {
  /** Uniform in [0, 1), 32 bits of it. */
  readonly uniform: () => number
  /** Uniform integer in [0, 2^32). */
  readonly uint32: () => number
  /** Standard normal (mean 0, 1σ = 1). */
  readonly normal: () => number
  /** Exponential with mean 1. */
  readonly exponential: () => number
  readonly bytes: (length: number) => Uint8Array
  /** An independent stream, the same for the same name and seed whatever was drawn before. */
  readonly fork: (name: string) => Random
}

const rotateLeft = (value: number, count: number): number => (value << count) | (value >>> (32 - count))

const GOLDEN_GAMMA = 0x9e3779b9

// FNV-1a, 32 bits.
const hashText = (text: string): number => {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0
  }
  return hash
}

/** The bare generator, from 128 bits of state that are not all zero: uniform integers in [0, 2^32). */
export const xoshiro128StarStar = (state: readonly [number, number, number, number]): (() => number) => {
  let [s0, s1, s2, s3] = state
  return () => {
    const result = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0
    const shifted = s1 << 9
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    s3 = rotateLeft(s3, 11)
    return result
  }
}

// The finalizer of splitmix32: each bit of the value reaches each bit of the result.
const scramble = (value: number): number => {
  let mixed = Math.imul(value ^ (value >>> 16), 0x21f0aaad)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
  return (mixed ^ (mixed >>> 15)) >>> 0
}

export const createRandom = (seed: number): Random => {
  let mix = seed >>> 0
  const splitmix = (): number => {
    mix = (mix + GOLDEN_GAMMA) >>> 0
    return scramble(mix)
  }
  const uint32 = xoshiro128StarStar([splitmix(), splitmix(), splitmix(), splitmix()])
  const uniform = (): number => uint32() / 2 ** 32
  // Away from 0, whose logarithm is infinite.
  const uniformOpen = (): number => (uint32() + 0.5) / 2 ** 32
  return {
    uniform,
    uint32,
    normal: () => Math.sqrt(-2 * Math.log(uniformOpen())) * Math.cos(2 * Math.PI * uniform()),
    exponential: () => -Math.log(uniformOpen()),
    bytes: (length) => Uint8Array.from({ length }, () => uint32() >>> 24),
    // Seed and name are scrambled before they meet: seed 9 with 'b' must not be seed 10 with 'a'.
    fork: (name) => createRandom(scramble(scramble((seed + GOLDEN_GAMMA) >>> 0) ^ scramble(hashText(name)))),
  }
}
