/** `npm run docs`: makes the parts of the README anew that are made from the code. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { withErrorTable } from './error-table.ts'

const readme = fileURLToPath(new URL('../README.md', import.meta.url))
const page = readFileSync(readme, 'utf8')
const renewed = withErrorTable(page)
if (renewed === page) {
  console.log('README.md is as the code says')
} else {
  writeFileSync(`${readme}.new`, renewed)
  renameSync(`${readme}.new`, readme)
  console.log('README.md: error table made anew')
}
