import { describe, expect, it } from 'vitest'
import { describeFault, ERROR_CATALOGUE, fault, messageOf, severityOf } from '../../src/kernel/errors.ts'

const entries = Object.entries(ERROR_CATALOGUE)

// One line of a wide terminal.
const HELP_CHARACTERS_MAX = 120

describe('the error catalogue', () => {
  it.each(entries)('%s has a code of the form part.what-is-wrong', (code) => {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z0-9]+)*$/)
  })

  it.each(entries)('%s helps in one short, plain sentence', (_code, { help }) => {
    expect(help).toMatch(/^[A-Z].*[^.]\.$/)
    expect(help).not.toMatch(/[\n|<>]|\s{2}|\.\s+[A-Z]/)
    expect(help.length).toBeLessThanOrEqual(HELP_CHARACTERS_MAX)
  })

  it.each(entries)('%s says how bad it is and whether Azel tries again', (_code, { severity, retry }) => {
    expect(['notice', 'warning', 'error', 'critical']).toContain(severity)
    expect(typeof retry).toBe('boolean')
  })

  it('gives no two codes the same help, which would make one of them superfluous', () => {
    const helps = entries.map(([, { help }]) => help)
    expect(helps.filter((help, index) => helps.indexOf(help) !== index)).toEqual([])
  })
})

describe('a fault', () => {
  it('is told on one line: what happened, what to do, the code to look up', () => {
    const failure = fault('serial.busy', 'the port /dev/ttyUSB0 is in use')
    expect(describeFault(failure)).toBe(
      'the port /dev/ttyUSB0 is in use. Stop the other program that uses the port; only one can. [serial.busy]',
    )
    expect(severityOf(failure)).toBe('error')
  })
})

const nameless = (): Error => {
  const error = new RangeError('to be taken away')
  error.message = ''
  return error
}

/** What node:net throws for a host with two addresses: its own message is empty. */
const refusedTwice = (): Error => {
  const error = new AggregateError(
    [new Error('connect ECONNREFUSED ::1:1883'), new Error('connect ECONNREFUSED 127.0.0.1:1883')],
    'to be taken away',
  )
  error.message = ''
  return error
}

describe('messageOf', () => {
  it.each([
    ['an error', new Error('no such file'), 'no such file'],
    ['an error of several lines', new Error('first\n   second\tthird '), 'first second third'],
    ['an error without a message', nameless(), 'RangeError'],
    ['a text', 'plain text', 'plain text'],
    ['nothing', undefined, 'undefined'],
    ['a symbol', Symbol('odd'), 'Symbol(odd)'],
    ['an object that cannot be written', Object.create(null), 'something was thrown that is no error'],
    [
      'a connection refused on each address',
      refusedTwice(),
      'connect ECONNREFUSED ::1:1883; connect ECONNREFUSED 127.0.0.1:1883',
    ],
  ])('makes one line of %s', (_name, thrown, expected) => {
    expect(messageOf(thrown)).toBe(expected)
  })

  it('cuts a dump short', () => {
    expect(messageOf(new Error('x'.repeat(100_000))).length).toBeLessThanOrEqual(500)
  })
})
