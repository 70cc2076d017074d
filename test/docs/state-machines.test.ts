import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { stateDiagrams } from '../../scripts/state-diagrams.ts'

describe('the state diagrams', () => {
  it('show what the step functions do', () => {
    const page = readFileSync(new URL('../../docs/state-machines.md', import.meta.url), 'utf8')
    expect(page).toBe(stateDiagrams())
  })
})
