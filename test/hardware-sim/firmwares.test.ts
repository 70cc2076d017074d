import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  FIRMWARES,
  type FirmwareName,
  pulseChoices,
  startFirmware,
} from '../../hardware-sim/firmware/registry.ts'
import { deg, degPerSec, ms } from '../../src/kernel/units.ts'
import {
  answers,
  feed,
  motions,
  moveTo,
  recordedBytes,
  SPID_RANGES,
  STOP_BOTH,
  start,
  viewAt,
} from './firmware-bench.ts'

const turn = (axis: string, direction: number, rate?: number) => ({
  kind: 'turn',
  axis,
  direction,
  ...(rate === undefined ? {} : { rate }),
})
const here = viewAt(10, 20)
const spidHere = viewAt(10, 20, SPID_RANGES)
const wide = viewAt(10, 20, { azimuthRange: { min: deg(0), max: deg(450) } })

describe('a SPID that was set to other pulses per degree', () => {
  const status = 'W\0\0\0\0\0\0\0\0\0\0\x1f '
  test.each([
    ['rot2prog', 1, 10, 'W\x03\x07\x00\x00\x01\x03\x08\x00\x00\x01 '],
    ['rot2prog', 4, 10.25, 'W\x03\x07\x00\x03\x04\x03\x08\x00\x00\x04 '],
    ['md01', 2, 10.5, 'W\x03\x07\x00\x05\x02\x03\x08\x00\x00\x02 '],
    ['md01', 10, 10.3, 'W\x03\x07\x00\x03\x0a\x03\x08\x00\x00\x0a '],
  ] as const)('%s with %i counts and says so', (name, pulses, azimuth, answer) => {
    expect(pulseChoices(name)).toContain(pulses)
    const firmware = startFirmware(name, pulses)
    const view = viewAt(10.3, 20, SPID_RANGES)
    expect(answers(feed(firmware, Buffer.from(status, 'latin1'), view)).toString('latin1')).toBe(answer)
    const digits = String(Math.round((360 + azimuth) * pulses)).padStart(4, '0')
    const set = `W${digits}${String.fromCharCode(pulses)}${digits}${String.fromCharCode(pulses)}/ `
    const [move] = motions(feed(firmware, Buffer.from(set, 'latin1'), view))
    expect(move).toMatchObject({ axis: 'azimuth', target: expect.closeTo(azimuth, 6) })
  })

  test('is none of the others, and not more than the model has', () => {
    expect(pulseChoices('rot2prog')).toEqual([1, 2, 4])
    expect(pulseChoices('md01')).toEqual([1, 2, 4, 10])
    expect(pulseChoices('gs232b')).toEqual([])
    expect(pulseChoices('rot1prog')).toEqual([])
  })
})

describe('what rotctl was recorded to write', () => {
  test.each([
    [601, 'gs232a', 'P 123.4 45.6', wide, moveTo(123, 46)],
    [601, 'gs232a', 'P 400 20', wide, moveTo(400, 20)],
    [601, 'gs232a', 'M 2 50', wide, [turn('elevation', 1)]],
    [601, 'gs232a', 'M 16 50', wide, [turn('azimuth', 1)]],
    [601, 'gs232a', 'S', wide, STOP_BOTH],
    [602, 'gs232a', 'P -10 10', wide, moveTo(350, 10)],
    [201, 'easycomm1', 'P 123.4 45.6', here, moveTo(123.4, 45.6)],
    [201, 'easycomm1', 'P 0 0', here, moveTo(0, 0)],
    [201, 'easycomm1', 'S', here, STOP_BOTH],
    [202, 'easycomm2', 'P 359.9 89.96', here, moveTo(359.9, 90)],
    [202, 'easycomm2', 'S', here, STOP_BOTH],
    [202, 'easycomm2', 'K', here, moveTo(0, 0)],
    [202, 'easycomm2', 'R 1', here, [{ kind: 'home' }]],
    [202, 'easycomm2', 'M 2 50', here, [turn('elevation', 1)]],
    [202, 'easycomm2', 'M 16 50', here, [turn('azimuth', 1)]],
    [204, 'easycomm3', 'P 180.5 0.04', here, moveTo(180.5, 0)],
    [204, 'easycomm3', 'S', here, STOP_BOTH],
    [204, 'easycomm3', 'K', here, moveTo(0, 0)],
    [204, 'easycomm3', 'R 1', here, [{ kind: 'home' }]],
    [204, 'easycomm3', 'M 2 50', here, [turn('elevation', 1, 4.9)]],
    [204, 'easycomm3', 'M 16 50', here, [turn('azimuth', 1, 4.9)]],
    [901, 'rot2prog', 'P 123.4 45.6', spidHere, moveTo(123, 45.5)],
    [901, 'rot2prog', 'P 359.9 89.96', spidHere, moveTo(-0.5, 89.5)],
    [901, 'rot2prog', 'P -10 10', spidHere, moveTo(-10, 10)],
    [901, 'rot2prog', 'P 400 20', spidHere, moveTo(40, 20)],
    [901, 'rot2prog', 'S', spidHere, STOP_BOTH],
    [902, 'rot1prog', 'P 0 0', spidHere, moveTo(0, 0).slice(0, 1)],
    [902, 'rot1prog', 'S', spidHere, STOP_BOTH],
    [903, 'md01', 'P 123.4 45.6', spidHere, moveTo(123.4, 45.6)],
    [903, 'md01', 'P 180.5 0.04', spidHere, moveTo(180.5, 0)],
    [903, 'md01', 'M 2 50', spidHere, [...STOP_BOTH, turn('elevation', 1)]],
    [903, 'md01', 'M 16 50', spidHere, [...STOP_BOTH, turn('azimuth', 1)]],
  ] as const)('model %i moves %s by "%s" as asked', (model, name, command, view, effects) => {
    const written = recordedBytes(model, command)
    expect(written.length).toBeGreaterThan(0)
    const firmware = start(name)
    const done = written.flatMap((bytes) => feed(firmware, bytes, view))
    const rounded = motions(done).map((effect) =>
      'target' in effect ? { ...effect, target: Number(Number(effect.target).toFixed(6)) } : effect,
    )
    expect(rounded).toEqual(effects)
  })

  test.each([
    [601, 'gs232a', '+0010+0020\r\n'],
    [202, 'easycomm2', 'AZ10.0 EL20.0\n'],
    [204, 'easycomm3', 'AZ10.0 EL20.0\n'],
    [901, 'rot2prog', 'W\x03\x07\x00\x00\x02\x03\x08\x00\x00\x02 '],
    [902, 'rot1prog', 'W\x03\x07\x00 '],
    [903, 'md01', 'W\x03\x07\x00\x00\x0a\x03\x08\x00\x00\x0a '],
  ] as const)('model %i is told by %s where it stands', (model, name, answer) => {
    const [question = new Uint8Array()] = recordedBytes(model, 'p')
    expect(answers(feed(start(name), question, here)).toString('latin1')).toBe(answer)
  })
})

describe('GS-232 dialects', () => {
  test('a K3NG controller ignores motion for five seconds after boot and answers all the same', () => {
    const firmware = start('gs232b-k3ng')
    const young = viewAt(10, 20, { sinceBootMs: ms(4999) })
    expect(motions(feed(firmware, 'W100 030\r', young))).toEqual([])
    expect(answers(feed(firmware, 'C2\r', young)).toString()).toBe('AZ=010EL=020\r\n')
    expect(motions(feed(firmware, 'W100 030\r', here))).toEqual(moveTo(100, 30))
    expect(motions(feed(firmware, 'S\r', young))).toEqual(STOP_BOTH)
  })

  test('an echoing one sends back each character before its answer', () => {
    expect(answers(feed(start('gs232b-echo'), 'C2\r', here)).toString()).toBe('C2\rAZ=010  EL=020\r\n')
  })

  test('a GS-232A answers each axis alone, CR to a move, ?> to nonsense', () => {
    const firmware = start('gs232a')
    expect(answers(feed(firmware, 'C\r', here)).toString()).toBe('+0010\r\n')
    expect(answers(feed(firmware, 'B\r', here)).toString()).toBe('+0020\r\n')
    expect(answers(feed(firmware, 'W100 030\r', here)).toString()).toBe('\r')
    expect(answers(feed(firmware, 'X\r', here)).toString()).toBe('?>\r\n')
  })
})

describe('EasyComm', () => {
  test.each([
    ['easycomm2', 'AZ EL \n', 'AZ10.0 EL20.0\n'],
    ['easycomm2', 'AZ\n', 'AZ10.0\n'],
    ['easycomm2', 'EL\r', 'EL20.0\n'],
    ['easycomm2', 'AZ \nVE\n', 'AZ10.0\nVEAzel-sim-2\n'],
    ['easycomm2', 'AZ VE\n', 'AZ10.0\nVEAzel-sim-2\n'],
    ['easycomm2-separate', 'AZ EL \n', 'AZ10.0\r\nEL20.0\r\n'],
    ['easycomm2-k3ng', 'AZ EL \n', '+10.0\r\n+20.0\r\n'],
    ['easycomm2-k3ng', 'XY\n', '?\r\n'],
    ['easycomm1', 'AZ EL VE \n', ''],
    ['easycomm3', 'AZ\nEL\n', 'AZ10.0\nEL20.0\n'],
    ['easycomm3', 'SA SE \n', 'AZ10.0 EL20.0\n'],
    ['easycomm3', 'IP3\nIP4\nIP9\n', 'IP3,10.00\nIP4,20.00\n'],
    ['easycomm3', 'CW7,45.0\nCR 7\nCR9\n', 'CR7,45.00\n'],
    ['easycomm3-satnogs', 'CR1\n', '1,1.00\n'],
  ] as const)('%s answers %j with %j', (name, question, answer) => {
    expect(answers(feed(start(name), question, here)).toString()).toBe(answer)
  })

  test('tells what it does and what is wrong, in the codes of its dialect', () => {
    const moving = viewAt(10, 20, { rates: { azimuth: degPerSec(3), elevation: degPerSec(0) } })
    const lost = viewAt(10, 20, { homeKnown: false })
    const firmware = start('easycomm3')
    expect(answers(feed(firmware, 'GS\nGE\n', here)).toString()).toBe('GS1\nGE0\n')
    feed(firmware, 'AZ40.0 EL10.0\n', here)
    expect(answers(feed(firmware, 'GS\n', moving)).toString()).toBe('GS2\n')
    expect(answers(feed(firmware, 'GS\n', here)).toString()).toBe('GS4\n')
    expect(answers(feed(firmware, 'GS\nGE\n', lost)).toString()).toBe('GS8\nGE4\n')
    expect(answers(feed(start('easycomm3-satnogs'), 'GE\n', here)).toString()).toBe('GE1\n')
  })

  test('parks where it was set to park', () => {
    const firmware = start('easycomm3')
    feed(firmware, 'CW7,90\nCW8,45.5\n', here)
    expect(motions(feed(firmware, 'PARK\n', here))).toEqual(moveTo(90, 45.5))
  })

  test('turns by velocities: the SatNOGS firmware has left and right the other way round; none is a stop', () => {
    expect(motions(feed(start('easycomm3'), 'VL1500\n', here))).toEqual([turn('azimuth', -1, 1.5)])
    expect(motions(feed(start('easycomm3-satnogs'), 'VL1500\n', here))).toEqual([turn('azimuth', 1, 1.5)])
    expect(motions(feed(start('easycomm3'), 'VU0000\n', here))).toEqual([{ kind: 'stop', axis: 'elevation' }])
    expect(motions(feed(start('easycomm2'), 'VL1500\n', here))).toEqual([])
  })

  test('goes as near as it can, and nowhere for what is no number', () => {
    expect(motions(feed(start('easycomm2'), 'AZ400.0 EL-5.0\n', here))).toEqual(moveTo(360, 0))
    expect(motions(feed(start('easycomm2'), 'AZ1e9 ELNaN AZ-- EL1.2.3\n', here))).toEqual([])
  })
})

describe('SPID controllers', () => {
  const packet = (azimuth: string, elevation: string, command = 0x2f): Uint8Array =>
    Buffer.from(`W${azimuth}\x02${elevation}\x02${String.fromCharCode(command)} `, 'latin1')

  test.each([
    [170, 'W0720', 0],
    [350, 'W0760', 380],
    [500, 'W0720', 360],
    [530, 'W0920', 460],
    [-170, 'W1060', -190 + 360],
  ])('from %i go the shortest way round within the limits for %s: to %i', (from, digits, target) => {
    const view = viewAt(from, 20, SPID_RANGES)
    const [azimuth] = motions(feed(start('rot2prog'), packet(digits.slice(1), '0760'), view))
    expect(azimuth).toMatchObject({ axis: 'azimuth', target })
  })

  test('a Rot2Prog is silent on a set, an MD-01 answers where it stands', () => {
    expect(answers(feed(start('rot2prog'), packet('0966', '0811'), spidHere))).toHaveLength(0)
    expect(answers(feed(start('md01'), packet('4834', '4056'), spidHere))).toHaveLength(12)
  })

  test('is in step again after noise, half a packet and a packet without an end', () => {
    const status = Buffer.from('W\0\0\0\0\0\0\0\0\0\0\x1f ', 'latin1')
    for (const noise of ['xyz', 'W12', 'W\0\0\0\0\0\0\0\0\0\0\x1fX', `${'W'.repeat(40)}`]) {
      const firmware = start('rot2prog')
      feed(firmware, Buffer.from(noise, 'latin1'), spidHere)
      const heard = Buffer.concat([1, 2, 3].map(() => answers(feed(firmware, status, spidHere))))
      expect(heard.length).toBeGreaterThanOrEqual(24)
    }
  })

  test('a talkative MD-01 prints its log between packets and never within one', () => {
    const firmware = start('md01-logs')
    const status = Buffer.from('W\0\0\0\0\0\0\0\0\0\0\x1f ', 'latin1')
    const heard = [1, 2, 3].map(() => answers(feed(firmware, status, spidHere)).toString('latin1'))
    expect(heard[0]).toHaveLength(12)
    expect(heard[2]).toMatch(/^\d+: [^\r\n]*\r\nW/)
    expect(heard[2]?.slice(-12)).toBe(heard[0])
    expect(answers(firmware.boot()).toString()).toBe('0: System start\r\n')
  })

  test('sets nothing from digits that are none', () => {
    expect(motions(feed(start('rot2prog'), packet('09x6', '0811'), spidHere))).toEqual([])
  })
})

describe('every firmware', () => {
  test.each(Object.keys(FIRMWARES) as FirmwareName[])(
    '%s takes any bytes without moving out of its range or keeping much, and boots empty',
    (name) => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
          const firmware = start(name)
          for (const effect of feed(firmware, bytes, spidHere)) {
            if (effect.kind !== 'move-to') continue
            const range = effect.axis === 'azimuth' ? spidHere.azimuthRange : spidHere.elevationRange
            expect(effect.target).toBeGreaterThanOrEqual(range.min)
            expect(effect.target).toBeLessThanOrEqual(range.max)
          }
          firmware.boot()
          const question = name.startsWith('gs232') ? 'C2\r' : 'AZ EL\n'
          const fresh = answers(feed(start(name), question, here)).toString('latin1')
          expect(answers(feed(firmware, question, here)).toString('latin1')).toBe(fresh)
        }),
        { numRuns: 60, seed: 5 },
      )
    },
  )
})
