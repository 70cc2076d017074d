import { expect, it } from 'vitest'
import { chooseObject } from '../../../src/cli/sky/choose.ts'

// As CelesTrak's group of everything names them.
const OBJECTS = [
  { name: 'SWISSCUBE', catalogNumber: 35_932 },
  { name: 'ISS OBJECT YN', catalogNumber: 66_908 },
  { name: 'MISSION (ISS)', catalogNumber: 5 },
  { name: 'ISS (ZARYA)', catalogNumber: 25_544 },
  { name: 'ISS (NAUKA)', catalogNumber: 49_044 },
  { name: 'ISS DEB', catalogNumber: undefined },
].map((object) => ({ objectId: '', ...object }))

const refusalFor = (text: string): string => {
  const chosen = chooseObject(OBJECTS, text, 'here')
  return chosen.ok ? chosen.value.name : chosen.error.message
}

it('means the station, and nothing that was thrown off it, by a first word with a mistake in it', () => {
  for (const text of ['isss', 'ISX'])
    expect(refusalFor(text)).toBe(`There is no "${text}" here; the nearest name is "ISS (ZARYA)"`)
  expect(refusalFor('nauca')).toContain('"ISS (NAUKA)"')
})
