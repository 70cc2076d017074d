import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Fault, fault, messageOf } from '../../kernel/errors.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import type { UtcMs } from '../../kernel/time.ts'
import type { Skipped } from '../element-readings.ts'
import { loadElementFile } from '../load-file.ts'
import type { CatalogStore } from '../store/catalog-store.ts'
import type { ImportSummary } from '../store/import-sets.ts'

/** What a file or folder of elements came to. */
export interface ImportedPath {
  readonly files: number
  /** All files together; undefined where none had changed. */
  readonly summary: ImportSummary | undefined
  readonly skippedCount: number
  readonly skipped: readonly (Skipped & { readonly file: string })[]
  /** Files of a folder that could not be used. */
  readonly troubles: readonly Fault[]
}

// A year of downloads, three a day. More is a folder of something else.
const FILES_MAX = 1_000
const SKIPPED_KEPT_MAX = 1_000

/** The files of a folder, by name, hidden ones left out; a file stands for itself. Error: `catalog.unreadable`. */
export const filesOf = async (path: string): Promise<Result<readonly string[], Fault>> => {
  try {
    if (!(await stat(path)).isDirectory()) return ok([path])
    const entries = await readdir(path, { withFileTypes: true })
    const files = entries
      .filter((entry) => (entry.isFile() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
      .map(({ name }) => join(path, name))
      .toSorted()
    if (files.length === 0) return err(fault('catalog.unreadable', `There is no file in ${path}`))
    return files.length > FILES_MAX
      ? err(fault('catalog.unreadable', `${path} has ${files.length} files, more than ${FILES_MAX}`))
      : ok(files)
  } catch (thrown) {
    return err(fault('catalog.unreadable', `The file ${path} cannot be read (${messageOf(thrown)})`))
  }
}

const fileHash = async (path: string): Promise<string> => {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path)) hash.update(piece)
  return hash.digest('hex')
}

const add = (one: ImportSummary | undefined, other: ImportSummary): ImportSummary =>
  one === undefined
    ? other
    : {
        sets: one.sets + other.sets,
        added: one.added + other.added,
        newObjects: one.newObjects + other.newObjects,
        known: one.known + other.known,
        flagged: [...one.flagged, ...other.flagged],
        flaggedCount: one.flaggedCount + other.flaggedCount,
      }

/**
 * Takes a file, or each file of a folder by name, into the store, one transaction a file. In a folder a bad file keeps
 * no other from being taken. Errors: the path, the store, or the one file that was asked for.
 */
export const importPath = async (
  store: CatalogStore,
  path: string,
  options: {
    readonly source: string
    readonly nowUtc: UtcMs
    /** Files that are as they were taken last are left alone. */
    readonly changedOnly?: boolean
    readonly onFile?: (file: string, summary: ImportSummary) => void
  },
): Promise<Result<ImportedPath, Fault>> => {
  const files = await filesOf(path)
  if (!files.ok) return files
  const alone = files.value[0] === path
  let summary: ImportSummary | undefined
  let skippedCount = 0
  const skipped: (Skipped & { readonly file: string })[] = []
  const troubles: Fault[] = []
  for (const file of files.value) {
    const taken = await importFile(store, file, options)
    if (!taken.ok) {
      if (alone || taken.error.code.startsWith('store.')) return taken
      troubles.push(taken.error)
      continue
    }
    if (taken.value === undefined) continue
    summary = add(summary, taken.value.summary)
    skippedCount += taken.value.skippedCount
    for (const complaint of taken.value.skipped) {
      if (skipped.length < SKIPPED_KEPT_MAX) skipped.push({ ...complaint, file })
    }
    options.onFile?.(file, taken.value.summary)
  }
  return ok({ files: files.value.length, summary, skippedCount, skipped, troubles })
}

interface ImportedFile {
  readonly summary: ImportSummary
  readonly skipped: readonly Skipped[]
  readonly skippedCount: number
}

const importFile = async (
  store: CatalogStore,
  file: string,
  options: { readonly source: string; readonly nowUtc: UtcMs; readonly changedOnly?: boolean },
): Promise<Result<ImportedFile | undefined, Fault>> => {
  const { source, nowUtc } = options
  let mark: string
  let bytes: number
  let sha256: string
  try {
    const status = await stat(file)
    // Before any reading: a pipe or a device would be waited for without end.
    if (!status.isFile()) return err(fault('catalog.unreadable', `${file} is no ordinary file`))
    mark = `${status.mtimeMs} ${status.size} ${status.ino}`
    bytes = status.size
    if (options.changedOnly === true && store.fileMark(resolve(file)) === mark) return ok(undefined)
    sha256 = await fileHash(file)
  } catch (thrown) {
    return err(fault('catalog.unreadable', `The file ${file} cannot be read (${messageOf(thrown)})`))
  }
  const readings = await loadElementFile(file)
  if (!readings.ok) return readings
  const { elementSets, sgp4XpSets, skipped, skippedCount } = readings.value
  const origin = { source, place: file, fetchedUtcMs: nowUtc, sha256, bytes, redistributable: true }
  const summary = store.import([...elementSets, ...sgp4XpSets], origin, nowUtc)
  if (!summary.ok) return summary
  store.setFileMark(resolve(file), mark)
  return ok({ summary: summary.value, skipped, skippedCount })
}
