import { readFileSync } from 'node:fs'

/** The version of the package, found beside the source in a checkout and beside `dist/` in an installed package. */
export const programVersion = (): string => {
  for (const path of ['../../package.json', '../../../package.json']) {
    try {
      const content: unknown = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'))
      if (content !== null && typeof content === 'object' && 'name' in content && content.name === 'azel') {
        return 'version' in content ? String(content.version) : 'unknown'
      }
    } catch {
      // Not this level; the other one has it.
    }
  }
  return 'unknown'
}
