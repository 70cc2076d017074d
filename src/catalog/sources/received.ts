import { open } from 'node:fs/promises'
import { type Fault, fault } from '../../kernel/errors.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import type { ElementSet } from '../../orbit/element-set.ts'
import { loadElementFile } from '../load-file.ts'
import { firstWords } from './celestrak.ts'
import type { LastGood } from './ledger.ts'
import type { Answer } from './transport.ts'

/** Elements that were taken from a file or an answer. */
export interface ReceivedElements {
  /** SGP4 and SGP4-XP; the store tells them apart. */
  readonly sets: readonly ElementSet[]
  readonly skippedCount: number
}

// An answer of less than half of what came before is more likely cut or mistaken than true; below so many objects a
// half means nothing.
const SHRUNK_SHARE = 0.5
const SHRUNK_OBJECTS_MIN = 20

/** A row of a table of elements has some hundred characters. */
const ROW_BYTES_MAX = 4_096

/**
 * Whether a table ends within a row: without its line end, and with fewer fields than the header has. A server that
 * names no length closes the connection after its last byte, whether that was the last or not.
 */
const endsWithinRow = async (path: string): Promise<boolean> => {
  await using file = await open(path, 'r')
  const { size } = await file.stat()
  const piece = async (position: number): Promise<string> => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(ROW_BYTES_MAX), 0, ROW_BYTES_MAX, position)
    return buffer.subarray(0, bytesRead).toString('utf8')
  }
  const header = (await piece(0)).split('\n', 1)[0] ?? ''
  const last = (await piece(Math.max(0, size - ROW_BYTES_MAX))).split('\n').at(-1) ?? ''
  return last.trim() !== '' && last.split(',').length < header.split(',').length
}

/**
 * Reads what a service sent. Errors: `source.answer` for a web page, a cut table or no elements at all, `source.shrunk`
 * where it has less than half of the objects that came the time before.
 */
export const readReceived = async (
  path: string,
  answer: Answer,
  lastGood: LastGood | undefined,
): Promise<Result<ReceivedElements, Fault>> => {
  const { host } = new URL(answer.place)
  const refuse = (what: string): Result<never, Fault> => err(fault('source.answer', `${host} ${what}`))
  if (/^\s*<(?:!doctype|html)/i.test(answer.start)) {
    return refuse(`sent a web page instead of elements ("${firstWords(answer.start)}")`)
  }
  if (await endsWithinRow(path)) {
    return refuse(`sent a table that ends within a row, after ${answer.bytes} bytes`)
  }
  const readings = await loadElementFile(path)
  if (!readings.ok) {
    const said = firstWords(answer.start)
    return refuse(said === '' ? 'sent nothing' : `sent no elements ("${said}")`)
  }
  const { elementSets, sgp4XpSets, skippedCount } = readings.value
  const sets = [...elementSets, ...sgp4XpSets]
  const before = lastGood?.objects ?? 0
  if (before >= SHRUNK_OBJECTS_MIN && sets.length < SHRUNK_SHARE * before) {
    return err(
      fault('source.shrunk', `${host} sent ${sets.length} objects where there were ${before} before`),
    )
  }
  return ok({ sets, skippedCount })
}
