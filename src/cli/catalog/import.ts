import { basename } from 'node:path'
import { importPath } from '../../catalog/sources/import-path.ts'
import { CatalogStore } from '../../catalog/store/catalog-store.ts'
import { describeFault } from '../../kernel/errors.ts'
import { createRealClock } from '../../kernel/real-clock.ts'
import { endWith, goOnUnread, printFault, printLine, untilStopped } from '../output.ts'
import { learnAnew } from './learn.ts'
import { catalogPlace, type PlaceOptions } from './place.ts'
import { createProgress } from './progress.ts'
import { importLines } from './words.ts'

const EXIT_INTERRUPTED = 130
// The rest is for "azel catalog check".
const SKIPPED_TOLD_MAX = 5

export const runImport = async (paths: readonly string[], options: PlaceOptions): Promise<void> => {
  const place = catalogPlace(options)
  if (place === undefined) return
  const store = CatalogStore.open(place.storePath)
  if (!store.ok) return printFault(store.error)
  goOnUnread()
  const progress = createProgress()
  // Between two files; each file is taken whole or not at all.
  void untilStopped().then(() => {
    progress.clear()
    process.stderr.write('azel: stopped; each file was taken whole or not at all\n')
    endWith(EXIT_INTERRUPTED)
  })
  const json: unknown[] = []
  for (const path of paths) {
    progress.tell(`reading ${path}`)
    const taken = await importPath(store.value, path, {
      source: `file ${basename(path)}`,
      nowUtc: createRealClock().utcNow(),
      onFile: (file, { sets }) => progress.tell(`${file}: ${sets} sets`),
    })
    progress.clear()
    if (!taken.ok) {
      printFault(taken.error)
      continue
    }
    const { files, summary, skipped, skippedCount, troubles } = taken.value
    for (const trouble of troubles) printFault(trouble)
    if (summary === undefined) continue
    json.push({
      path,
      files,
      ...summary,
      skippedCount,
      skipped,
      troubles: troubles.map(describeFault),
    })
    if (options.json === true) continue
    const [head = '', ...rest] = importLines(summary, skippedCount)
    printLine(`${path}: ${head}`)
    for (const line of rest) printLine(line)
    for (const { file, line, field, reason } of skipped.slice(0, SKIPPED_TOLD_MAX)) {
      process.stderr.write(`${file}:${line}: ${field} ${reason}\n`)
    }
    const more = skippedCount - SKIPPED_TOLD_MAX
    if (more > 0) process.stderr.write(`and ${more} more complaints: azel catalog check FILE\n`)
  }
  store.value.close()
  learnAnew(place.storePath, { progress, isQuiet: options.json === true })
  if (options.json === true) printLine(JSON.stringify(json))
  endWith(process.exitCode === undefined ? 0 : Number(process.exitCode))
}
