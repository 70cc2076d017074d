import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { type Fault, fault, messageOf } from '../../kernel/errors.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { deg } from '../../kernel/units.ts'
import type { PointingModel } from '../../pointing/pointing-model.ts'

// Some years of a few scans a week; the oldest go.
export const SCANS_MAX = 500
// A calibration holds some hundred scans at most.
const FILE_BYTES_MAX = 4 * 1024 * 1024

const estimateSchema = z.object({ value: z.number(), sigma: z.number().positive() })

/** One scan, as it is kept. Offsets are axes minus sky, without any correction in them. */
const scanSchema = z.object({
  atUtc: z.string(),
  source: z.string().max(64),
  frequencyHz: z.number(),
  provenance: z.enum(['real', 'simulated']),
  sky: z.object({ azimuthDeg: z.number(), elevationDeg: z.number() }),
  crossElevationDeg: estimateSchema,
  elevationDeg: estimateSchema,
  correlation: z.number().gt(-1).lt(1),
  beamWidthDeg: estimateSchema,
  playDeg: z.object({ crossElevation: estimateSchema, elevation: estimateSchema }).optional(),
  /** The source over what is heard beside it; absent for a carrier, beside which nothing is. */
  contrast: z.number().optional(),
  scatter: z.number(),
  samples: z.int(),
})
export type KeptScan = z.infer<typeof scanSchema>

const termSchema = z.enum(['azimuthOffset', 'elevationOffset', 'tiltNorth', 'tiltEast', 'sag'])

// More is no misalignment, but a mistake in a file that moves a mast.
const TERM_DEG_MAX = 200
const term = z.number().min(-TERM_DEG_MAX).max(TERM_DEG_MAX)

const pointingSchema = z.object({
  version: z.literal(1),
  kind: z.literal('pointing'),
  atUtc: z.string(),
  station: z.string(),
  provenance: z.enum(['real', 'simulated']),
  /** How it was found, in words. */
  method: z.string().max(500),
  modelDeg: z.object({
    azimuthOffset: term,
    elevationOffset: z.number().min(-90).max(90),
    tiltNorth: z.number().min(-30).max(30),
    tiltEast: z.number().min(-30).max(30),
    sag: z.number().min(-30).max(30),
  }),
  fitted: z.array(termSchema),
  sigmaDeg: z.partialRecord(termSchema, z.number()),
  /** Of the fitted terms, in their order, deg². */
  covariance: z.array(z.array(z.number())),
  leftOut: z.array(z.object({ term: termSchema, reason: z.string() })),
  scatter: z.number(),
  scans: z.array(
    z.object({
      scan: scanSchema,
      residualDeg: z.object({ crossElevation: z.number(), elevation: z.number() }),
    }),
  ),
})
/** A pointing calibration, as it is kept and as it is in use. */
export type PointingCalibration = z.infer<typeof pointingSchema>

/** The correction of a calibration. */
export const modelOf = ({ modelDeg }: PointingCalibration): PointingModel => ({
  azimuthOffset: deg(modelDeg.azimuthOffset),
  elevationOffset: deg(modelDeg.elevationOffset),
  tiltNorth: deg(modelDeg.tiltNorth),
  tiltEast: deg(modelDeg.tiltEast),
  sag: deg(modelDeg.sag),
})

const folderOf = (dataFolder: string): string => join(dataFolder, 'calibration')
const scansPath = (dataFolder: string): string => join(folderOf(dataFolder), 'scans.json')
/** Where the correction in use is, in the data folder. */
export const appliedPath = (dataFolder: string): string => join(dataFolder, 'pointing-model.json')

const fileName = (kind: string, atUtc: string): string => `${kind}-${atUtc.replace(/[:.]/g, '').slice(0, 17)}`

const readJson = <Value>(path: string, schema: z.ZodType<Value>): Result<Value | undefined, Fault> => {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return ok(undefined)
    return err(fault('calibration.file', `${path} cannot be read: ${messageOf(thrown)}`))
  }
  if (text.length > FILE_BYTES_MAX) {
    return err(fault('calibration.file', `${path} is too long for a calibration`))
  }
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (thrown) {
    return err(fault('calibration.file', `${path} is no JSON: ${messageOf(thrown)}`))
  }
  const parsed = schema.safeParse(content)
  if (parsed.success) return ok(parsed.data)
  const [issue] = parsed.error.issues
  const where = issue === undefined || issue.path.length === 0 ? '' : `, ${issue.path.join('.')}`
  return err(
    fault('calibration.file', `${path} is no calibration${where}: ${issue?.message ?? 'not understood'}`),
  )
}

const writeJson = async (path: string, content: unknown): Promise<Result<void, Fault>> => {
  const temporary = `${path}.${process.pid}.new`
  try {
    await using file = await open(temporary, 'w', 0o644)
    await file.writeFile(`${JSON.stringify(content, null, 2)}\n`)
    await file.sync()
    await rename(temporary, path)
    return ok(undefined)
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => undefined)
    return err(fault('store.write', `${path} cannot be written: ${messageOf(thrown)}`))
  }
}

const makeFolder = (dataFolder: string): Result<void, Fault> => {
  try {
    mkdirSync(folderOf(dataFolder), { recursive: true })
    return ok(undefined)
  } catch (thrown) {
    return err(fault('store.write', `${folderOf(dataFolder)} cannot be made: ${messageOf(thrown)}`))
  }
}

const scansSchema = z.object({ version: z.literal(1), scans: z.array(scanSchema).max(SCANS_MAX) })

/** The scans so far, oldest first; none where there is no file. Fault `calibration.file`. */
export const readScans = (dataFolder: string): Result<readonly KeptScan[], Fault> => {
  const read = readJson(scansPath(dataFolder), scansSchema)
  return read.ok ? ok(read.value?.scans ?? []) : read
}

/** Keeps one scan more. */
export const keepScan = async (dataFolder: string, scan: KeptScan): Promise<Result<void, Fault>> => {
  const made = makeFolder(dataFolder)
  if (!made.ok) return made
  const before = readScans(dataFolder)
  if (!before.ok) return before
  return writeJson(scansPath(dataFolder), { version: 1, scans: [...before.value, scan].slice(-SCANS_MAX) })
}

/** Keeps a result of a procedure beside its drawing; gives the path. `kind`: what it is, for its name. */
export const keepResult = async (
  dataFolder: string,
  result: Readonly<Record<string, unknown>> & { readonly kind: string; readonly atUtc: string },
  svg?: string,
): Promise<Result<string, Fault>> => {
  const made = makeFolder(dataFolder)
  if (!made.ok) return made
  const path = join(folderOf(dataFolder), fileName(result.kind, result.atUtc))
  const written = await writeJson(`${path}.json`, result)
  if (!written.ok) return written
  if (svg !== undefined) {
    try {
      writeFileSync(`${path}.svg.new`, svg)
      renameSync(`${path}.svg.new`, `${path}.svg`)
    } catch (thrown) {
      return err(fault('store.write', `${path}.svg cannot be written: ${messageOf(thrown)}`))
    }
  }
  return ok(`${path}.json`)
}

/** The correction in use, undefined where there is none. Fault `calibration.file`: it cannot be trusted. */
export const readApplied = (dataFolder: string): Result<PointingCalibration | undefined, Fault> =>
  readJson(appliedPath(dataFolder), pointingSchema)

/** Takes a calibration into use: the one before is kept beside the others, whole, then replaced at once. Gives its path. */
export const applyCalibration = async (
  dataFolder: string,
  calibration: PointingCalibration,
): Promise<Result<{ readonly kept: string | undefined }, Fault>> => {
  const made = makeFolder(dataFolder)
  if (!made.ok) return made
  const path = appliedPath(dataFolder)
  let kept: string | undefined
  try {
    const before = readFileSync(path)
    kept = join(folderOf(dataFolder), `${fileName('in-use-until', calibration.atUtc)}.json`)
    writeFileSync(kept, before)
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT')) {
      return err(fault('store.write', `The calibration in use cannot be kept: ${messageOf(thrown)}`))
    }
  }
  const written = await writeJson(path, calibration)
  return written.ok ? ok({ kept }) : written
}
