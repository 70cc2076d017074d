import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nearName } from '../../src/kernel/near-name.ts'

const KEYS = ['latitudeDeg', 'longitudeDeg', 'heightM', 'name', 'id', 'keyFile']

describe('the name that was probably meant', () => {
  it.each([
    ['heigthM', 'heightM'],
    ['latitude', 'latitudeDeg'],
    ['longitudedeg', 'longitudeDeg'],
    ['keyfile', 'keyFile'],
    ['nmae', 'name'],
    ['idd', 'id'],
  ])('for %s is %s', (given, meant) => {
    expect(nearName(given, KEYS)).toBe(meant)
  })

  it.each(['', 'frequency', 'xyz', 'la'])('for %j is none', (given) => {
    expect(nearName(given, KEYS)).toBeUndefined()
  })

  it('finds a word through any one slip, and needs no time for very long ones', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('latitudeDeg', 'keyFile', 'heightM'),
        fc.nat(5),
        fc.constantFrom('drop', 'swap', 'double'),
        (word, at, slip) => {
          const letters = [...word]
          if (slip === 'drop') letters.splice(at, 1)
          else if (slip === 'swap') letters.splice(at, 2, letters[at + 1] ?? '', letters[at] ?? '')
          else letters.splice(at, 0, letters[at] ?? '')
          expect(nearName(letters.join(''), KEYS)).toBe(word)
        },
      ),
    )
    expect(nearName('x'.repeat(1_000_000), ['y'.repeat(1_000_000)])).toBeUndefined()
  })
})
