import { describe, expect, it } from 'vitest'
import { deg } from '../../src/kernel/units.ts'
import { answers, feed, motions, start, viewAt } from './firmware-bench.ts'

const stop = { kind: 'stop', axis: 'azimuth' }
const moveTo = (target: number) => ({ kind: 'move-to', axis: 'azimuth', target })

describe('the RT-21', () => {
  // What rotctl of Hamlib 4.5.4 was recorded to write for model 405.
  it.each([
    ['AP1123.4\r;', [moveTo(123.4)]],
    ['AP1000.0\r;', [moveTo(0)]],
    [';', [stop]],
  ])('does what %j asks', (written, effects) => {
    expect(motions(feed(start('rt21'), written, viewAt(10, 0)))).toEqual(effects)
  })

  it('goes where AP1 says when AM1 comes, and not before', () => {
    const firmware = start('rt21')
    expect(motions(feed(firmware, 'AP1090;', viewAt(10, 0)))).toEqual([])
    expect(motions(feed(firmware, 'AM1;', viewAt(10, 0)))).toEqual([moveTo(90)])
  })

  it.each([
    [10, ' 10.0;'],
    [5.25, '  5.3;'],
    [123.44, '123.4;'],
    [370, ' 10.0;'],
    [-30, '330.0;'],
  ])('answers the bearing at %d as %j', (azimuth, answer) => {
    expect(answers(feed(start('rt21'), 'BI1;', viewAt(azimuth, 0))).toString('latin1')).toBe(answer)
  })

  it('takes the nearer way in the overlap', () => {
    const wide = viewAt(400, 0, { azimuthRange: { min: deg(0), max: deg(450) } })
    expect(motions(feed(start('rt21'), 'AP1010.0\r;', wide))).toEqual([moveTo(370)])
  })

  it('ignores what it does not know', () => {
    for (const noise of ['AP1999.9\r', 'AP112\r', 'XX;', `${'y'.repeat(500)};`, '\r', '\n']) {
      expect(feed(start('rt21'), noise, viewAt(10, 0))).toEqual([])
    }
  })
})
