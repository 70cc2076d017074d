import { writeFileSync } from 'node:fs'
import { fixture } from '../orbit/fixtures.ts'

/** Writes the elements of the reference passes as an OMM file. */
export const writeReferenceElements = (path: string): void => {
  const { omm } = JSON.parse(fixture('orbit/passes.json')) as { readonly omm: readonly unknown[] }
  writeFileSync(path, JSON.stringify(omm))
}
