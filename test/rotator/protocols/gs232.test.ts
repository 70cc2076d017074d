import { describe, expect, it } from 'vitest'
import { gs232a } from '../../../src/rotator/protocols/gs232a.ts'
import { gs232b } from '../../../src/rotator/protocols/gs232b.ts'
import { oursFor, transcriptsOf } from './transcripts.ts'

describe.each([
  { driver: gs232a, model: 601 },
  { driver: gs232b, model: 603 },
])('the $driver.capabilities.name driver', ({ driver, model }) => {
  it.each(transcriptsOf(model))("writes the bytes of Hamlib's rotctl for $command", ({ command, frames }) => {
    expect(frames).toContainEqual(oursFor(driver, command)[0])
  })

  it.each([
    ['AZ=123  EL=045', 123, 45],
    ['AZ=123 EL=045', 123, 45],
    ['AZ=123EL=045', 123, 45],
    ['AZ=007', 7, undefined],
    ['+0123+0045', 123, 45],
    ['+0123 +0045', 123, 45],
    ['+0450', 450, undefined],
    ['?>AZ=360  EL=180', 360, 180],
    ['?>  ?>+0000+0000', 0, 0],
    ['\nAZ=010  EL=020 ', 10, 20],
  ])('understands the dialect %j', (frame, azimuth, elevation) => {
    expect(driver.parse(frame)).toEqual({ kind: 'position', azimuth, elevation })
  })

  it('knows its own words when they are echoed', () => {
    for (const echo of ['C2', 'S', 'W123 045']) expect(driver.parse(echo)).toEqual({ kind: 'comment' })
  })

  it('tells a refusal from noise', () => {
    expect(driver.parse('?>')).toEqual({ kind: 'refused' })
    expect(driver.parse('?> ?>')).toEqual({ kind: 'refused' })
    for (const noise of [
      'AZ=12',
      'AZ=1x3  EL=045',
      'AZ=999  EL=045',
      'AZ=123  EL=200',
      '+1123+0045',
      '\0\xff',
      '  ',
    ]) {
      expect(driver.parse(noise)).toEqual({ kind: 'unknown' })
    }
  })
})
