import { describe, expect, it } from 'vitest'
import { fault } from '../../src/kernel/errors.ts'
import { type LogFields, silentLog } from '../../src/kernel/log.ts'
import { utcMs } from '../../src/kernel/time.ts'
import { ms } from '../../src/kernel/units.ts'
import { createVirtualClock } from '../../src/kernel/virtual-clock.ts'
import { createCalmLog } from '../../src/station/calm-log.ts'

const setUp = () => {
  const clock = createVirtualClock({ startUtc: utcMs(Date.UTC(2026, 7, 23)) })
  const told: [string, LogFields | undefined][] = []
  const log = createCalmLog(clock, {
    ...silentLog,
    fault: ({ message }, fields) => told.push([message, fields]),
  })
  return { clock, told, log }
}
const gone = fault('link.closed', 'The line is gone')

describe('the calm log', () => {
  it('says a lasting trouble once in ten minutes, with the number held back', async () => {
    const { clock, told, log } = setUp()
    for (let minute = 0; minute < 21; minute += 1) {
      log.fault(gone)
      await clock.advance(ms(60_000))
    }
    expect(told).toEqual([
      ['The line is gone', undefined],
      ['The line is gone', { repeated: 9 }],
      ['The line is gone', { repeated: 9 }],
    ])
  })

  it('says it again when the device was back in between', async () => {
    const { clock, told, log } = setUp()
    log.fault(gone)
    await clock.advance(ms(31_000))
    log.info('connected')
    log.fault(gone)
    expect(told).toHaveLength(2)
  })

  it('takes a sentence whose angles change while the antenna moves for the same', () => {
    const { told, log } = setUp()
    for (let angle = 0; angle < 50; angle += 1) {
      log.fault(fault('motion.turn-unknown', `Going to azimuth ${angle / 2}° may wind the cable up`))
    }
    log.fault(fault('catalog.object', 'Object 25544 is left out'))
    log.fault(fault('catalog.object', 'Object 25545 is left out'))
    expect(told.map(([message]) => message)).toEqual([
      'Going to azimuth 0° may wind the cable up',
      'Object 25544 is left out',
      'Object 25545 is left out',
    ])
  })

  it('keeps different troubles apart and never more than a few in memory', () => {
    const { told, log } = setUp()
    for (let count = 0; count < 1_000; count += 1)
      log.fault(fault('link.closed', `The line ${count} is gone`))
    expect(told).toHaveLength(1_000)
    log.fault(fault('link.closed', 'The line 999 is gone'))
    expect(told).toHaveLength(1_000)
  })
})
