import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { XmlReader } from '../../src/catalog/xml-reader.ts'
import { axisTicks } from '../../src/cli/plan/bars.ts'
import { planSvg } from '../../src/cli/plan/chart-svg.ts'
import { planChart } from '../../src/cli/plan/chart-text.ts'
import { planText } from '../../src/cli/plan/plan-text.ts'
import { planJson, type ShownPlan } from '../../src/cli/plan/shown-plan.ts'
import { formatUtc, MS_PER_HOUR, utcMs } from '../../src/kernel/time.ts'
import { deg } from '../../src/kernel/units.ts'
import type { Pass } from '../../src/orbit/pass.ts'
import { utc } from '../orbit/fixtures.ts'
import { writeReferenceElements } from './reference-file.ts'
import { refusalOf, runInProcess } from './run-in-process.ts'

const EXAMPLE = fileURLToPath(new URL('../../config/azel.example.yaml', import.meta.url))
const REQUESTS = `requests:
  - { id: iss, catalogNumber: 25544, priority: 80, frequencyHz: 145800000 }
  - { id: ao-7, catalogNumber: 7530, priority: 40, frequencyHz: 145977500 }
  - { id: so-50, catalogNumber: 27607, priority: 40, frequencyHz: 436795000 }
  - { id: nobody, catalogNumber: 999999, frequencyHz: 145800000 }
`

let folder = ''
let configuration = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'azel-plan-'))
  configuration = join(folder, 'azel.yaml')
  writeReferenceElements(join(folder, 'elements.json'))
  writeFileSync(
    configuration,
    readFileSync(EXAMPLE, 'utf8')
      .replace(/sources: .*/, `elements: ${join(folder, 'elements.json')}`)
      .replace(/ {2}transmitters: .*/, '')
      .replace(/requests:[\s\S]*?\n\n/, `${REQUESTS}\n`)
      .replace('dataFolder: /var/lib/azel', `dataFolder: ${folder}`),
  )
  writeFileSync(
    geometric(),
    readFileSync(configuration, 'utf8').replace(
      '  heightM: 90',
      '  refraction: { model: none }\n  heightM: 90',
    ),
  )
})
afterAll(() => rmSync(folder, { recursive: true }))

/** The other configuration: the same without air. */
const geometric = (): string => join(folder, 'geometric.yaml')
const plan = (...words: readonly string[]) =>
  runInProcess('plan', '--config', geometric(), '--from', '2026-08-23', ...words)

describe('azel plan', () => {
  it('tells what is taken and when, draws it, and says of the rest why not', async () => {
    const { stdout, stderr, ended } = await plan()
    expect(ended).toBe(0)
    expect(stdout).toMatch(
      /^Oslo roof \(oslo-1\), 2026-08-23 00:00 to 2026-08-24 00:00 UTC: \d+ passes taken, \d+ not\ngeometric, UT1 = UTC\n/,
    )
    expect(stdout).toMatch(/\nSunday 2026-08-23\n/)
    expect(stdout).toMatch(/\nISS \(ZARYA\) +05:22:35 WSW {2}20° S +05:28:58 SE +iss +0\.7 d ±0\.\d s\n/)
    expect(stdout).toMatch(/\niss +·+█/)
    expect(stdout).toMatch(/\nnobody +·+\n/)
    expect(stdout).toMatch(/\nNot taken\n(\d\d-\d\d \d\d:\d\d {2}[^\n]+: [^\n]+\n)+$/)
    expect(stderr).toMatch(/^azel: There are no elements .*999999.*\n/m)
  })

  it('gives programs one object with each pass of the requests, taken or with its reason', async () => {
    const json = JSON.parse((await plan('--json', '--hours', '48')).stdout)
    expect(json).toMatchObject({ station: 'oslo-1', toUtc: '2026-08-25T00:00:00.000000Z' })
    for (const task of json.tasks) {
      expect(task).toMatchObject({
        request: expect.stringMatching(/^(iss|ao-7|so-50)$/),
        timeSigmaSec: expect.any(Number),
      })
      expect(task.startUtc <= task.tcaUtc && task.tcaUtc <= task.stopUtc).toBe(true)
    }
    for (const each of json.notTaken) expect(each.reason).toMatch(/^not taken: /)
    expect(
      json.notTaken.some(({ reason }: { reason: string }) => reason.includes('below the 10° asked for')),
    ).toBe(true)
    expect(json.troubles.length).toBeGreaterThan(0)
  })

  it('plans what is seen through the air unless told otherwise, and says so', async () => {
    const seen = JSON.parse(
      (await runInProcess('plan', '--config', configuration, '--from', '2026-08-23', '--json')).stdout,
    )
    const bare = JSON.parse((await plan('--json')).stdout)
    expect(bare).toMatchObject({ refraction: null, ut1: 'UT1 = UTC' })
    expect(seen.refraction).toMatch(/^ITU-R P\.834, 1002\.5 hPa, 14\.4 °C, 60 %$/)
    const [lifted, straight] = [seen, bare].map(({ tasks }) =>
      tasks.find(({ request }: { request: string }) => request === 'iss'),
    )
    // A sixth of a degree at 5° is some seconds earlier at the rise.
    const earlierMs = Date.parse(straight.aosUtc) - Date.parse(lifted.aosUtc)
    expect(earlierMs).toBeGreaterThan(1_000)
    expect(earlierMs).toBeLessThan(10_000)
    expect(lifted.maximumElevationDeg).toBeGreaterThan(straight.maximumElevationDeg)
  })

  it('draws into a file, whole or not at all', async () => {
    const path = join(folder, 'plan.svg')
    expect((await plan('--svg', path, '--json')).ended).toBe(0)
    expect(readFileSync(path, 'utf8')).toMatch(
      /^<svg [\s\S]*<title>ISS \(ZARYA\), 05:22:35 to 05:28:58 UTC, up to 20° S<[\s\S]*<\/svg>\n$/,
    )
    expect(refusalOf(await plan('--svg', join(folder, 'none', 'plan.svg')))).toMatch(
      /\[plan\.not-written\]\n$/,
    )
    expect(readdirSync(folder).toSorted()).toEqual([
      'azel.yaml',
      'elements.json',
      'geometric.yaml',
      'plan.svg',
    ])
  })

  it('judges elements as they will be: those of three months ago are not flown', async () => {
    const later = await runInProcess('plan', '--config', configuration, '--from', '2026-11-23')
    expect(later.stdout).toContain(': 0 passes taken, 0 not\n')
    expect(later.stderr).toMatch(
      /ISS \(ZARYA\) \[25544\] has elements that are 92 d 11 h old\..*\[catalog\.unfit\]/,
    )
  })

  it('refuses a configuration that is not there', async () => {
    expect(refusalOf(await runInProcess('plan', '--config', '/nowhere'))).toMatch(/\[config\.unreadable\]\n$/)
  })
})

const FROM = utc('2026-08-23T00:00:00')
const passOf = (hours: number, minutes: number, name = 'ISS'): Pass => {
  const aosUtcMs = utcMs(FROM + hours * MS_PER_HOUR)
  const losUtcMs = utcMs(aosUtcMs + minutes * 60_000)
  return {
    catalogNumber: 25544,
    name,
    aosUtcMs,
    aosAzimuth: deg(200),
    losUtcMs,
    losAzimuth: deg(20),
    tcaUtcMs: aosUtcMs,
    tcaAzimuth: deg(110),
    maximumElevation: deg(45),
    culminations: [],
    openStart: false,
    openEnd: false,
  }
}
const request = { id: 'iss', catalogNumber: 25544, priority: 1 }
const shown = (change: Partial<ShownPlan> = {}): ShownPlan => ({
  station: { id: 'oslo-1', name: 'Oslo' },
  fromUtcMs: FROM,
  toUtcMs: utcMs(FROM + 24 * MS_PER_HOUR),
  requests: [request],
  timetable: {
    tasks: [12, 18].map((hours) => {
      const pass = passOf(hours, 60)
      return { passId: 'a', request, pass, startUtcMs: pass.aosUtcMs, stopUtcMs: pass.losUtcMs }
    }),
    notTaken: [{ passId: 'b', pass: passOf(6, 5), request, reason: 'not taken: <why> & "so"' }],
  },
  qualityOf: () => undefined,
  refraction: undefined,
  ut1: 'UT1 = UTC',
  troubles: [],
  ...change,
})

it('says which passes are not taken whole, and why, to people and to programs', () => {
  const { timetable } = shown()
  const cut = 'begins 36 s late: the antenna needs 40 s from A to B'
  const [first, ...rest] = timetable.tasks
  const tasks = [...(first === undefined ? [] : [{ ...first, cut }]), ...rest]
  const plan = shown({ timetable: { ...timetable, tasks } })
  expect([...planText(plan, 80)].join('')).toMatch(
    /\nNot taken whole\n\d\d-\d\d 12:00 {2}ISS \(iss\) *: begins 36 s late: .*\n/,
  )
  expect(JSON.parse(planJson(plan)).tasks.map((task: { cut: unknown }) => task.cut)).toEqual([cut, null])
})

describe('the chart on a terminal', () => {
  it('stands to scale, is as wide as it is told and shows short passes', () => {
    const [axis = '', row = '', legend] = planChart(shown(), 53)
    expect(axis).toBe('     08-23 03    06    09    12    15    18    21')
    expect(row).toBe(`iss  ${'·'.repeat(12)}░${'·'.repeat(11)}███${'·'.repeat(9)}███${'·'.repeat(9)}`)
    expect(legend).toBe('     █ taken   ░ not taken')
  })

  it('ends after a screen of requests', () => {
    const requests = Array.from({ length: 100 }, (_, index) => ({ ...request, id: `request-${index}` }))
    const lines = planChart(shown({ requests }), 80)
    expect(lines).toHaveLength(43)
    expect(lines.at(-2)).toBe('and 60 more requests')
  })

  it.each([
    [1, 9],
    [24, 12],
    [168, 7],
    [8_784, 12],
  ])('has an axis of whole hours for a window of %i h, at most %i of them', (hours, countMax) => {
    const ticks = axisTicks({ fromUtcMs: FROM, toUtcMs: utcMs(FROM + hours * MS_PER_HOUR) }, countMax)
    expect(ticks.length).toBeGreaterThan(1)
    expect(ticks.length).toBeLessThanOrEqual(countMax + 1)
    for (const tick of ticks) expect(formatUtc(tick, 0)).toMatch(/:00:00Z$/)
  })
})

describe('the drawing', () => {
  it('is well-formed XML whatever names and reasons hold', () => {
    const hostile = shown({
      station: { id: 'x', name: '<script>&\u0007' },
      requests: [{ ...request, id: 'iss' }],
    })
    const titles: string[] = []
    const problems: string[] = []
    let open = 0
    const reader = new XmlReader(
      {
        open: () => {
          open += 1
        },
        close: (_name, text) => {
          open -= 1
          titles.push(text)
        },
        broken: (reason) => problems.push(reason),
        doctype: () => problems.push('a document type'),
      },
      /<svg/,
    )
    reader.push(planSvg(hostile))
    reader.end()
    expect({ problems, open }).toEqual({ problems: [], open: 0 })
    expect(titles.join('')).toContain('not taken: <why> & "so"')
  })
})
