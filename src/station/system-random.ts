import { randomBytes } from 'node:crypto'
import { createRandom, type Random } from '../kernel/random.ts'

/** A stream whose seed comes from the operating system; its `bytes` come from there too and are fit for salts and ids. */
export const createSystemRandom = (): Random => ({
  ...createRandom(randomBytes(4).readUInt32LE()),
  bytes: (length) => randomBytes(length),
  fork: () => createSystemRandom(),
})
