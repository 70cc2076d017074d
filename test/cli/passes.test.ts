import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readElementFile } from '../../src/catalog/read-elements.ts'
import { CatalogStore } from '../../src/catalog/store/catalog-store.ts'
import { displayWidth } from '../../src/cli/display-width.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { parseUtc } from '../../src/kernel/time.ts'
import { findPasses } from '../../src/orbit/pass-search.ts'
import { ISS, propagatorOf, siteAt, utc } from '../orbit/fixtures.ts'
import { referencePasses } from '../orbit/reference-passes.ts'
import { createPlace } from './azel-process.ts'
import { writeReferenceElements } from './reference-file.ts'
import { refusalOf, runInProcess } from './run-in-process.ts'

const START = '2026-08-23T00:00:00Z'
const MID51 = ['--site', '51.5,-0.1275,50', '--from', START]
const ACTIVE = fileURLToPath(new URL('../fixtures/catalog/active-2026-08-22.csv', import.meta.url))
const ARTEMIS = fileURLToPath(new URL('../fixtures/orbit/artemis1-cut.oem', import.meta.url))

interface PassRecord {
  readonly catalogNumber: number | null
  readonly name: string
  readonly aosUtc: string
  readonly aosAzimuthDeg: number
  readonly tcaUtc: string
  readonly maximumElevationDeg: number
  readonly tcaAzimuthDeg: number
  readonly losUtc: string
  readonly losAzimuthDeg: number
  readonly openStart: boolean
  readonly openEnd: boolean
}

let folder = ''
let elements: readonly string[] = []
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'azel-passes-'))
  writeReferenceElements(join(folder, 'elements.json'))
  elements = ['--catalog', join(folder, 'elements.json')]
})
afterAll(() => rmSync(folder, { recursive: true }))

/** So many objects on the orbit of the ISS, turned around the Earth. */
const omm = (count: number): string =>
  JSON.stringify(
    Array.from({ length: count }, (_, index) => ({
      OBJECT_NAME: `OBJECT ${index}`,
      OBJECT_ID: '1998-067A',
      EPOCH: '2026-08-22T12:00:46.122912',
      MEAN_MOTION: ISS.meanMotion,
      ECCENTRICITY: ISS.eccentricity,
      INCLINATION: ISS.inclination,
      RA_OF_ASC_NODE: (ISS.rightAscension + index * 137.5) % 360,
      ARG_OF_PERICENTER: ISS.argumentOfPericenter,
      MEAN_ANOMALY: (ISS.meanAnomaly + index * 77.7) % 360,
      NORAD_CAT_ID: 1 + index,
      BSTAR: ISS.bstar,
      MEAN_MOTION_DOT: 0,
      MEAN_MOTION_DDOT: 0,
    })),
  )

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const passes = (...words: readonly string[]) => runInProcess('passes', ...elements, ...MID51, ...words)
const json = async (...words: readonly string[]): Promise<readonly PassRecord[]> =>
  JSON.parse((await passes('--json', ...words)).stdout)
const secondsFrom = (text: string): number => (unwrap(parseUtc(text)) - utc(START)) / 1000

describe('azel passes --json', () => {
  it.each([0, 10])(
    'finds just the reference passes above %i°, AOS and LOS within a millisecond',
    async (mask) => {
      const wanted = referencePasses()
        .passes.filter((pass) => pass.site === 'mid51' && pass.mask === mask)
        .toSorted((a, b) => a.aosSec - b.aosSec || a.sat - b.sat)
      const found = await json('--hours', '48', '--min-elevation', String(mask))
      expect(
        found.map(({ catalogNumber, openStart, openEnd }) => [catalogNumber, openStart, openEnd]),
      ).toEqual(wanted.map(({ sat, openStart, openEnd }) => [sat, openStart, openEnd]))
      for (const [index, pass] of found.entries()) {
        const reference = wanted[index]
        if (reference === undefined) continue
        expect(Math.abs(secondsFrom(pass.aosUtc) - reference.aosSec)).toBeLessThan(1e-3)
        expect(Math.abs(secondsFrom(pass.losUtc) - reference.losSec)).toBeLessThan(1e-3)
        expect(Math.abs(pass.maximumElevationDeg - reference.tcaEl)).toBeLessThan(1e-5)
        expect(Math.abs(pass.aosAzimuthDeg - reference.aosAz)).toBeLessThan(1e-4)
        expect(Math.abs(pass.losAzimuthDeg - reference.losAz)).toBeLessThan(1e-4)
      }
    },
  )

  it('tells each pass with all that is known of it', async () => {
    const [first] = await json('--satellite', '25544', '--min-elevation', '10')
    expect(first).toMatchObject({
      catalogNumber: 25544,
      name: 'ISS (ZARYA)',
      aosUtc: expect.stringMatching(/^2026-08-23T02:10:3\d\.\d{6}Z$/),
      openStart: false,
      illuminationAos: 'umbra',
      illuminationTca: 'umbra',
      illuminationLos: 'sunlit',
      sky: 'night',
      visible: true,
      elementsEpochUtc: '2026-08-22T12:00:46.122912Z',
      elementsAgeDays: expect.closeTo(0.591, 2),
      timeSigmaSec: expect.any(Number),
      culminations: [{ utc: expect.stringMatching(/^2026-08-23T02:11:45/), azimuthDeg: expect.any(Number) }],
      shadowChanges: [
        { from: 'umbra', to: 'penumbra' },
        { from: 'penumbra', to: 'sunlit' },
      ],
    })
  })

  it('takes names and numbers, each once, and is an empty array where there is nothing', async () => {
    const named = await json('--satellite', 'iss', '--satellite', '7530', '--satellite', '25544')
    expect(new Set(named.map(({ catalogNumber }) => catalogNumber))).toEqual(new Set([25544, 7530]))
    expect(await json('--satellite', '25544', '--min-elevation', '89')).toEqual([])
  })

  it('follows refraction, light time, UT1 and mask where they are asked for', async () => {
    const iss = ['--satellite', '25544', '--hours', '12']
    const rise = async (...words: readonly string[]): Promise<number> => {
      const [first] = await json(...iss, ...words)
      return secondsFrom(first?.aosUtc ?? '')
    }
    const geometric = await rise()
    expect(geometric - (await rise('--refraction'))).toBeGreaterThan(3)
    expect(Math.abs((await rise('--light-time')) - geometric)).toBeGreaterThan(1e-4)
    expect(Math.abs((await rise('--light-time')) - geometric)).toBeLessThan(0.02)
    expect(Math.abs((await rise('--dut1', '0.5')) - geometric)).toBeGreaterThan(1e-3)
    const mask = file('mask.csv', 'az,el\n0,0\n90,0\n180,30\n270,0\n')
    const masked = await json(...iss, '--mask', mask)
    expect(masked.length).toBeLessThan((await json(...iss)).length)
  })
})

describe('azel passes', () => {
  it('shows a table that fits the terminal, with compass points, light, and how sure it is', async () => {
    const { stdout, stderr, ended } = await passes('--satellite', '25544', '--min-elevation', '10')
    expect({ stderr, ended }).toEqual({ stderr: '', ended: 0 })
    const lines = stdout.trimEnd().split('\n')
    expect(lines.slice(0, 5)).toEqual([
      '51.5° N 0.1275° W, 50 m; above 10°, geometric, UT1 = UTC',
      '2026-08-23 00:00 to 2026-08-24 00:00 UTC: 5 passes',
      'name         rise          highest  at        set           light    elements',
      'Sunday 2026-08-23',
      expect.stringMatching(
        /^ISS \(ZARYA\) {2}02:10:36 SSE {2}11° SE {3}02:11:45 {2}02:12:55 ESE {2}leaves\* {2}0\.6 d ±0\.\d s$/,
      ),
    ])
    expect(lines.at(-1)).toBe('* sunlit under a dark sky')
  })

  it('marks what the window cuts, and the day of a late set', async () => {
    const { stdout } = await passes('--satellite', '60133', '--satellite', '25544', '--hours', '26')
    expect(stdout).toMatch(/GOES 19 +<00:00:00 WSW .* >02:00:00 WSW \+1d .* 1\.3 d\n/)
    expect(stdout).toContain('* sunlit under a dark sky   < up before the window   > up after the window\n')
  })

  it('leaves out the time of culmination where eighty columns have no room, and cuts names', async () => {
    const before = process.stdout.columns
    process.stdout.columns = 80
    try {
      const { stdout } = await passes('--hours', '12')
      const lines = stdout.trimEnd().split('\n').slice(2)
      expect(lines[0]).not.toContain(' at ')
      expect(lines.some((line) => line.includes('…'))).toBe(true)
      for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(80)
    } finally {
      process.stdout.columns = before
    }
  })

  it('does not let a name command the terminal, nor break out of its cell of a CSV', async () => {
    const text = omm(1).replace('OBJECT 0', 'BAD\\u001B[2J,\\"NAME\\"')
    const words = ['passes', '--catalog', file('bad.json', text), ...MID51, '--hours', '6']
    const table = await runInProcess(...words)
    expect(table.stdout).toContain('BAD')
    expect(table.stdout).not.toContain('\u001B')
    const csv = await runInProcess(...words, '--csv')
    expect(csv.stdout.split('\n')[1]).toMatch(/^1,"BAD.*,""NAME""",2026-/)
  })

  it('writes CSV with the names of JSON, a header even without passes', async () => {
    const rows = (await passes('--csv', '--satellite', '25544', '--hours', '6')).stdout.trim().split('\n')
    expect(rows[0]).toMatch(
      /^catalogNumber,name,aosUtc,aosAzimuthDeg,tcaUtc,maximumElevationDeg,tcaAzimuthDeg,/,
    )
    expect(rows).toHaveLength(4)
    expect(rows[1]?.split(',')).toHaveLength(rows[0]?.split(',').length ?? 0)
    const none = await passes('--csv', '--satellite', '25544', '--min-elevation', '89')
    expect(none.stdout.trim().split('\n')).toHaveLength(1)
  })

  it('makes a calendar whose events keep their identity when the elements move the pass by seconds', async () => {
    const calendar = async (...words: readonly string[]): Promise<string> =>
      (await passes('--ical', '--satellite', '25544', '--hours', '12', ...words)).stdout
    const first = await calendar()
    const uids = (text: string): readonly string[] => text.match(/^UID:.*$/gm) ?? []
    expect(uids(first)).toHaveLength(6)
    expect(new Set(uids(first)).size).toBe(6)
    expect(uids(await calendar('--dut1', '0.9', '--min-elevation', '5'))).toEqual(uids(first).slice(0, 5))
    expect(first).toMatch(/\r\nDTSTART:20260823T020720Z\r\nDTEND:20260823T021611Z\r\n/)
    expect(first).toMatch(/\r\nSUMMARY:ISS \(ZARYA\) \[25544\] 11° SE\r\n/)
  })

  it('finds when an ephemeris, the Sun and the Moon are up', async () => {
    const sun = await runInProcess('passes', '--body', 'sun', ...MID51, '--json')
    expect(JSON.parse(sun.stdout)).toMatchObject([
      { catalogNumber: null, name: 'Sun', aosUtc: expect.stringMatching(/T05:0/), timeSigmaSec: null },
    ])
    const moon = await runInProcess('passes', '--body', 'moon', ...MID51)
    expect(moon.stdout).toMatch(/\nname +rise +highest +at +set +light\n/)
    const artemis = [
      'passes',
      '--ephemeris',
      ARTEMIS,
      '--site',
      '51.5,-0.1275,50',
      '--from',
      '2022-11-21T00:00:00',
    ]
    const flown = await runInProcess(...artemis, '--hours', '48', '--json')
    expect(flown.ended).toBe(0)
    expect(JSON.parse(flown.stdout).length).toBeGreaterThan(0)
    expect(flown.stderr).toMatch(/not all of the window was searched\n$/)
    const never = await runInProcess(...artemis.slice(0, 5), '--from', '2030-01-01')
    expect(never).toMatchObject({ ended: 1, stderr: expect.stringContaining('[orbit.span]') })
  })

  it('fails where a satellite that was named cannot be predicted to the end, and only tells of others', async () => {
    const words = ['passes', '--catalog', ACTIVE, ...MID51]
    expect(await runInProcess(...words)).toMatchObject({
      ended: 0,
      stderr: expect.stringMatching(
        /^STARLINK-1623 \[46129\] cannot be predicted for 2026-08-23T[^\n]*\nTRISAT-2 [^\n]* it has decayed \(SGP4 error 6\)\n$/,
      ),
    })
    expect(await runInProcess(...words, '--min-elevation', '80', '--satellite', '46129')).toMatchObject({
      ended: 1,
      stderr: expect.stringMatching(/^azel: STARLINK-1623 .*\[orbit\.propagation\]\n$/),
    })
  })

  it('warns of old elements, of one what it means', async () => {
    const words = ['--from', '2026-09-20', '--hours', '1', '--json']
    expect((await passes(...words)).stderr).toBe(
      '21 of 21 objects are told from elements more than 14 days old\n',
    )
    expect((await passes(...words, '--satellite', '25544')).stderr).toMatch(
      /^ISS \(ZARYA\) \[25544\] is told from elements that are 28 d 12 h old: its times are ±[\d.]+ (s|min)\n$/,
    )
  })

  it('does not propagate over decades, in either direction', async () => {
    for (const from of ['1800-01-01', '9999-12-31']) {
      const told = refusalOf(await passes('--from', from))
      expect(told).toMatch(
        /^azel: \S+[^\n]* was asked for more than 20 years away [^\n]*\[orbit\.propagation\]\n$/,
      )
    }
  })

  it.each([
    [['--to', '2026-08-22'], 'from 2026-08-23T00:00:00Z to 2026-08-22T00:00:00Z', 'plan.window'],
    [['--to', '2126-08-22'], 'cannot be searched for passes', 'plan.window'],
    [['--satellite', 'zaria'], 'the nearest name is "ISS (ZARYA)"', 'catalog.unknown-satellite'],
    [['--satellite', 'a'], 'alone: ', 'catalog.unknown-satellite'],
    [['--mask', '/nowhere'], 'The file /nowhere cannot be read', 'config.unreadable'],
    [['--mask', 'MASK'], 'line 2: ', 'orbit.horizon'],
    [
      ['--mask', 'HOLED'],
      'holed.csv: the horizon has no point between azimuth 10° and 300°',
      'orbit.horizon',
    ],
    [['--dut1-file', 'MASK'], 'line 1: ', 'orbit.earth-rotation'],
    [['--catalog', '/nowhere'], 'The file /nowhere cannot be read', 'catalog.unreadable'],
    [['--catalog', 'EMPTY'], 'is empty', 'catalog.empty'],
    [['--catalog', 'MASK'], 'mask.csv', 'catalog.format'],
  ])('refuses %j in a sentence', async (words, sentence, code) => {
    const files: Record<string, string> = {
      MASK: file('mask.csv', '0,1\nfar,2\n'),
      HOLED: file('holed.csv', '0,1\n10,2\n300,2\n'),
      EMPTY: file('empty.csv', ''),
    }
    const told = refusalOf(await passes(...words.map((word) => files[word] ?? word)))
    expect(told).toMatch(/^azel: [^\n]+\n$/)
    expect(told).toContain(sentence)
    expect(told).toContain(`[${code}]`)
  })

  it.each([
    [['--hours', '0'], 'Give hours above 0, at most 8784 (a year).'],
    [['--hours', '876000'], 'Give hours above 0'],
    [['--hours', '24', '--to', '2026-08-24'], "'--hours <hours>' cannot be used with option '--to <time>'"],
    [['--min-elevation', '91'], 'Give degrees from -90 to 90.'],
    [['--json', '--ical'], "'--json' cannot be used with option '--ical'"],
    [['--csv', '--ical'], "'--csv' cannot be used with option '--ical'"],
  ])('refuses the words %j and says what is wanted', async (words, sentence) => {
    const told = refusalOf(await passes(...words))
    expect(told).toContain(sentence)
    expect(told.trimEnd().split('\n')).toHaveLength(2)
  })
})

describe('azel passes without a file of elements', () => {
  it('says how to begin where there is no catalogue, and no site', async () => {
    const data = join(folder, 'nothing')
    const told = refusalOf(await runInProcess('passes', ...MID51, '--data', data))
    expect(told).toMatch(/There are no elements in \S+nothing\/catalog\.sqlite: name a file with --catalog/)
    expect(existsSync(data)).toBe(false)
    expect(refusalOf(await runInProcess('passes', '--data', data))).toContain('No site is known: give --site')
  })

  it('takes what "azel catalog" keeps, and never what was refused there', async () => {
    const path = join(folder, 'catalog.sqlite')
    const store = unwrap(CatalogStore.open(path))
    const origin = {
      source: 'test',
      place: 'test',
      fetchedUtcMs: 0,
      sha256: '',
      bytes: 0,
      redistributable: true,
    }
    const jumped = { ...ISS, catalogNumber: 1, name: 'SUNK', meanMotion: 17.9 }
    unwrap(store.import([ISS, jumped], origin, utc(START)))
    store.close()
    const words = ['passes', ...MID51, '--data', folder, '--hours', '6', '--json']
    const found = await runInProcess(...words)
    expect(found).toMatchObject({ ended: 0, stderr: '' })
    expect(new Set(JSON.parse(found.stdout).map(({ name }: PassRecord) => name))).toEqual(new Set([ISS.name]))
    expect(refusalOf(await runInProcess(...words, '--satellite', 'sunk'))).toMatch(
      /^azel: SUNK \[1\] has decayed: [^\n]*\[catalog\.unfit\]\n$/,
    )
  })
})

describe('azel passes of a thousand objects', () => {
  it('gives all of them in the order of AOS, from its threads, to whoever reads a pipe', async () => {
    const text = omm(1_000)
    const place = createPlace()
    try {
      writeFileSync(place.path('many.json'), text)
      const words = ['passes', '--catalog', 'many.json', ...MID51, '--hours', '3', '--json']
      const outcome = await place.run(words)
      expect(outcome).toMatchObject({ ended: 0, stderr: '' })
      const found: readonly PassRecord[] = JSON.parse(outcome.stdout)
      const each = unwrap(readElementFile(text, { sourceName: 'many.json' })).elementSets.map(
        (set) =>
          findPasses({
            motion: propagatorOf(set),
            site: siteAt(51.5, -0.1275, 50),
            fromUtcMs: utc(START),
            toUtcMs: utc('2026-08-23T03:00:00Z'),
          }).passes.length,
      )
      expect(found).toHaveLength(each.reduce((sum, count) => sum + count, 0))
      const rises = found.map(({ aosUtc }) => aosUtc)
      expect(rises).toEqual(rises.toSorted())
      const left = await place.run(words, ['sh', '-c', '"$@" | head -c 100; exit 0', 'sh'])
      expect(left.stdout).toHaveLength(100)
      expect(left.stderr).not.toMatch(/EPIPE|^\s+at /m)
    } finally {
      await place.destroy()
    }
  })
})
