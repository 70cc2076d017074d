import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Fault } from '../../src/kernel/errors.ts'
import type { Log } from '../../src/kernel/log.ts'
import { utcMs } from '../../src/kernel/time.ts'
import { createVirtualClock } from '../../src/kernel/virtual-clock.ts'
import { createCutOff } from '../../src/station/cut-off.ts'

let folder = ''
let faults: Fault[] = []
let warned: string[] = []
const log: Log = {
  info: () => {},
  warn: (text) => warned.push(text),
  fault: (failure) => faults.push(failure),
}
const clock = createVirtualClock({ startUtc: utcMs(1_787_443_200_000) })
const path = () => join(folder, 'value')
const open = (file = path()) => createCutOff({ file, cut: '0', normal: '1' }, { clock, log })

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'azel-cut-off-'))
  faults = []
  warned = []
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe("the output that takes the motors' power", () => {
  it('cuts and gives it, in the order of asking', async () => {
    writeFileSync(path(), '1\n')
    const output = open()
    output.cut()
    output.restore()
    output.cut()
    await output.settled()
    expect(readFileSync(path(), 'utf8')).toBe('0')
    expect(warned).toHaveLength(3)
    expect(faults).toEqual([])
  })

  it('is tried at the start, and is told of then where it cannot be used', async () => {
    writeFileSync(path(), '')
    const output = open()
    output.prove(false)
    await output.settled()
    expect(readFileSync(path(), 'utf8')).toBe('1')
    expect([...faults, ...warned]).toEqual([])
    const absent = open(join(folder, 'gpoi27'))
    absent.prove(false)
    await absent.settled()
    expect(faults).toMatchObject([{ code: 'motion.no-cut-off' }])
    expect(faults[0]?.message).toContain('gpoi27 cannot be written: ENOENT')
  })

  it('keeps a power cut that was cut for a fault that nobody has cleared', async () => {
    for (const [present, isLatched, then] of [
      ['0\n', true, '0'],
      ['1\n', true, '1'],
      ['0\n', false, '1'],
    ] as const) {
      writeFileSync(path(), present)
      const output = open()
      output.prove(isLatched)
      await output.settled()
      expect(readFileSync(path(), 'utf8').trim()).toBe(then)
    }
  })

  it('does not wait for a pipe that nobody reads', async () => {
    execFileSync('mkfifo', [path()])
    const output = open()
    output.prove(true)
    output.cut()
    await output.settled()
    expect(faults.map(({ code }) => code)).toEqual(['motion.no-cut-off', 'motion.cut-off'])
  })
})
