import { isNode, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { type Fault, fault, messageOf } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { hz } from '../kernel/units.ts'
import { CATALOG_NUMBER_MAX } from '../orbit/element-set.ts'
import {
  DOWNLINK_HZ_MAX,
  DOWNLINK_HZ_MIN,
  DRIFT_PARTS_PER_BILLION_MAX,
  type Transmitter,
} from './transmitters.ts'

/** What a station knows better than the public list: for one object, beside or in place of what is listed. */
export interface OwnTransmitters {
  readonly catalogNumber: number
  /** Whether the public list is not used for this object. */
  readonly replace: boolean
  readonly transmitters: readonly Transmitter[]
}

const frequency = z
  .number()
  .min(DOWNLINK_HZ_MIN, 'a frequency is given in Hz, from 1 MHz on')
  .max(DOWNLINK_HZ_MAX, 'a frequency is given in Hz, up to 100 GHz')
const words = z.string().max(200)

const fileSchema = z
  .array(
    z.strictObject({
      catalogNumber: z.int().min(1).max(CATALOG_NUMBER_MAX),
      replace: z.boolean().default(false),
      transmitters: z
        .array(
          z.strictObject({
            id: words.min(1).optional(),
            description: words.default(''),
            downlinkHz: frequency,
            downlinkHighHz: frequency.optional(),
            driftPartsPerBillion: z
              .number()
              .min(-DRIFT_PARTS_PER_BILLION_MAX)
              .max(DRIFT_PARTS_PER_BILLION_MAX)
              .default(0),
            mode: words.default(''),
            baud: z.number().positive().optional(),
            service: words.default(''),
            active: z.boolean().default(true),
          }),
        )
        .max(100),
    }),
  )
  .max(10_000)

type OwnEntry = z.infer<typeof fileSchema>[number]

const transmittersOf = ({ catalogNumber, transmitters }: OwnEntry): readonly Transmitter[] =>
  transmitters.map((own, index) => {
    const factor = 1 + own.driftPartsPerBillion / 1e9
    return {
      uuid: own.id ?? `own-${catalogNumber}-${index + 1}`,
      catalogNumber,
      description: own.description,
      downlink: hz(own.downlinkHz * factor),
      nominalDownlink: hz(own.downlinkHz),
      downlinkHigh: own.downlinkHighHz === undefined ? undefined : hz(own.downlinkHighHz * factor),
      driftPartsPerBillion: own.driftPartsPerBillion,
      mode: own.mode,
      baud: own.baud,
      service: own.service,
      active: own.active,
    }
  })

/**
 * Reads a station's own list of transmitters, YAML as in `config/own-transmitters.example.yaml`. It is small and
 * written by hand, so one mistake refuses it: fault `catalog.transmitters` with the line and the setting.
 */
export const readOwnTransmitters = (
  content: string,
  options: { readonly sourceName: string },
): Result<readonly OwnTransmitters[], Fault> => {
  const { sourceName } = options
  const refuse = (line: number, what: string): Result<never, Fault> =>
    err(fault('catalog.transmitters', `${sourceName}:${line}: ${what}`))
  const lines = new LineCounter()
  const lineAt = (offset: number): number => lines.linePos(offset).line
  let parsed: z.ZodSafeParseResult<OwnEntry[]>
  let document: ReturnType<typeof parseDocument>
  try {
    document = parseDocument(content, { lineCounter: lines, uniqueKeys: true, merge: false })
    const [problem] = document.errors
    if (problem !== undefined) {
      return refuse(lineAt(problem.pos[0]), problem.message.split('\n')[0] ?? 'it is not YAML')
    }
    // Aliases can make a small file expand to gigabytes.
    const value: unknown = document.toJS({ maxAliasCount: 100 })
    // A file of nothing but comments says nothing.
    parsed = fileSchema.safeParse(value ?? [])
  } catch (thrown) {
    // Some hundred thousand brackets: the parser's own stack ends.
    return refuse(1, `it cannot be read (${messageOf(thrown)})`)
  }
  if (parsed.success) {
    return ok(
      parsed.data.map((entry) => ({
        catalogNumber: entry.catalogNumber,
        replace: entry.replace,
        transmitters: transmittersOf(entry),
      })),
    )
  }
  const [issue] = parsed.error.issues
  const path = issue?.path ?? []
  const where = issue?.code === 'unrecognized_keys' ? [...path, issue.keys[0] ?? ''] : path
  const words = issue?.code === 'unrecognized_keys' ? 'there is no such setting' : issue?.message
  return refuse(lineOf(document, where, lineAt), `${where.map(String).join('.')}: ${words ?? 'it is wrong'}`)
}

/** The line of a setting, or of the nearest thing around it that is there. */
const lineOf = (
  document: ReturnType<typeof parseDocument>,
  path: readonly PropertyKey[],
  lineAt: (offset: number) => number,
): number => {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return lineAt(node.range[0])
  }
  return 1
}

/** The public list with the station's own in front, so that own ones are found first; one id is there once. */
export const mergeTransmitters = (
  listed: readonly Transmitter[],
  own: readonly OwnTransmitters[],
): readonly Transmitter[] => {
  const replaced = new Set(own.filter(({ replace }) => replace).map(({ catalogNumber }) => catalogNumber))
  const added = own.flatMap(({ transmitters }) => transmitters)
  const ids = new Set(added.map(({ uuid }) => uuid))
  return [
    ...added,
    ...listed.filter(({ catalogNumber, uuid }) => !replaced.has(catalogNumber) && !ids.has(uuid)),
  ]
}
