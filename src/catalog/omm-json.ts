import type { ElementCollector } from './element-readings.ts'
import { jsonObjects } from './json-objects.ts'
import { elementSetFromOmm } from './omm-record.ts'

/**
 * Reads OMMs in JSON as CelesTrak (numbers) and Space-Track (everything as text) give them. Other keys are of no
 * concern; a null counts as left out.
 */
export const readOmmJson = (text: string, collector: ElementCollector): void => {
  for (const { line, fields } of jsonObjects(text)) {
    if (!fields.ok) {
      collector.skip({ line, field: 'object', reason: fields.error })
      continue
    }
    const record = fields.value
    const set = elementSetFromOmm((name) => {
      const value = record[name]
      return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
    })
    if (set.ok) collector.add(set.value)
    else collector.skip({ line, ...set.error })
  }
}
