import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { unwrap } from '../../src/kernel/result.ts'
import { parseUtc } from '../../src/kernel/time.ts'
import { fixture } from '../orbit/fixtures.ts'
import { writeReferenceElements } from './reference-file.ts'
import { refusalOf, runInProcess } from './run-in-process.ts'

const MID51 = ['--site', '51.5,-0.1275,50']
const ARTEMIS = fileURLToPath(new URL('../fixtures/orbit/artemis1-cut.oem', import.meta.url))

let folder = ''
let elements: readonly string[] = []
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'azel-look-'))
  writeReferenceElements(join(folder, 'elements.json'))
  elements = ['--catalog', join(folder, 'elements.json')]
})
afterAll(() => rmSync(folder, { recursive: true }))

const iss = (...words: readonly string[]) =>
  runInProcess('look', ...elements, '--satellite', '25544', ...MID51, ...words)

const cells = (line: string): readonly number[] => line.split(',').slice(1).map(Number)

describe('azel look', () => {
  it("is within 1e-5° and 1 mm/s of python-sgp4's look at a pass of the ISS, row by row", async () => {
    const reference = fixture('orbit/look-1hz-25544-mid51.csv').trim().split(/\r?\n/)
    const first = reference[1]?.split(',')[0] ?? ''
    const last = reference.at(-1)?.split(',')[0] ?? ''
    const outcome = await iss('--from', first, '--to', last, '--step', '1', '--csv')
    expect(outcome).toMatchObject({ ended: 0, stderr: '' })
    const rows = outcome.stdout.trim().split('\n')
    expect(rows[0]).toBe(reference[0])
    expect(rows).toHaveLength(reference.length)
    for (const [index, row] of rows.entries()) {
      if (index === 0) continue
      const [azimuth = 0, elevation = 0, range = 0, rangeRate = 0, azimuthRate = 0, elevationRate = 0] =
        cells(row)
      const wanted = cells(reference[index] ?? '')
      expect(row.split(',')[0]).toBe(reference[index]?.split(',')[0])
      expect(Math.abs(azimuth - (wanted[0] ?? 0))).toBeLessThan(1e-5)
      expect(Math.abs(elevation - (wanted[1] ?? 0))).toBeLessThan(1e-5)
      expect(Math.abs(range - (wanted[2] ?? 0))).toBeLessThan(1e-5)
      expect(Math.abs(rangeRate - (wanted[3] ?? 0))).toBeLessThan(1e-6)
      // The reference's are differences over 0.1 s, which blur the turn near the zenith.
      expect(Math.abs(azimuthRate - (wanted[4] ?? 0))).toBeLessThan(0.005)
      expect(Math.abs(elevationRate - (wanted[5] ?? 0))).toBeLessThan(1e-4)
    }
  })

  it('gives one look where no end is named, as JSON with six decimals of the second', async () => {
    const outcome = await iss('--from', '2026-08-23T05:24:33.1234567Z', '--json')
    expect(JSON.parse(outcome.stdout)).toMatchObject([
      { utc: '2026-08-23T05:24:33.123457Z', elevationDeg: expect.closeTo(87.59, 1) },
    ])
  })

  it('counts the last instant in, whatever the step rounds to', async () => {
    const utcs = async (step: string, to: string): Promise<readonly string[]> =>
      (await iss('--from', '2026-08-23', '--to', to, '--step', step, '--csv')).stdout
        .trim()
        .split('\n')
        .slice(1)
        .map((row) => row.slice(17, 26))
    expect(await utcs('0.1', '2026-08-23T00:00:00.3')).toEqual([
      '00.000000',
      '00.100000',
      '00.200000',
      '00.300000',
    ])
    expect(await utcs('0.0011', '2026-08-23T00:00:00.0099')).toHaveLength(10)
    expect(await utcs('0.7', '2026-08-23T00:00:02')).toEqual(['00.000000', '00.700000', '01.400000'])
  })

  it('lifts what it is asked to refract, by the standard air of the site or by the one given', async () => {
    const elevation = async (...words: readonly string[]): Promise<number> =>
      JSON.parse((await iss('--from', '2026-08-23T05:19:08', '--json', ...words)).stdout)[0].elevationDeg
    const geometric = await elevation()
    // Bennett: 28.9' of bending at an apparent elevation of 0.5°.
    expect((await elevation('--refraction')) - geometric).toBeCloseTo(0.47, 1)
    expect(await elevation('--refraction', '--weather', '900,10')).toBeLessThan(
      await elevation('--refraction'),
    )
    expect(await elevation('--refraction', 'radio')).toBeGreaterThan(await elevation('--refraction'))
  })

  it('shows Sun and Moon, and the light time where it is asked for', async () => {
    const sun = await runInProcess(
      'look',
      '--body',
      'sun',
      ...MID51,
      '--from',
      '2026-08-23T12:02:30',
      '--json',
    )
    expect(JSON.parse(sun.stdout)[0]).toMatchObject({ azimuthDeg: expect.closeTo(180, 0) })
    const at = ['--from', '2026-08-23T05:24:33', '--json']
    const geometric = JSON.parse((await iss(...at)).stdout)[0]
    const seen = JSON.parse((await iss(...at, '--light-time')).stdout)[0]
    expect(Math.abs(seen.elevationDeg - geometric.elevationDeg)).toBeGreaterThan(1e-6)
    expect(Math.abs(seen.elevationDeg - geometric.elevationDeg)).toBeLessThan(2e-3)
  })

  it('follows an ephemeris, and leaves out what it does not cover with one sentence', async () => {
    const words = ['look', '--ephemeris', ARTEMIS, ...MID51, '--csv', '--step', '3600']
    const text = fixture('orbit/artemis1-cut.oem')
    const start = unwrap(parseUtc(/START_TIME *= *(\S+)/.exec(text)?.[1] ?? ''))
    const isoOf = (hours: number): string => new Date(start + hours * 3_600_000).toISOString()
    const good = await runInProcess(...words, '--from', isoOf(1), '--to', isoOf(5))
    expect(good).toMatchObject({ ended: 0, stderr: '' })
    expect(good.stdout.trim().split('\n')).toHaveLength(6)
    const partly = await runInProcess(...words, '--from', isoOf(-2), '--to', isoOf(2))
    expect(partly.ended).toBe(1)
    expect(partly.stdout.trim().split('\n').length).toBeLessThan(5)
    expect(partly.stderr).toMatch(
      /^azel: [23] looks of 5 left out\nazel: The ephemeris of [^\n]*\[orbit\.span\]\n$/,
    )
  })

  it('warns of elements that are old at the time looked at, on standard error', async () => {
    expect((await iss('--from', '2026-09-05')).stderr).toBe('')
    expect((await iss('--from', '2026-09-12', '--csv')).stderr).toMatch(
      /^ISS \(ZARYA\) \[25544\] is told from elements that are 20 d 11 h old: its times are ±\d+ s\n$/,
    )
  })

  it('takes UT1 from a number or a bulletin', async () => {
    const azimuth = async (...words: readonly string[]): Promise<number> =>
      JSON.parse((await iss('--from', '2026-08-23T05:24:33', '--json', ...words)).stdout)[0].azimuthDeg
    const bulletin = join(folder, 'eop.csv')
    writeFileSync(bulletin, 'MJD,UT1-UTC\n61274,0.5\n61275,0.5\n61276,0.5\n')
    const half = await azimuth('--dut1', '0.5')
    expect(half).not.toBe(await azimuth())
    expect(await azimuth('--dut1-file', bulletin)).toBeCloseTo(half, 7)
  })

  it.each([
    [[], 'There are 21 objects in ', 'cli.usage'],
    [['--satellite', '25544', '--satellite', '7530'], 'A look is at one object', 'cli.usage'],
    [['--satellite', 'iss (zaria)'], 'the nearest name is "ISS (ZARYA)"', 'catalog.unknown-satellite'],
    [['--satellite', '99'], 'There is no "99" in ', 'catalog.unknown-satellite'],
    [
      ['--satellite', '25544', '--from', '2026-08-23', '--to', '2026-08-22'],
      'ends before it begins',
      'plan.window',
    ],
    [
      ['--satellite', '25544', '--from', '2026-01-01', '--to', '2126-01-01'],
      'more than 1000000: take',
      'cli.usage',
    ],
    [['--satellite', '25544', '--weather', '1000,10'], 'without --refraction', 'cli.usage'],
    [['--satellite', '25544', '--refraction', '--weather', '9,10'], 'The pressure 9 hPa', 'cli.usage'],
    [
      ['--satellite', '25544', '--refraction', '--weather', '999,10,50'],
      'refraction radio only',
      'cli.usage',
    ],
    [
      ['--satellite', '25544', '--dut1-file', '/nowhere'],
      'The file /nowhere cannot be read',
      'config.unreadable',
    ],
  ])('refuses %j in a sentence', async (words, sentence, code) => {
    const told = refusalOf(await runInProcess('look', ...elements, ...MID51, ...words))
    expect(told).toMatch(/^azel: [^\n]+\n$/)
    expect(told).toContain(sentence)
    expect(told).toContain(`[${code}]`)
  })

  it.each([
    [['--site', '95,0,0'], 'The latitude 95° of the site is not within -90 to 90.'],
    [['--site', '51.5,-0.1275'], 'Write it as LAT,LON,HEIGHT_M'],
    [['--site', '51.5,-0.1275,1e9'], 'The height 1000000000 m of the site'],
    [['--site', '51.5,x,1'], 'Write it as LAT,LON,HEIGHT_M'],
    [['--from', '2026-13-01'], 'Month 13 does not exist.'],
    [['--from', 'noon'], '"noon" is no UTC time; write it as'],
    [['--step', '0'], 'Give seconds from 0.001'],
    [['--dut1', '37'], 'Give UT1 − UTC in seconds, from -1 to 1.'],
    [['--satellite', ' '], 'Give a catalogue number or a name.'],
    [['--body', 'mars'], 'Allowed choices are sun, moon.'],
    [['--csv', '--json'], "'--csv' cannot be used with option '--json'"],
    [
      ['--catalog', 'a', '--ephemeris', 'b'],
      "option '--catalog <file>' cannot be used with option '--ephemeris <file>'",
    ],
    [
      ['--body', 'sun', '--satellite', '1'],
      "'--body <name>' cannot be used with option '--satellite <number>'",
    ],
    [
      ['--dut1', '0', '--dut1-file', 'b'],
      "'--dut1 <seconds>' cannot be used with option '--dut1-file <file>'",
    ],
  ])('refuses the words %j and says what is wanted', async (words, sentence) => {
    const told = refusalOf(await runInProcess('look', ...words))
    expect(told).toContain(sentence)
    expect(told.trimEnd().split('\n')).toHaveLength(2)
  })
})
