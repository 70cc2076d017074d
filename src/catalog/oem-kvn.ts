import type { Ephemeris } from '../orbit/ephemeris.ts'
import type { OtherMessage, Skipped } from './element-readings.ts'
import { messageNameOf, parseKvnLine } from './keyword-value.ts'
import { LINE_CHARACTERS_MAX, LineSplitter } from './line-splitter.ts'
import { parseDecimal, quote } from './numbers.ts'
import { OemMessage } from './oem-message.ts'
import { COVARIANCE_KEYWORDS } from './omm-keywords.ts'
import type { TextReader } from './text-reader.ts'

/** Who takes what the reader of an ephemeris file finds. */
export interface EphemerisSink {
  readonly add: (ephemeris: Ephemeris) => void
  readonly skip: (complaint: Skipped) => void
  readonly other: (message: OtherMessage) => void
}

/** A covariance matrix that is being read, row by row. */
interface OpenMatrix {
  readonly line: number
  readonly epoch: string
  readonly numbers: string[]
  rows: number
}

const MATRIX_ROWS = 6

/**
 * Reads OEMs in KVN [CCSDS 502.0-B-3 5 and 7]: header, then metadata, states and covariances of each segment. Several
 * messages may follow each other; those of other kinds are named and passed over.
 */
export class OemKvnReader implements TextReader {
  readonly #sink: EphemerisSink
  readonly #lines: LineSplitter
  #message: OemMessage | undefined
  #place: 'begin' | 'header' | 'metadata' | 'states' | 'covariance' | 'other' = 'begin'
  #matrix: OpenMatrix | undefined

  constructor(sink: EphemerisSink) {
    this.#sink = sink
    this.#lines = new LineSplitter((text, line) => this.#takeLine(text, line))
  }

  readonly push = (piece: string): void => this.#lines.push(piece)

  readonly end = (): void => {
    this.#lines.end()
    this.#finish()
  }

  #takeLine(text: string | undefined, line: number): void {
    if (text === undefined) {
      this.#refuse(line, 'line', `is longer than ${LINE_CHARACTERS_MAX} characters`)
      return
    }
    const parsed = parseKvnLine(text)
    if (parsed.kind === 'nothing') {
      if (this.#place === 'begin' && text.trim() !== '') {
        this.#message = new OemMessage('3.0', line)
        this.#place = 'header'
        this.#refuse(line, 'COMMENT', 'stands before CCSDS_OEM_VERS, which has to be the first line')
      }
      return
    }
    const name = parsed.kind === 'keyword' ? messageNameOf(parsed.keyword) : undefined
    if (parsed.kind === 'keyword' && name !== undefined) this.#begin(name, parsed.value, line)
    else if (this.#place === 'other' || this.#message === undefined || this.#message.isRefused) return
    else if (parsed.kind === 'keyword') this.#takeKeyword(parsed.keyword, parsed.value, line, this.#message)
    else this.#takeBare(parsed.text, line, this.#message)
  }

  #begin(name: string, version: string, line: number): void {
    // A message that was refused before its version line is still the one that begins here.
    if (this.#message?.isRefused === true && this.#place === 'header') return
    this.#finish()
    this.#place = name === 'OEM' ? 'header' : 'other'
    if (name === 'OEM') this.#message = new OemMessage(version, line)
    else this.#sink.other({ line, name })
  }

  #takeKeyword(keyword: string, value: string, line: number, message: OemMessage): void {
    if (this.#place === 'header') message.header(keyword, line)
    else if (this.#place === 'metadata') message.metadata(keyword, value, line)
    else if (this.#place === 'covariance') this.#takeMatrixKeyword(keyword, value, line)
    else this.#refuse(line, quote(keyword).slice(1, -1), 'is a keyword among the states')
  }

  #takeBare(text: string, line: number, message: OemMessage): void {
    if (text === 'META_START' && (this.#place === 'header' || this.#place === 'states')) {
      message.beginSegment(line)
      this.#place = 'metadata'
    } else if (text === 'META_STOP' && this.#place === 'metadata') {
      message.endMetadata()
      this.#place = 'states'
    } else if (text === 'COVARIANCE_START' && this.#place === 'states') {
      this.#place = 'covariance'
    } else if (text === 'COVARIANCE_STOP' && this.#place === 'covariance') {
      this.#closeMatrix(message)
      this.#place = 'states'
    } else if (this.#place === 'states' && /^[\d+-]/.test(text)) {
      const [epoch = '', ...numbers] = text.split(/\s+/)
      message.state(epoch, numbers, line)
    } else if (this.#place === 'covariance' && /^[\d+.-]/.test(text)) {
      this.#takeMatrixRow(text.split(/\s+/), line)
    } else this.#refuse(line, 'line', `${quote(text)} cannot stand in the ${this.#place}`)
  }

  #takeMatrixKeyword(keyword: string, value: string, line: number): void {
    if (keyword === 'EPOCH') {
      if (this.#message !== undefined) this.#closeMatrix(this.#message)
      this.#matrix = { line, epoch: value, numbers: [], rows: 0 }
    } else if (keyword !== 'COV_REF_FRAME') {
      this.#refuse(line, quote(keyword).slice(1, -1), 'is no keyword of a covariance matrix')
    } else if (this.#matrix === undefined || this.#matrix.rows > 0) {
      this.#refuse(line, keyword, 'does not follow the EPOCH of its matrix')
    }
  }

  #takeMatrixRow(numbers: readonly string[], line: number): void {
    const matrix = this.#matrix
    if (matrix === undefined) {
      this.#refuse(line, 'EPOCH', 'of the covariance matrix is missing')
      return
    }
    matrix.rows += 1
    if (matrix.rows > MATRIX_ROWS) {
      this.#refuse(line, 'covariance', `matrix has more than ${MATRIX_ROWS} rows`)
    } else if (numbers.length !== matrix.rows) {
      const reason = `matrix has ${numbers.length} numbers in row ${matrix.rows}, where its lower triangle has ${matrix.rows}`
      this.#refuse(line, 'covariance', reason)
    }
    for (const text of numbers) {
      const value = parseDecimal(text)
      if (!value.ok)
        this.#refuse(line, COVARIANCE_KEYWORDS[matrix.numbers.length] ?? 'covariance', value.error)
      matrix.numbers.push(text)
    }
  }

  #closeMatrix(message: OemMessage): void {
    const matrix = this.#matrix
    this.#matrix = undefined
    if (matrix !== undefined) message.covariance(matrix.epoch, matrix.numbers, matrix.line)
  }

  #refuse(line: number, field: string, reason: string): void {
    this.#message?.refuse({ line, field, reason })
  }

  #finish(): void {
    const message = this.#message
    this.#message = undefined
    if (message === undefined) return
    if (this.#place === 'covariance') {
      message.refuse({
        line: this.#matrix?.line ?? 1,
        field: 'COVARIANCE_STOP',
        reason: 'is missing: the file breaks off in a covariance matrix',
      })
    }
    this.#matrix = undefined
    const ephemeris = message.finish()
    if (ephemeris.ok) this.#sink.add(ephemeris.value)
    else this.#sink.skip(ephemeris.error)
  }
}
