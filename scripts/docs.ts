/** `npm run docs`: makes anew what in the documentation is made from the code. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { withErrorTable } from './error-table.ts'
import { stateDiagrams } from './state-diagrams.ts'

const write = (path: string, content: string): void => {
  writeFileSync(`${path}.new`, content)
  renameSync(`${path}.new`, path)
}

const readme = fileURLToPath(new URL('../README.md', import.meta.url))
const page = readFileSync(readme, 'utf8')
const renewed = withErrorTable(page)
if (renewed === page) {
  console.log('README.md is as the code says')
} else {
  write(readme, renewed)
  console.log('README.md: error table made anew')
}
write(fileURLToPath(new URL('../docs/state-machines.md', import.meta.url)), stateDiagrams())
