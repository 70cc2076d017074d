import { describe, expect, it } from 'vitest'
import { unwrap } from '../../src/kernel/result.ts'
import { driverNames, findDriver } from '../../src/rotator/registry.ts'

const messageFor = (name: string): string => {
  const outcome = findDriver(name)
  return outcome.ok ? 'found' : `${outcome.error.code}: ${outcome.error.message}`
}

describe('the registry of rotator drivers', () => {
  it('finds each driver by its name, however it is written', () => {
    for (const name of driverNames()) {
      expect(unwrap(findDriver(` ${name.toUpperCase()} `)).capabilities.name).toBe(name)
    }
  })

  it('names those that exist when asked for another', () => {
    const message = messageFor('lx200')
    expect(message).toMatch(/^config\.invalid: /)
    for (const name of driverNames()) expect(message).toContain(name)
    expect(message).not.toContain('did you mean')
  })

  it.each([
    ['gs232', 'did you mean gs232a or gs232b?'],
    ['gs-232b', 'did you mean gs232b?'],
    ['easycom2', 'did you mean easycomm2?'],
    ['easycomm', 'did you mean easycomm1 or easycomm2 or easycomm3?'],
    ['rotctl', 'did you mean rotctld?'],
    ['md-01', 'did you mean md01?'],
  ])('asks whether something near %s was meant', (name, hint) => {
    expect(messageFor(name)).toContain(hint)
  })
})
