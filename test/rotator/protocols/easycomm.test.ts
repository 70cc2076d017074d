import { describe, expect, it } from 'vitest'
import { unwrap } from '../../../src/kernel/result.ts'
import { easycomm1 } from '../../../src/rotator/protocols/easycomm1.ts'
import { easycomm2 } from '../../../src/rotator/protocols/easycomm2.ts'
import { easycomm3 } from '../../../src/rotator/protocols/easycomm3.ts'
import { at, oursFor, text, transcriptsOf } from './transcripts.ts'

describe.each([
  { driver: easycomm1, model: 201 },
  { driver: easycomm2, model: 202 },
  { driver: easycomm3, model: 204 },
])('the $driver.capabilities.name driver', ({ driver, model }) => {
  it.each(transcriptsOf(model))("writes the bytes of Hamlib's rotctl for $command", ({ command, frames }) => {
    // 4.5 asks for both at once, 5 for one after the other: we know both forms.
    for (const ours of oursFor(driver, command)) expect(frames).toContainEqual(ours)
  })

  it('writes angles below north and past the zenith with their sign', () => {
    expect(text(unwrap(driver.encodeMoveTo(at(-10.04, 120))))).toMatch(/^AZ-10\.0 EL120\.0[ \n]/)
    // Never minus zero.
    expect(text(unwrap(driver.encodeMoveTo(at(-0.04, -0.01))))).toMatch(/^AZ0\.0 EL0\.0[ \n]/)
  })
})

describe('EasyComm I', () => {
  it('says that it cannot be asked, and makes nothing of what comes', () => {
    expect(easycomm1.capabilities.readBack).toBe(false)
    expect(easycomm1.queries).toEqual([])
    expect(easycomm1.parse('AZ1.0 EL2.0')).toEqual({ kind: 'comment' })
  })
})

describe.each([{ driver: easycomm2 }, { driver: easycomm3 }])(
  'the replies to $driver.capabilities.name',
  ({ driver }) => {
    it.each([
      ['AZ12.3', 12.3, undefined],
      ['EL45.6', undefined, 45.6],
      ['AZ12.3 EL45.6', 12.3, 45.6],
      // SatNOGS' ends with a blank before CR LF.
      ['AZ12.3 EL45.6 ', 12.3, 45.6],
      ['AZ123.40 EL-1.25', 123.4, -1.25],
      ['AZ450 EL90', 450, 90],
      ['AZ-20.0EL5.0', -20, 5],
      ['AZ=12.3 EL=45.6', 12.3, 45.6],
      // K3NG joins bare numbers.
      ['+123.4 +045.6', 123.4, 45.6],
    ])('understands the dialect %j', (frame, azimuth, elevation) => {
      expect(driver.parse(frame)).toEqual({ kind: 'position', azimuth, elevation })
    })

    it('takes a bare number for an angle of the axis that was asked (K3NG)', () => {
      expect(driver.parse('+123.4')).toEqual({ kind: 'angle', angle: 123.4 })
    })

    it('knows its own words when an adapter echoes them', () => {
      for (const echo of ['AZ EL ', 'AZ', 'EL', 'SA SE ']) {
        expect(driver.parse(echo)).toEqual({ kind: 'comment' })
      }
    })

    it('knows the version and tells alarms', () => {
      expect(driver.parse('VESatNOGS-v2.2')).toEqual({ kind: 'acknowledged' })
      expect(driver.parse('ALmotor hot')).toEqual({
        kind: 'status',
        moving: undefined,
        trouble: 'it raises the alarm "motor hot"',
      })
    })

    it('takes no noise for a position', () => {
      for (const noise of ['', ' ', 'AZ', 'AZ12.3 EL', 'AZ1e9', 'AZnan EL0', 'AZ12.3.4', 'AZ9999', '1 2 3']) {
        expect(['unknown', 'comment']).toContain(driver.parse(noise).kind)
      }
    })
  },
)

describe('EasyComm III', () => {
  it.each([
    ['GS1', false, ''],
    ['GS2', true, ''],
    ['GS6', true, ''],
    ['GS4', undefined, ''],
    ['GS8', undefined, 'it is in error (GS8)'],
    ['GE0', undefined, undefined],
    // None in SatNOGS' firmware, a sensor in the standard: GS tells.
    ['GE1', undefined, undefined],
    ['GE4', undefined, 'homing failed (GE4)'],
    ['GE12', undefined, 'too hot (GE12)'],
    ['GE77', undefined, 'an error of its own (GE77)'],
  ])('reads the register in %j', (frame, moving, trouble) => {
    expect(easycomm3.parse(frame)).toEqual({ kind: 'status', moving, trouble })
  })
})
