import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { unwrap } from '../../../src/kernel/result.ts'
import type { RotatorReply } from '../../../src/rotator/driver.ts'
import { rotctld } from '../../../src/rotator/protocols/rotctld.ts'
import { at, text } from './transcripts.ts'

const fixture: { readonly exchanges: readonly { readonly cmd: string; readonly reply: string }[] } =
  JSON.parse(readFileSync(new URL('../../fixtures/rotator/rotctld-replies.json', import.meta.url), 'utf8'))

const repliesTo = (command: string): readonly RotatorReply[] => {
  const exchange = fixture.exchanges.find(({ cmd }) => cmd === command)
  if (exchange === undefined) throw new Error(`no such exchange: ${command}`)
  return exchange.reply
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => rotctld.parse(line))
}

describe('the rotctld client', () => {
  it('writes the extended form', () => {
    expect(text(unwrap(rotctld.encodeMoveTo(at(200.5, 10.25))))).toBe('+\\set_pos 200.50 10.25\n')
    expect(text(unwrap(rotctld.encodeMoveTo(at(-10, 5))))).toBe('+\\set_pos -10.00 5.00\n')
    expect(text(rotctld.encodeStop())).toBe('+\\stop\n')
    expect(text(rotctld.introductions)).toBe('\\dump_state\n')
  })

  it("reads Hamlib's answer to a question", () => {
    expect(repliesTo('+p')).toEqual([
      { kind: 'comment' },
      { kind: 'position', azimuth: 4.2, elevation: undefined },
      { kind: 'position', azimuth: undefined, elevation: 4.2 },
      { kind: 'acknowledged' },
    ])
  })

  it("reads Hamlib's answers to a motion and a stop", () => {
    expect(repliesTo('+P 10 20')).toEqual([{ kind: 'comment' }, { kind: 'acknowledged' }])
    expect(repliesTo('+S')).toEqual([{ kind: 'comment' }, { kind: 'acknowledged' }])
  })

  it('says in words why rotctld refused', () => {
    expect(repliesTo('P 999 5')).toEqual([
      { kind: 'refused', reason: 'invalid parameter, mostly a position outside its limits (RPRT -1)' },
    ])
    expect(rotctld.parse('RPRT -5')).toEqual({
      kind: 'refused',
      reason: 'its controller did not answer in time (RPRT -5)',
    })
    expect(rotctld.parse('RPRT -99')).toMatchObject({ reason: 'an error without a name (RPRT -99)' })
  })

  it('reads the limits from the state', () => {
    const limits = repliesTo('\\dump_state').flatMap((reply) =>
      reply.kind === 'limits' ? [reply.limits] : [],
    )
    expect(Object.assign({}, ...limits)).toEqual({
      azimuthMinimum: -180,
      azimuthMaximum: 450,
      elevationMinimum: 0,
      elevationMaximum: 90,
    })
    expect(repliesTo('\\dump_state').at(-1)).toEqual({ kind: 'acknowledged' })
    expect(repliesTo('\\dump_state').some(({ kind }) => kind === 'unknown')).toBe(false)
  })

  it('takes no noise for a position', () => {
    for (const noise of ['Azimuth: nan', 'Azimuth: 1e9', 'Azimuth: ', 'azimuth 5', 'RPRT', '\0\xff']) {
      expect(['unknown', 'comment']).toContain(rotctld.parse(noise).kind)
    }
  })
})
