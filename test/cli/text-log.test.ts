import { describe, expect, it } from 'vitest'
import { createTextLog } from '../../src/cli/text-log.ts'
import { fault, severityOf } from '../../src/kernel/errors.ts'
import { utcFromCivil } from '../../src/kernel/time.ts'
import { createVirtualClock } from '../../src/kernel/virtual-clock.ts'

const START = utcFromCivil({ year: 2026, month: 8, day: 23, hour: 5, minute: 21, second: 7 })

const logInto = (underSystemd: boolean) => {
  const lines: string[] = []
  const clock = createVirtualClock({ startUtc: START })
  return { lines, log: createTextLog({ clock, underSystemd, write: (line) => lines.push(line) }) }
}

describe('the text log', () => {
  it('puts time and level in front where nobody else does', () => {
    const { lines, log } = logInto(false)
    log.info('ready')
    log.warn('late', { byMs: 12 })
    expect(lines).toEqual([
      '2026-08-23T05:21:07Z info     ready\n',
      '2026-08-23T05:21:07Z warning  late byMs=12\n',
    ])
  })

  it('gives the journal the level in its own way, and leaves the time to it [sd-daemon(3)]', () => {
    const { lines, log } = logInto(true)
    log.info('ready')
    log.warn('late')
    expect(lines).toEqual(['<6>ready\n', '<4>late\n'])
  })

  it('tells a fault with what to do, its code, and its severity', () => {
    const { lines, log } = logInto(true)
    const stalled = fault('motion.stalled', 'The azimuth stands')
    log.fault(stalled)
    expect(severityOf(stalled)).toBe('critical')
    expect(lines[0]).toMatch(/^<2>The azimuth stands\. .*\[motion\.stalled\]\n$/)
  })

  it('is one line for each event, whatever the message has in it', () => {
    const { lines, log } = logInto(false)
    log.info('two\n  lines', { name: 'with space', empty: undefined, count: 3 })
    log.warn('a field with a break', { text: 'a\nb' })
    for (const line of lines) expect(line.match(/\n/g)).toHaveLength(1)
    expect(lines[0]).toMatch(/ two lines name="with space" count=3\n$/)
  })
})
