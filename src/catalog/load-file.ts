import { open } from 'node:fs/promises'
import { type Fault, fault, messageOf } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { ElementReadings } from './element-readings.ts'
import { readElementFile } from './read-elements.ts'
import { readTransmitters, type TransmitterReadings } from './transmitters.ts'

/**
 * The whole tracked catalogue, 50,000 objects at 600 bytes each in Space-Track's JSON, is 30 MB. Twice that fits into
 * the memory of a small machine; more is a mistaken or a hostile file.
 */
export const CATALOG_FILE_BYTES_MAX = 64 * 1024 * 1024

/** The text of a file up to the cap, read from what is there and not from what its size says. */
const readText = async (path: string): Promise<Result<string, Fault>> => {
  try {
    await using file = await open(path, 'r')
    const status = await file.stat()
    // A pipe or a device would be waited for without end.
    if (!status.isFile()) return err(fault('catalog.unreadable', `${path} is no ordinary file`))
    const chunks: Buffer[] = []
    let bytes = 0
    for await (const chunk of file.createReadStream({ end: CATALOG_FILE_BYTES_MAX, autoClose: false })) {
      const buffer = Buffer.from(chunk)
      bytes += buffer.length
      chunks.push(buffer)
    }
    if (bytes > CATALOG_FILE_BYTES_MAX) {
      return err(
        fault(
          'catalog.format',
          `${path} is larger than ${CATALOG_FILE_BYTES_MAX / 1024 / 1024} MiB, no catalogue is`,
        ),
      )
    }
    return ok(Buffer.concat(chunks).toString('utf8'))
  } catch (thrown) {
    return err(fault('catalog.unreadable', `The file ${path} cannot be read (${messageOf(thrown)})`))
  }
}

/** Reads an element file; `catalog.unreadable` where the file cannot be had, else as `readElementFile`. */
export const loadElementFile = async (path: string): Promise<Result<ElementReadings, Fault>> => {
  const text = await readText(path)
  return text.ok ? readElementFile(text.value, { sourceName: path }) : text
}

/** Reads a file of transmitters; `catalog.unreadable` where the file cannot be had, else as `readTransmitters`. */
export const loadTransmitterFile = async (path: string): Promise<Result<TransmitterReadings, Fault>> => {
  const text = await readText(path)
  return text.ok ? readTransmitters(text.value, { sourceName: path }) : text
}
