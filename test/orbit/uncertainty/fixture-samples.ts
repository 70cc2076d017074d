import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { MS_PER_DAY } from '../../../src/kernel/time.ts'
import { km, kmPerSec, ms } from '../../../src/kernel/units.ts'
import type { AlongTrackSample } from '../../../src/orbit/uncertainty/successive-sets.ts'

export interface NumberedSample {
  readonly catalogNumber: number
  readonly sample: AlongTrackSample
}

const GRAVITY_KM3_PER_S2 = 398_600.8

/** The pairs of the fixture, by rising catalogue number. */
export const fixtureSamples = (): readonly NumberedSample[] => {
  const packed = readFileSync(new URL('../../fixtures/orbit/successive-sets.csv.gz', import.meta.url))
  const [header = '', ...rows] = gunzipSync(packed).toString('utf8').trimEnd().split('\n')
  const columns = header.split(',')
  return rows.map((row) => {
    const cells = row.split(',')
    const cell = (name: string): string => cells[columns.indexOf(name)] ?? ''
    const semiMajorAxis = Number(cell('semiMajorAxisKm'))
    return {
      catalogNumber: Number(cell('catalogNumber')),
      sample: {
        traits: {
          fleet: cell('fleet'),
          isDeepSpace: cell('regime') === 'deep',
          perigee: km(Number(cell('perigeeKm'))),
          semiMajorAxis: km(semiMajorAxis),
          meanSpeed: kmPerSec(Math.sqrt(GRAVITY_KM3_PER_S2 / semiMajorAxis)),
          dragKmPerDaySquared: Number(cell('dragKmPerDaySquared')),
        },
        age: ms(Number(cell('ageDays')) * MS_PER_DAY),
        alongTrack: km(Number(cell('alongTrackKm'))),
      },
    }
  })
}
