import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { decodeAlpha5, encodeAlpha5, parseCatalogNumber, parseDecimal } from '../../src/catalog/numbers.ts'
import { unwrap } from '../../src/kernel/result.ts'

interface Vectors {
  readonly official: readonly (readonly [number, string])[]
  readonly skip_boundaries: readonly (readonly [number, string])[]
  readonly below: readonly (readonly [number, string])[]
  readonly decode_invalid: readonly string[]
  readonly encode_unrepresentable: readonly number[]
  readonly omm_catid_valid: readonly string[]
  readonly omm_catid_invalid: readonly string[]
}
const vectors = JSON.parse(
  readFileSync(new URL('../fixtures/catalog/alpha5_vectors.json', import.meta.url), 'utf8'),
) as Vectors

describe('Alpha-5, by the published vectors', () => {
  test.each([...vectors.official, ...vectors.skip_boundaries, ...vectors.below])(
    '%d is %s',
    (number, text) => {
      expect(unwrap(decodeAlpha5(text))).toBe(number)
      expect(unwrap(encodeAlpha5(number))).toBe(text)
    },
  )
  test.each(vectors.decode_invalid)('%s is refused', (text) => {
    expect(decodeAlpha5(text).ok).toBe(false)
  })
  test.each(vectors.encode_unrepresentable)('%d does not fit', (number) => {
    expect(encodeAlpha5(number).ok).toBe(false)
  })
})

describe('catalogue numbers of an OMM', () => {
  test.each(vectors.omm_catid_valid)('%s is read', (text) => {
    expect(unwrap(parseCatalogNumber(text))).toBe(Number(text))
  })
  test.each(vectors.omm_catid_invalid)('"%s" is refused', (text) => {
    expect(parseCatalogNumber(text).ok).toBe(false)
  })
})

test.each([
  ['.00076683', 0.00076683],
  ['-.5E-7', -0.5e-7],
  ['+12.', 12],
  [' 0 ', 0],
])('%s is a number', (text, value) => {
  expect(unwrap(parseDecimal(text))).toBe(value)
})

test.each(['', '.', '1,5', 'NaN', 'Infinity', '0x10', '1e', '1e999', '12 3'])('"%s" is none', (text) => {
  expect(parseDecimal(text).ok).toBe(false)
})
