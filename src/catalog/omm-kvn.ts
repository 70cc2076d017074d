import { fault } from '../kernel/errors.ts'
import type { ElementSink } from './element-readings.ts'
import { messageNameOf, parseKvnLine, splitUnit } from './keyword-value.ts'
import { LINE_CHARACTERS_MAX, LineSplitter } from './line-splitter.ts'
import { quote } from './numbers.ts'
import { OMM_KEYWORDS } from './omm-keywords.ts'
import { OmmMessage } from './omm-message.ts'
import type { TextReader } from './text-reader.ts'

/**
 * Reads OMMs in KVN [CCSDS 502.0-B-3 7], one after the other as CelesTrak gives them: each begins with its
 * CCSDS_OMM_VERS. Messages of other kinds among them are named and passed over.
 */
export class OmmKvnReader implements TextReader {
  readonly #sourceName: string
  readonly #sink: ElementSink
  readonly #lines: LineSplitter
  #message: OmmMessage | 'other' | undefined

  constructor(sourceName: string, sink: ElementSink) {
    this.#sourceName = sourceName
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
    if (parsed.kind === 'bare')
      this.#refuse(line, 'line', `${quote(parsed.text)} is no keyword with its value`)
    if (parsed.kind !== 'keyword') return
    const { keyword, value } = parsed
    const messageName = messageNameOf(keyword)
    if (messageName !== undefined) this.#begin(messageName, value, line)
    else if (this.#message === undefined) {
      this.#sink.fail(
        fault(
          'catalog.format',
          `${this.#sourceName} does not begin with the version of its message, line ${line}`,
        ),
      )
    } else if (this.#message !== 'other') {
      const isNumber = OMM_KEYWORDS.get(keyword)?.isNumber === true
      const number = isNumber ? splitUnit(value) : { value, unit: undefined }
      this.#message.put({ name: keyword, line, ...number })
    }
  }

  #begin(name: string, version: string, line: number): void {
    this.#finish()
    if (name === 'OMM') this.#message = new OmmMessage(version, line)
    else {
      this.#message = 'other'
      this.#sink.other({ line, name })
    }
  }

  #refuse(line: number, field: string, reason: string): void {
    if (this.#message instanceof OmmMessage) this.#message.refuse({ line, field, reason })
  }

  #finish(): void {
    if (!(this.#message instanceof OmmMessage)) return
    const set = this.#message.finish()
    this.#message = undefined
    if (set.ok) this.#sink.add(set.value)
    else this.#sink.skip(set.error)
  }
}
