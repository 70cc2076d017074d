import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * For a run of the tests: a folder in which each process that it starts finds what an earlier one has compiled. Some two
 * hundred processes load the same files; this halves what that costs. It goes with the run.
 */
export const setup = (): void => {
  const folder = mkdtempSync(join(tmpdir(), 'azel-compiled-'))
  process.env['NODE_COMPILE_CACHE'] = folder
  // Not when the tests are done: the workers write into it when they end, which is later.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
}
