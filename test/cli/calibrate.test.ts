import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { XmlReader } from '../../src/catalog/xml-reader.ts'
import { pointingSvg, scanSvg } from '../../src/cli/calibrate/plot-svg.ts'
import { scanPlotLines } from '../../src/cli/calibrate/plot-text.ts'
import { withSigma } from '../../src/cli/calibrate/words.ts'
import { createRealClock } from '../../src/kernel/real-clock.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { formatUtc, utcMs, utcPlus } from '../../src/kernel/time.ts'
import { deg, ms } from '../../src/kernel/units.ts'
import {
  type KeptScan,
  keepScan,
  readApplied,
  readScans,
  SCANS_MAX,
} from '../../src/station/calibration/calibration-files.ts'
import { concludePointing } from '../../src/station/calibration/conclude.ts'
import { fitBeam } from '../../src/station/calibration/fit-beam.ts'
import type { ScanResult } from '../../src/station/calibration/sky-scan.ts'
import { runInProcess } from './run-in-process.ts'

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

let folder = ''
let data = ''
let config = ''

const write = (antenna: string, more = ''): void => {
  writeFileSync(
    config,
    `version: 1
station: { id: test-1, name: Test, latitudeDeg: 25, longitudeDeg: 150, heightM: 20, publishedPlaceStepDeg: 0.1, dataMode: TEST, keyFile: ${folder}/station.key, dataFolder: ${data} }
label: { policy: PUBLIC, classification: UNCLASSIFIED, relTo: [NOR], originator: NOR }
antenna: ${antenna}
receiver: { rtlTcp: "127.0.0.1:1", reference: tcxo, referenceSigmaPpm: 0.5 }
catalog: { elements: demo-data/elements.omm.csv }
${more}`,
  )
}

const TURNING = (driver = 'gs232b'): string =>
  `{ kind: azimuth-elevation, beamWidthDeg: 20, azimuth: { minimumDeg: 0, maximumDeg: 450, slewDegPerSec: 6 }, elevation: { minimumDeg: 0, maximumDeg: 180, slewDegPerSec: 2.7 }, park: { azimuthDeg: 180, elevationDeg: 45 }, rotator: { driver: ${driver}, port: "tcp://127.0.0.1:1" } }`

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'azel-calibrate-'))
  folders.push(folder)
  data = join(folder, 'data')
  mkdirSync(data)
  config = join(folder, 'azel.yaml')
  write(TURNING())
})

const NOW = createRealClock().utcNow()

const scan = (azimuthDeg: number, elevationDeg: number, more: Partial<KeptScan> = {}): KeptScan => ({
  atUtc: formatUtc(utcPlus(NOW, ms(-3_600_000)), 0),
  source: 'the Sun',
  frequencyHz: 437e6,
  provenance: 'real',
  sky: { azimuthDeg, elevationDeg },
  // A mast that is turned by 3° and has an elevation scale that shows 1° too little.
  crossElevationDeg: { value: 3 * Math.cos((elevationDeg * Math.PI) / 180), sigma: 0.1 },
  elevationDeg: { value: -1, sigma: 0.1 },
  correlation: 0,
  beamWidthDeg: { value: 20, sigma: 0.2 },
  scatter: 1,
  samples: 44,
  ...more,
})

const calibrate = (...words: readonly string[]) => runInProcess('calibrate', ...words, '-c', config)

describe('azel calibrate antenna', () => {
  it('plans each motion with its time and moves nothing on a dry run', async () => {
    const outcome = await calibrate('antenna', '--axes', '--dry-run')
    expect(outcome.stderr).toBe('')
    expect(outcome.ended).toBe(0)
    expect(outcome.stdout).toMatch(/^22 motions of the axes, 4 min \d+ s in all:$/m)
    expect(outcome.stdout).toMatch(/^ {3}2 {2}azimuth up +azimuth 243°, elevation 45° {2}\(15 s\)$/m)
    expect(outcome.stdout).toMatch(/azimuth over 360° into the overlap/)
    expect(outcome.stdout).toMatch(/^Nothing was moved\.$/m)
    expect(readdirSync(data)).toEqual([])
  })

  it('says what limits and mask forbid', async () => {
    write(TURNING(), 'horizonMask: [{ azimuthDeg: 0, elevationDeg: 70 }]\n')
    const outcome = await calibrate('antenna', '--axes', '--dry-run')
    expect(outcome.stdout).toMatch(/^Left out: elevation: .*below the horizon mask/m)
  })

  it('says where the Sun is, or when it rises, and whether it may be scanned', async () => {
    const outcome = await calibrate('antenna', '--sun', '--dry-run')
    expect(outcome.stdout).toMatch(
      /^The Sun is (?:at azimuth \d+\.\d°, elevation \d+\.\d°, and up until|not up: it rises at) \d{4}-/m,
    )
  })

  it('does not move unasked, nor for a person who cannot be asked', async () => {
    const outcome = await calibrate('antenna', '--axes')
    expect(outcome.ended).toBe(1)
    expect(outcome.stderr).toMatch(/nobody can be asked here: give --yes, or --dry-run/)
  })

  it('tells that a lock-out or a latched fault holds', async () => {
    await runInProcess('lock', 'maintenance', '-c', config)
    const locked = await calibrate('antenna', '--axes', '--yes')
    expect(locked.ended).toBe(1)
    expect(locked.stderr).toMatch(/locked out for maintenance.*\[motion\.locked-out\]/)
  })

  it('refuses a fixed antenna, and a controller that cannot be asked where it is', async () => {
    write('{ kind: fixed, beamWidthDeg: 120, azimuthDeg: 0, elevationDeg: 90 }')
    const fixed = await calibrate('antenna', '--dry-run')
    expect(fixed.stderr).toMatch(/The antenna is fixed: it has no axes to calibrate/)
    write(TURNING('easycomm1'))
    const mute = await calibrate('antenna', '--axes', '--dry-run')
    expect(mute.stderr).toMatch(/cannot be asked where the antenna is: nothing can be measured of it/)
  })

  it('tells a dead line with its fault and ends', async () => {
    const outcome = await calibrate('antenna', '--axes', '--yes')
    expect(outcome.ended).toBe(1)
    expect(outcome.stderr).toMatch(/\[(?:link\.refused|link\.closed|rotator\.mute)\]/)
  })

  it.each([
    [['--sun', '--axes'], /Give one of --axes, --sun and --beacon/],
    [['--repeat', '0'], /Give a whole number from 1 to 96/],
    [['--every', '1e9'], /Give a whole number from 1 to 1440/],
    [['--frequency', 'NaN'], /Give hertz from 1000000/],
    [['--since', 'yesterday'], /--since/],
    [['--beacon', '99999', '--dry-run'], /\[catalog\./],
  ] as const)('refuses %j with one clear sentence', async (words, message) => {
    const outcome = await calibrate('antenna', ...words)
    expect(outcome.ended).toBe(1)
    expect(outcome.stderr).toMatch(message)
  })
})

describe('azel calibrate fit and show', () => {
  it('reckon the correction from the scans, take it into use, keep the one before, and show it', async () => {
    expect((await calibrate('show')).stdout).toMatch(/No correction is in use.*\nNo scan is kept\./)
    for (const [azimuth, elevation] of [
      [90, 10],
      [150, 40],
      [210, 45],
      [270, 12],
    ] as const)
      unwrap(await keepScan(data, scan(azimuth, elevation)))
    const first = await calibrate('fit')
    expect(first.stderr).toBe('')
    expect(first.stdout).toMatch(/^ {2}azimuth offset +3\.0\d+ ± /m)
    expect(first.stdout).toMatch(/^ {2}elevation offset +-1\.0\d* ± |^ {2}elevation offset +-0\.9\d* ± /m)
    expect(first.stdout).toMatch(/Not in use yet/)
    expect(existsSync(join(data, 'pointing-model.json'))).toBe(false)
    expect((await calibrate('fit', '--apply')).stdout).toMatch(/^In use from the next start: /m)
    expect(unwrap(readApplied(data))?.modelDeg.azimuthOffset).toBeCloseTo(3, 1)
    unwrap(await keepScan(data, scan(180, 46)))
    expect((await calibrate('fit', '--apply')).stdout).toMatch(/^The one before is kept in .*in-use-until-/m)
    expect((await calibrate('show')).stdout).toMatch(/^In use, of \d{4}-[\s\S]*^Scans, the last 5 of 5:$/m)
    const json: unknown = JSON.parse((await calibrate('show', '--json')).stdout)
    expect(json).toMatchObject({ inUse: { kind: 'pointing', station: 'test-1' }, scans: { length: 5 } })
    const drawing = readdirSync(join(data, 'calibration')).find((name) => /^pointing-.*\.svg$/.test(name))
    expect(drawing).toBeDefined()
    expect(readFileSync(join(data, 'calibration', drawing ?? ''), 'utf8')).toMatch(/^<svg /)
  })

  it('says why there is nothing to reckon with', async () => {
    const outcome = await calibrate('fit')
    expect(outcome.stderr).toMatch(/There is no scan since .*\[calibration\.failed\]/)
  })

  it('does not mix scans of a simulated antenna with those of a real one, nor count old ones', () => {
    const scans = [
      scan(90, 10, { provenance: 'simulated', elevationDeg: { value: 9, sigma: 0.1 } }),
      scan(150, 40, { atUtc: '2020-01-01T00:00:00Z', elevationDeg: { value: 9, sigma: 0.1 } }),
      scan(210, 45),
    ]
    const sinceUtcMs = utcMs(NOW - 30 * 86_400_000)
    const concluded = unwrap(concludePointing(scans, { station: 'x', nowUtcMs: NOW, sinceUtcMs }))
    expect(concluded.scans).toHaveLength(1)
    expect(concluded.modelDeg.elevationOffset).toBeCloseTo(-1, 6)
  })

  it.each([
    ['{', /is no JSON/],
    ['{"version":1}', /is no calibration, /],
    ['[]', /is no calibration/],
    ['null', /is no calibration/],
  ])('tells a broken file %j by its name and does not use it', async (text, message) => {
    writeFileSync(join(data, 'pointing-model.json'), text)
    const outcome = await calibrate('show')
    expect(outcome.ended).toBe(1)
    expect(outcome.stderr).toMatch(message)
    expect(outcome.stderr).toMatch(/pointing-model\.json/)
  })

  it('keeps so many scans, the newest', async () => {
    mkdirSync(join(data, 'calibration'))
    const many = Array.from({ length: SCANS_MAX }, () => scan(90, 10))
    writeFileSync(join(data, 'calibration', 'scans.json'), JSON.stringify({ version: 1, scans: many }))
    unwrap(await keepScan(data, scan(200, 50)))
    const kept = unwrap(readScans(data))
    expect(kept).toHaveLength(SCANS_MAX)
    expect(kept.at(-1)?.sky.azimuthDeg).toBe(200)
  })
})

describe('what a calibration shows', () => {
  it('gives two digits of a sigma and as many places of its value', () => {
    expect(withSigma({ value: 3.3567, sigma: 0.1523 }, '°')).toBe('3.36 ± 0.15°')
    expect(withSigma({ value: -123.4, sigma: 12.3 }, '°')).toBe('-123 ± 12°')
    expect(withSigma({ value: 1, sigma: 0 }, '°')).toBe('1.000 ± 0.000°')
  })

  it('draws both cuts of a scan, in a terminal and as an SVG that readers of XML take', () => {
    const sky = { azimuth: deg(150), elevation: deg(40) }
    const samples = (['azimuth', 'elevation'] as const).flatMap((axis) =>
      Array.from({ length: 11 }, (_, index) => {
        const beside = (index - 5) * 5
        const power = 1 + 0.8 * Math.exp(-4 * Math.LN2 * ((beside - 2) / 20) ** 2)
        return {
          axes: {
            azimuth: deg(150 + (axis === 'azimuth' ? beside / Math.cos((40 * Math.PI) / 180) : 2.6)),
            elevation: deg(40 + (axis === 'elevation' ? beside : 2)),
          },
          source: sky,
          power: power + index * 1e-4,
          sigma: 0.01,
          from: { azimuth: 1 as const, elevation: 1 as const },
        }
      }),
    )
    const fit = fitBeam(samples, { beamWidth: deg(20), baseline: true, placeSigma: deg(0.1) })
    if (fit === undefined) throw new Error('there is a beam in it')
    const result: ScanResult = { source: 'the <Sun> & "co"', atUtcMs: NOW, sky, fit, samples }
    const lines = scanPlotLines(result)
    expect(lines).toHaveLength(24)
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(80)
    expect(lines[1]).toMatch(/\+/)
    const calibration = unwrap(
      concludePointing([scan(210, 45)], { station: 'a<b', nowUtcMs: NOW, sinceUtcMs: utcMs(0) }),
    )
    for (const svg of [scanSvg(result), pointingSvg(calibration)]) {
      expect(svg).not.toMatch(/NaN|Infinity|undefined/)
      const problems: string[] = []
      const reader = new XmlReader(
        {
          open: () => {},
          close: () => {},
          broken: (reason) => problems.push(reason),
          doctype: () => problems.push('a document type'),
        },
        /<svg/,
      )
      reader.push(svg)
      reader.end()
      expect(problems).toEqual([])
      expect(svg.match(/<svg/g)).toHaveLength(1)
      expect(svg).not.toMatch(/<Sun>|a<b/)
    }
  })
})
