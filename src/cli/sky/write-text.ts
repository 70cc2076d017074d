import { once } from 'node:events'

// So much is put together before it is written: a system call costs more than a line.
const CHUNK_CHARACTERS = 65_536

/**
 * Writes pieces of text to standard output as they are made, and no faster than whoever reads takes them, so that memory
 * does not grow with what is written.
 */
export const writeText = async (pieces: Iterable<string>): Promise<void> => {
  const { stdout } = process
  let chunk = ''
  for (const piece of pieces) {
    chunk += piece
    if (chunk.length < CHUNK_CHARACTERS) continue
    if (!stdout.write(chunk)) await once(stdout, 'drain')
    chunk = ''
  }
  if (chunk !== '' && !stdout.write(chunk)) await once(stdout, 'drain')
}
