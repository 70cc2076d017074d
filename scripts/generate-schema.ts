import { writeFileSync } from 'node:fs'
import { configurationJsonSchema } from '../src/station/configuration/json-schema.ts'

writeFileSync(new URL('../config/azel.schema.json', import.meta.url), configurationJsonSchema())
