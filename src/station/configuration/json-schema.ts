import { z } from 'zod'
import { configurationSchema } from './schema.ts'

/** The text of `config/azel.schema.json`, which editors read; a test keeps the file equal to this. */
export const configurationJsonSchema = (): string => {
  const schema = z.toJSONSchema(configurationSchema, { io: 'input', target: 'draft-7' })
  return `${JSON.stringify({ ...schema, title: 'Azel station configuration' }, null, 2)}\n`
}
