import { open } from 'node:fs/promises'
import { type Fault, fault, messageOf } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { type CatalogContent, HEAD_CHARACTERS, identifyContent } from './content.ts'
import type { ElementReadings } from './element-readings.ts'
import { ElementFile } from './read-elements.ts'
import { EphemerisFile, type EphemerisReadings } from './read-ephemeris.ts'
import { readTransmitters, type TransmitterReadings } from './transmitters.ts'

/**
 * What is read as a stream: the whole tracked catalogue, 50,000 objects in the XML of Space-Track at 3 kB each, is
 * 150 MB. Six times that is a minute's reading; more is a mistaken or a hostile file.
 */
export const CATALOG_FILE_BYTES_MAX = 1024 * 1024 * 1024

/** Ephemerides are kept whole once they are read: 300,000 states in XML are 130 MB. */
const EPHEMERIS_FILE_BYTES_MAX = 256 * 1024 * 1024

/** What is read whole, transmitters: SatNOGS DB has 5 MB of them. */
export const TRANSMITTER_FILE_BYTES_MAX = 64 * 1024 * 1024

const MEBIBYTE = 1024 * 1024

/**
 * Hands the text of a file on in pieces until `take` says that it has enough (false). The size is looked at first, but what
 * is there counts: it may grow meanwhile. What is no UTF-8 reads as U+FFFD.
 */
const readPieces = async (
  path: string,
  bytesMax: number,
  take: (piece: string) => boolean,
): Promise<Result<undefined, Fault>> => {
  try {
    await using file = await open(path, 'r')
    const status = await file.stat()
    // A pipe or a device would be waited for without end.
    if (!status.isFile()) return err(fault('catalog.unreadable', `${path} is no ordinary file`))
    const tooLarge = err(
      fault('catalog.format', `${path} is larger than ${bytesMax / MEBIBYTE} MiB, no catalogue is`),
    )
    if (status.size > bytesMax) return tooLarge
    const decoder = new TextDecoder()
    let bytes = 0
    for await (const chunk of file.createReadStream({ end: bytesMax, autoClose: false })) {
      const buffer = Buffer.from(chunk)
      bytes += buffer.length
      if (bytes > bytesMax) return tooLarge
      if (!take(decoder.decode(buffer, { stream: true }))) return ok(undefined)
    }
    take(decoder.decode())
    return ok(undefined)
  } catch (thrown) {
    return err(fault('catalog.unreadable', `The file ${path} cannot be read (${messageOf(thrown)})`))
  }
}

/** Reads an element file as a stream; `catalog.unreadable` where the file cannot be had, else as `ElementFile`. */
export const loadElementFile = async (path: string): Promise<Result<ElementReadings, Fault>> => {
  const elements = new ElementFile({ sourceName: path })
  const read = await readPieces(path, CATALOG_FILE_BYTES_MAX, (piece) => elements.push(piece))
  return read.ok ? elements.end() : read
}

/** Reads an ephemeris file as a stream; `catalog.unreadable` where it cannot be had, else as `EphemerisFile`. */
export const loadEphemerisFile = async (path: string): Promise<Result<EphemerisReadings, Fault>> => {
  const ephemeris = new EphemerisFile({ sourceName: path })
  const read = await readPieces(path, EPHEMERIS_FILE_BYTES_MAX, (piece) => ephemeris.push(piece))
  return read.ok ? ephemeris.end() : read
}

/** Reads a file of transmitters; `catalog.unreadable` where the file cannot be had, else as `readTransmitters`. */
export const loadTransmitterFile = async (path: string): Promise<Result<TransmitterReadings, Fault>> => {
  const pieces: string[] = []
  const read = await readPieces(path, TRANSMITTER_FILE_BYTES_MAX, (piece) => pieces.push(piece) > 0)
  return read.ok ? readTransmitters(pieces.join(''), { sourceName: path }) : read
}

/** Tells what a file is by its head; `catalog.unreadable` where the file cannot be had. */
export const identifyFile = async (path: string): Promise<Result<CatalogContent, Fault>> => {
  let head = ''
  const read = await readPieces(path, CATALOG_FILE_BYTES_MAX, (piece) => {
    head += piece
    return head.length < HEAD_CHARACTERS
  })
  return read.ok ? ok(identifyContent(head)) : read
}
