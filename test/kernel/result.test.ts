import { describe, expect, expectTypeOf, it } from 'vitest'
import { fault } from '../../src/kernel/errors.ts'
import { err, invariant, ok, type Result, unreachable, unwrap } from '../../src/kernel/result.ts'

describe('a result', () => {
  it('is a value or a failure, told apart by ok', () => {
    const good: Result<number, string> = ok(1)
    const bad: Result<number, string> = err('because')
    expect(good).toEqual({ ok: true, value: 1 })
    expect(bad).toEqual({ ok: false, error: 'because' })
    const either = good as Result<number, string>
    if (either.ok) expectTypeOf(either.value).toEqualTypeOf<number>()
    else expectTypeOf(either.error).toEqualTypeOf<string>()
  })

  it('gives its value when unwrapped, or throws naming the failure', () => {
    expect(unwrap(ok('value'))).toBe('value')
    expect(() => unwrap(err(fault('link.closed', 'the line is gone')))).toThrow('the line is gone')
    expect(() => unwrap(err({ reason: 7 }))).toThrow('{"reason":7}')
  })
})

describe('our own mistakes', () => {
  it('throw', () => {
    expect(() => invariant(true, 'fine')).not.toThrow()
    for (const nothing of [false, undefined, null, 0, '']) {
      expect(() => invariant(nothing, 'must hold')).toThrow('internal mistake: must hold')
    }
    expect(() => unreachable('forgotten' as never)).toThrow('"forgotten"')
  })
})
