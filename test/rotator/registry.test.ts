import { describe, expect, it } from 'vitest'
import { unwrap } from '../../src/kernel/result.ts'
import { driverNames, findDriver } from '../../src/rotator/registry.ts'

describe('the registry of rotator drivers', () => {
  it('finds each driver by its name, however it is written', () => {
    for (const name of driverNames()) {
      expect(unwrap(findDriver(` ${name.toUpperCase()} `)).capabilities.name).toBe(name)
    }
  })

  it('names those that exist when asked for another', () => {
    const outcome = findDriver('gs-9000')
    expect(outcome).toMatchObject({ ok: false, error: { code: 'config.invalid' } })
    expect(!outcome.ok && outcome.error.message).toContain('gs232b')
  })
})
