import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Fault } from '../../src/kernel/errors.ts'
import type { Log } from '../../src/kernel/log.ts'
import { deg } from '../../src/kernel/units.ts'
import { openAntennaMemory } from '../../src/station/antenna-memory.ts'

let folder = ''
let faults: Fault[] = []
let warned: string[] = []
const log: Log = {
  info: () => {},
  warn: (text) => warned.push(text),
  fault: (failure) => faults.push(failure),
}
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'azel-antenna-'))
  faults = []
  warned = []
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const at = (azimuth: number, elevation = 10) => ({ azimuth: deg(azimuth), elevation: deg(elevation) })
const path = () => join(folder, 'antenna.json')
const open = (antenna = 'gs232b') => openAntennaMemory(path(), { antenna, log })

describe('what is known of the antenna across restarts', () => {
  it('begins with nothing known and nothing locked', () => {
    expect(open().place()).toBeUndefined()
    expect(open().lockOuts()).toEqual([])
    expect(faults).toEqual([])
  })

  it('keeps the last place, the last target and the lock-outs', async () => {
    const first = open()
    first.remember({ position: at(100), target: at(140) })
    first.remember({ position: at(380), target: at(400) })
    first.setLockOuts(['wind'])
    await first.flush()
    const second = open()
    expect(second.place()).toEqual({ position: at(380), target: at(400) })
    expect(second.lockOuts()).toEqual(['wind'])
  })

  it('does not wear the card out for tenths of a degree', async () => {
    const memory = open()
    memory.remember({ position: at(100), target: at(100) })
    await memory.flush()
    const before = readFileSync(path(), 'utf8')
    for (let step = 0; step < 40; step += 1)
      memory.remember({ position: at(100 + step / 10), target: at(100) })
    await memory.flush()
    expect(readFileSync(path(), 'utf8')).toBe(before)
  })

  it('locks out for maintenance where the file is damaged: nobody knows what it said', () => {
    for (const text of ['', '{"lockOuts":["wi', 'x'.repeat(100_000)]) {
      writeFileSync(path(), text)
      expect(open().lockOuts()).toEqual(['maintenance'])
    }
    expect(faults.map(({ code }) => code)).toEqual(Array(3).fill('motion.memory-lost'))
  })

  it('takes what has the wrong form as not known', () => {
    writeFileSync(path(), '{"place":{"position":{"azimuth":"12"}},"lockOuts":["storm","wind"]}')
    expect(open().place()).toBeUndefined()
    expect(open().lockOuts()).toEqual(['wind'])
  })

  it('takes nothing over from another controller or mount but the lock-outs, and says so once', async () => {
    const first = open('gs232b, azimuth 0° to 450°')
    first.remember({ position: at(380), target: at(380) })
    first.setLockOuts(['maintenance'])
    await first.flush()
    const second = open('gs232b, azimuth -180° to 180°')
    expect(second.place()).toBeUndefined()
    expect(second.lockOuts()).toEqual(['maintenance'])
    expect(warned).toEqual([
      'where the antenna was is not taken over: it was written for another one (gs232b, azimuth 0° to 450°; now gs232b, azimuth -180° to 180°)',
    ])
    second.remember({ position: at(20), target: at(20) })
    await second.flush()
    expect(open('gs232b, azimuth -180° to 180°').place()).toEqual({ position: at(20), target: at(20) })
    expect(warned).toHaveLength(1)
  })

  it('says once what cannot be written, and goes on', async () => {
    const memory = openAntennaMemory(join(folder, 'no', 'such', 'folder.json'), { antenna: 'gs232b', log })
    memory.remember({ position: at(100), target: at(140) })
    await memory.flush()
    memory.remember({ position: at(200), target: at(240) })
    await memory.flush()
    expect(faults.map(({ code }) => code)).toEqual(['store.antenna-place'])
    expect(memory.place()).toEqual({ position: at(200), target: at(240) })
  })
})
