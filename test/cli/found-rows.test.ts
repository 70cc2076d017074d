import { expect, test } from 'vitest'
import { FoundRows } from '../../src/cli/passes/found-rows.ts'
import { ROW, ROW_HEAD } from '../../src/orbit/bulk/pass-rows.ts'
import { ISS } from '../orbit/fixtures.ts'

test('rows are kept when the array that they came in is filled anew', () => {
  const found = new FoundRows()
  const chunk = new Float64Array(ROW_HEAD)
  for (const aosUtcMs of [2_000, 1_000]) {
    chunk[ROW.length] = ROW_HEAD
    chunk[ROW.aosUtcMs] = aosUtcMs
    found.take(chunk, ROW_HEAD, () => ISS)
  }
  found.sort()
  expect([...found.passes(undefined)].map(({ aosUtcMs }) => aosUtcMs)).toEqual([1_000, 2_000])
})
