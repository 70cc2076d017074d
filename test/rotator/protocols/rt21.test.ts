import { describe, expect, it } from 'vitest'
import { unwrap } from '../../../src/kernel/result.ts'
import { rt21 } from '../../../src/rotator/protocols/rt21.ts'
import { at, oursFor, text, transcriptsOf } from './transcripts.ts'

describe('the rt21 driver', () => {
  it.each(transcriptsOf(405))("writes the bytes of Hamlib's rotctl for $command", ({ command, frames }) => {
    expect(frames).toContainEqual(oursFor(rt21, command)[0])
  })

  it('tells the bearing, whatever turn is meant', () => {
    expect(text(unwrap(rt21.encodeMoveTo(at(-10, 0))))).toBe('AP1350.0\r;')
    expect(text(unwrap(rt21.encodeMoveTo(at(370.5, 0))))).toBe('AP1010.5\r;')
  })

  it.each([
    ['123.4', 123.4],
    // A blank fills up short numbers.
    [' 45.2', 45.2],
    ['  0.0', 0],
    ['360.0', 360],
  ])('reads the bearing %j', (frame, azimuth) => {
    expect(rt21.parse(frame)).toEqual({ kind: 'position', azimuth, elevation: undefined })
  })

  it('takes no noise for a position', () => {
    for (const noise of ['', '123', '1234.5', '360.1', '-1.0', '12.34', 'C2000 IDIOM V1.4S ', '\xff1.0']) {
      expect(rt21.parse(noise)).toEqual({ kind: 'unknown' })
    }
    expect(rt21.parse('BI1')).toEqual({ kind: 'comment' })
  })
})
