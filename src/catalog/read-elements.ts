import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { type CatalogContent, HEAD_CHARACTERS, identifyContent, messageTitle } from './content.ts'
import { ElementCollector, type ElementReadings, type ElementSink } from './element-readings.ts'
import { OmmCsvReader } from './omm-csv.ts'
import { OmmJsonReader } from './omm-json.ts'
import { OmmKvnReader } from './omm-kvn.ts'
import { ommXmlReader } from './omm-xml.ts'
import type { TextReader } from './text-reader.ts'
import { TleReader } from './tle.ts'

type ElementFormat = (CatalogContent & { readonly kind: 'elements' })['format']

const readerOf = (format: ElementFormat, sourceName: string, sink: ElementSink): TextReader => {
  switch (format) {
    case 'omm-csv':
      return new OmmCsvReader(sourceName, sink)
    case 'omm-json':
      return new OmmJsonReader(sink)
    case 'omm-kvn':
      return new OmmKvnReader(sourceName, sink)
    case 'omm-xml':
      return ommXmlReader(sourceName, sink)
    case 'tle':
      return new TleReader(sink)
  }
}

const refusal = (content: CatalogContent, sourceName: string): Fault => {
  switch (content.kind) {
    case 'empty':
      return fault('catalog.empty', `${sourceName} is empty`)
    case 'ephemeris':
      return fault('catalog.format', `${sourceName} is ${messageTitle('OEM')}, which holds no elements`)
    case 'transmitters':
      return fault('catalog.format', `${sourceName} is a list of transmitters, which holds no elements`)
    case 'message':
      return fault('catalog.format', `${sourceName} is ${messageTitle(content.name)}, which is not read`)
    default:
      return fault(
        'catalog.format',
        `${sourceName} ${content.kind === 'unknown' ? content.reason : 'holds no elements'}`,
      )
  }
}

const BYTE_ORDER_MARK = /^\uFEFF/

/**
 * Reads elements that come in pieces of text: OMM in CSV, JSON, XML or KVN, or TLE with or without names, told apart by
 * their content. Each set goes to the sink as soon as it is read, and memory is bounded whatever the length.
 */
export class ElementStream implements TextReader {
  readonly #sourceName: string
  readonly #sink: ElementSink
  #head = ''
  #reader: TextReader | undefined

  constructor(options: { readonly sourceName: string; readonly sink: ElementSink }) {
    this.#sourceName = options.sourceName
    this.#sink = options.sink
  }

  readonly push = (piece: string): void => {
    if (this.#reader !== undefined) {
      this.#reader.push(piece)
      return
    }
    this.#head += piece
    if (this.#head.length >= HEAD_CHARACTERS) this.#start()
  }

  readonly end = (): void => {
    if (this.#reader === undefined) this.#start()
    this.#reader?.end()
  }

  #start(): void {
    const head = this.#head.replace(BYTE_ORDER_MARK, '')
    this.#head = ''
    const content = identifyContent(head)
    if (content.kind !== 'elements') {
      this.#sink.fail(refusal(content, this.#sourceName))
      // Whatever comes is of no use.
      this.#reader = { push: () => undefined, end: () => undefined }
      return
    }
    this.#reader = readerOf(content.format, this.#sourceName, this.#sink)
    this.#reader.push(head)
  }
}

const noGoodSet = (readings: ElementReadings, sourceName: string): Fault => {
  const [first] = readings.skipped
  if (first !== undefined) {
    const detail = `${readings.skippedCount} bad, line ${first.line}: ${first.field} ${first.reason}`
    return fault('catalog.empty', `${sourceName} holds no good element set: ${detail}`)
  }
  if (readings.otherMessageCount === 0)
    return fault('catalog.empty', `${sourceName} holds no good element set`)
  const others = [...new Set(readings.otherMessages.map(({ name }) => messageTitle(name)))].join(', ')
  return fault('catalog.format', `${sourceName} holds no elements but ${others}`)
}

/**
 * Reads pieces of text to their end, or to what makes the rest useless.
 *
 * A bad object is left out with line, field and reason, and the others are used; of several sets of one object the
 * newest epoch wins. Faults: `catalog.format` where it is something else, `catalog.empty` where no object is good.
 */
export class ElementFile {
  readonly #sourceName: string
  readonly #collector: ElementCollector
  readonly #stream: ElementStream

  constructor(options: { readonly sourceName: string }) {
    this.#sourceName = options.sourceName
    this.#collector = new ElementCollector(options.sourceName)
    this.#stream = new ElementStream({ sourceName: options.sourceName, sink: this.#collector })
  }

  /** False once nothing more is wanted. */
  push(piece: string): boolean {
    this.#stream.push(piece)
    return this.#collector.failure === undefined
  }

  end(): Result<ElementReadings, Fault> {
    if (this.#collector.failure === undefined) this.#stream.end()
    const { failure, readings } = this.#collector
    if (failure !== undefined) return err(failure)
    return readings.elementSets.length > 0 || readings.sgp4XpSets.length > 0
      ? ok(readings)
      : err(noGoodSet(readings, this.#sourceName))
  }
}

// A piece's length bounds what a reader holds beside the text itself.
const PIECE_CHARACTERS = 65_536

/** The text of an element file as a whole; as `ElementFile`. */
export const readElementFile = (
  text: string,
  options: { readonly sourceName: string },
): Result<ElementReadings, Fault> => {
  const file = new ElementFile(options)
  for (let at = 0; at < text.length; at += PIECE_CHARACTERS) {
    if (!file.push(text.slice(at, at + PIECE_CHARACTERS))) break
  }
  return file.end()
}
