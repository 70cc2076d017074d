import { z } from 'zod'
import type { CelestrakQuery } from '../../catalog/sources/source.ts'

const path = z.string().min(1).max(4096)
const server = z
  .string()
  .regex(/^https?:\/\/[^\s@]+$/, 'write it as https://HOST, without user and password')
  .optional()
  .describe('A cache of your own organisation in the place of the public server; https.')

/** Where element sets come from: one entry of `catalog.sources`. */
export const sourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('file').describe('A file that somebody else keeps fresh.'), path }),
  z.strictObject({ kind: z.literal('directory').describe('All files of a folder.'), path }),
  z.strictObject({
    kind: z.literal('celestrak').describe('One query of CelesTrak, at most every two hours.'),
    group: z
      .string()
      .regex(/^[A-Za-z0-9-]{1,64}$/, 'give the name of a group, for instance active')
      .optional(),
    catalogNumber: z.int().min(1).max(999_999_999).optional(),
    name: z.string().min(2).max(64).optional().describe('Objects whose name holds this.'),
    designator: z
      .string()
      .regex(/^\d{4}-\d{3}$/, 'write it as 1998-067')
      .optional()
      .describe('The international designator of a launch.'),
    special: z
      .string()
      .regex(/^[A-Za-z-]{1,32}$/, 'give the name of a special set, for instance GPZ')
      .optional(),
    server,
  }),
  z.strictObject({
    kind: z.literal('space-track').describe('Space-Track, at most once an hour; not to be passed on.'),
    credentialsFile: path.describe('Name in the first line, password in the second; mode 0600.'),
    catalogNumbers: z
      .array(z.int().min(1).max(999_999_999))
      .min(1)
      .max(500)
      .optional()
      .describe('Only these objects; absent: all that flies.'),
    server,
  }),
])

type SourceSettings = z.infer<typeof sourceSchema>

/** The queries that a CelesTrak source gives; one is right. */
export const queriesOf = (settings: SourceSettings): readonly CelestrakQuery[] => {
  if (settings.kind !== 'celestrak') return []
  const { group, catalogNumber, name, designator, special } = settings
  return [
    ...(group === undefined ? [] : [{ group }]),
    ...(catalogNumber === undefined ? [] : [{ catalogNumber }]),
    ...(name === undefined ? [] : [{ name }]),
    ...(designator === undefined ? [] : [{ designator }]),
    ...(special === undefined ? [] : [{ special }]),
  ]
}
