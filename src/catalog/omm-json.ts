import type { ElementSink } from './element-readings.ts'
import { JsonObjectReader } from './json-objects.ts'
import { elementSetFromOmm } from './omm-record.ts'
import type { TextReader } from './text-reader.ts'

/**
 * Reads OMMs in JSON as CelesTrak (numbers) and Space-Track (everything as text) give them. Other keys are of no
 * concern; a null counts as left out.
 */
export class OmmJsonReader implements TextReader {
  readonly #objects: JsonObjectReader

  constructor(sink: ElementSink) {
    this.#objects = new JsonObjectReader(({ line, fields }) => {
      if (!fields.ok) {
        sink.skip({ line, field: 'object', reason: fields.error })
        return
      }
      const record = fields.value
      const set = elementSetFromOmm((name) => {
        const value = record[name]
        return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
      })
      if (set.ok) sink.add(set.value)
      else sink.skip({ line, ...set.error })
    })
  }

  readonly push = (piece: string): void => this.#objects.push(piece)
  readonly end = (): void => this.#objects.end()
}
