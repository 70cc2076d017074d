import { err, ok, type Result } from '../../kernel/result.ts'
import { CONFIGURATION_VERSION } from './schema.ts'

/** Turns the content of one version into that of the next. Pure: the file is backed up before it is written. */
export type Migration = (content: Readonly<Record<string, unknown>>) => Record<string, unknown>

/** `MIGRATIONS.get(n)` goes from version n to n + 1. Version 1 is the first, so there is none yet. */
export const MIGRATIONS: ReadonlyMap<number, Migration> = new Map()

/** Brings a content to the version of this program. */
export const migrate = (
  content: Readonly<Record<string, unknown>>,
  migrations: ReadonlyMap<number, Migration> = MIGRATIONS,
  target: number = CONFIGURATION_VERSION,
): Result<{ readonly content: Readonly<Record<string, unknown>>; readonly from: number }, string> => {
  const from = content['version']
  if (typeof from !== 'number' || !Number.isInteger(from) || from < 1) {
    return err(`write "version: ${target}" at the top`)
  }
  if (from > target) return err(`this is version ${from}; this program knows versions up to ${target}`)
  let current = content
  for (let version = from; version < target; version += 1) {
    const step = migrations.get(version)
    if (step === undefined) return err(`there is no way from version ${version} to ${version + 1}`)
    current = { ...step(current), version: version + 1 }
  }
  return ok({ content: current, from })
}
