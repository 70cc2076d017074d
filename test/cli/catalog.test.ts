import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { utcMs } from '../../src/kernel/time.ts'
import { createVirtualClock } from '../../src/kernel/virtual-clock.ts'
import { type CelestrakDouble, startCelestrak } from '../catalog/sources/service-double.ts'
import { createPlace, type Outcome, type Place } from './azel-process.ts'
import { runInFolder } from './run-in-process.ts'

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/catalog/${name}`, import.meta.url))
const FIRST = fixture('active-2026-08-01.csv')
const SECOND = fixture('active-2026-08-22.csv')
const OWN = fileURLToPath(new URL('../../config/own-transmitters.example.yaml', import.meta.url))
const OBJECTS = readFileSync(FIRST, 'utf8').trim().split('\n').length - 1

let place: Place
let server: CelestrakDouble | undefined
beforeEach(() => {
  place = createPlace()
})
afterEach(async () => {
  await server?.close()
  server = undefined
  await place.destroy()
})

const azel = (...words: readonly string[]): Promise<Outcome> => {
  const [command = '', ...rest] = words
  return runInFolder(
    place.folder,
    ...['catalog', command, ...rest, ...(command === 'check' ? [] : ['--data', 'data'])],
  )
}
const refusal = (outcome: Outcome): string => {
  if (outcome.ended !== 1 || /^\s+at /m.test(outcome.stderr)) throw new Error(JSON.stringify(outcome))
  return outcome.stderr
}

describe('azel catalog import, list and show', () => {
  it('take files, then list and show what is there', async () => {
    // As a process, this once: the others are asked within this one.
    expect(await place.run(['catalog', 'import', FIRST, SECOND, '--data', 'data'])).toEqual({
      ended: 0,
      stderr: '',
      stdout: [
        `${FIRST}: ${OBJECTS} sets: ${OBJECTS} new, of them ${OBJECTS} new objects, 0 known already.\n`,
        `${SECOND}: ${OBJECTS} sets: ${OBJECTS} new, 0 known already.\n`,
      ].join(''),
    })
    const listed = await azel('list', 'iss', '--limit', '1')
    expect(listed.stdout).toMatch(/^number +name +age +period +height +incl\. +source +remarks\n/)
    expect(listed.stdout).toMatch(/25544 {2}ISS \(ZARYA\) .* 92\.9 min .*file active-2026-08-22\.csv/)
    const json = JSON.parse((await azel('list', '--json')).stdout)
    expect(json).toHaveLength(OBJECTS)
    expect(json.find((each: { catalogNumber: number }) => each.catalogNumber === 25544)).toMatchObject({
      name: 'ISS (ZARYA)',
      epochUtc: '2026-08-22T12:00:46.122912Z',
      flown: true,
      redistributable: true,
    })
    const shown = await azel('show', 'iss (zarya)', '--own-transmitters', OWN)
    expect(shown).toMatchObject({ ended: 0, stderr: '' })
    expect(shown.stdout).toMatch(
      /^ISS \(ZARYA\) \[25544\], 1998-067A\n {2}epoch +2026-08-22T12:00:46\.122912Z, /,
    )
    for (const part of ['inclination   51.6331°', 'revisions     2', '145.800000 MHz  FM  ISS voice']) {
      expect(shown.stdout).toContain(part)
    }
    expect(shown.stdout).toMatch(
      /uncertainty {3}±\S+ km along its orbit now, or ±\S+ \S+; \S+ % of its kind leave that, .*\n {2}learned {7}not yet here; the shipped model: celestrak/,
    )
    const object = JSON.parse((await azel('show', '25544', '--json')).stdout)
    expect(object).toMatchObject({
      current: { meanMotion: 15.49570248, flag: null },
      uncertainty: { alongTrackSigmaKm: expect.any(Number), learnedUtc: null },
      refused: null,
    })
    expect(object.revisions).toHaveLength(2)
  })

  it('take a folder: bad files and rows are named, the good ones taken', async () => {
    mkdirSync(place.path('drop'))
    copyFileSync(FIRST, place.path('drop/a.csv'))
    writeFileSync(place.path('drop/b.csv'), `${readFileSync(SECOND, 'utf8')}BROKEN,ROW\n`)
    writeFileSync(place.path('drop/c.html'), '<!DOCTYPE html>')
    const outcome = await azel('import', 'drop')
    expect(outcome.ended).toBe(1)
    expect(outcome.stdout).toContain(`drop: ${2 * OBJECTS} sets: ${2 * OBJECTS} new`)
    expect(outcome.stderr).toMatch(/^azel: drop\/c\.html is a web page/m)
    expect(outcome.stderr).toMatch(new RegExp(`^drop/b\\.csv:${OBJECTS + 2}: row `, 'm'))
  })

  it('list elements of SGP4-XP, marked as never flown', async () => {
    const rows = readFileSync(SECOND, 'utf8').split('\r\n')
    const columns = (rows[0] ?? '').split(',')
    const cells = (rows.find((row) => row.includes(',25544,')) ?? '').split(',')
    cells[columns.indexOf('EPHEMERIS_TYPE')] = '4'
    writeFileSync(place.path('xp.csv'), `${rows[0]}\n${cells.join(',')}\n`)
    expect((await azel('import', 'xp.csv')).stdout).toMatch(
      /SGP4-XP, which SGP4 gets wrong .*it is not flown\n$/,
    )
    expect((await azel('list')).stdout).toMatch(/ISS \(ZARYA\) .* sgp4-xp\n$/)
    expect(JSON.parse((await azel('list', '--json')).stdout)).toMatchObject([
      { catalogNumber: 25544, flown: false, remarks: ['sgp4-xp'] },
    ])
  })

  it('tell what is refused, and list it', async () => {
    const rows = readFileSync(SECOND, 'utf8').split('\r\n')
    const columns = (rows[0] ?? '').split(',')
    const cells = (rows.find((row) => row.includes(',25544,')) ?? '').split(',')
    cells[columns.indexOf('EPOCH')] = '2026-08-22T18:00:00'
    cells[columns.indexOf('INCLINATION')] = '98.2'
    writeFileSync(place.path('swapped.csv'), `${rows[0]}\n${cells.join(',')}\n`)
    await azel('import', SECOND)
    expect((await azel('import', 'swapped.csv')).stdout).toBe(
      [
        'swapped.csv: 1 set: 1 new, 0 known already, 1 refused.\n',
        '  ISS (ZARYA) [25544] jumped from its previous set as no orbit does (epoch 2026-08-22T18:00:00Z); it is not flown\n',
      ].join(''),
    )
    const listed = await azel('list', '--flagged')
    expect(listed.stdout.split('\n')).toHaveLength(3)
    expect(listed.stdout).toContain('newer refused: jump')
    expect((await azel('show', '25544')).stdout).toMatch(
      /refused +the set of 2026-08-22T18:00:00Z: it jumped from its previous set as no orbit does/,
    )
  })

  it('name near ones for a satellite that is not there, and the choice where it is not one', async () => {
    expect((await azel('list')).stderr).toContain('The catalogue is empty: begin with "azel catalog fetch"')
    await azel('import', SECOND)
    expect(refusal(await azel('show', 'ISS (ZARIA)'))).toMatch(/the nearest name is "ISS \(ZARYA\)"\. /)
    expect(refusal(await azel('show', 'zaria'))).toMatch(/the nearest name is "ISS \(ZARYA\)"\. /)
    expect(refusal(await azel('show', '99'))).toMatch(/There is no "99" in the catalogue\. /)
    expect(refusal(await azel('show', 'starlink'))).toMatch(/alone: STARLINK-\d+ \[\d+\], .* and \d+ more\. /)
  })

  it('end quietly when their reader leaves', async () => {
    await azel('import', SECOND)
    const outcome = await place.run(
      ['catalog', 'list', '--json', '--data', 'data'],
      ['sh', '-c', '"$@" | true; exit 0', 'sh'],
    )
    expect(outcome.stderr).not.toMatch(/EPIPE|^\s+at /m)
  })

  it.each([
    [['list', '--limit', '0'], /whole number/],
    [['list', '--older-than', 'long'], /number of days/],
    [['import', 'missing.csv'], /missing\.csv cannot be read/],
    [['show', '25544', '--transmitters', 'missing.json'], /missing\.json cannot be read/],
    [['fetch', '--celestrak-number', 'ISS'], /catalogue number/],
    [['fetch'], /no source is configured/],
    [['fetch', '--celestrak-group', 'active', '--server', 'http://example.org'], /is no https address/],
  ])('refuse %j in a sentence', async (words, message) => {
    expect(refusal(await azel(...words))).toMatch(message)
  })
})

describe('azel catalog check', () => {
  it.each([
    [
      SECOND,
      /is a file of elements, OMM in CSV\.\n {2}\d+ objects\n {2}epochs from 2026-\S+ \(.* old\) to 2026/,
    ],
    [OWN, /is a station's own list of transmitters\.\n {2}3 transmitters of 2 objects\n$/],
  ])('says what %s is', async (file, message) => {
    expect(await azel('check', file)).toMatchObject({
      ended: 0,
      stderr: '',
      stdout: expect.stringMatching(message),
    })
  })

  it('names each complaint with its line, and what gave way to a newer set', async () => {
    const text = readFileSync(SECOND, 'utf8')
    writeFileSync(place.path('doubtful.csv'), `${text}${text.split('\r\n')[1]}\r\nBROKEN,ROW\r\n`)
    const outcome = await azel('check', 'doubtful.csv')
    expect(refusal(outcome)).toMatch(new RegExp(`^doubtful\\.csv:${OBJECTS + 3}: row `))
    expect(outcome.stdout).toContain('1 set gave way to a newer one of the same object:')
    const json = JSON.parse((await azel('check', 'doubtful.csv', '--json')).stdout)
    expect(json).toMatchObject({ objects: OBJECTS, superseded: 1, complaintCount: 1 })
  })
})

describe('azel catalog fetch', () => {
  it('fetches once, waits across runs, and says when it may ask again', async () => {
    server = await startCelestrak(createVirtualClock({ startUtc: utcMs(0) }), readFileSync(SECOND, 'utf8'))
    const words = ['fetch', '--celestrak-group', 'active', '--server', server.url]
    expect(await azel(...words)).toMatchObject({
      ended: 0,
      stderr: '',
      stdout: expect.stringMatching(new RegExp(`GROUP=active: ${OBJECTS} sets: ${OBJECTS} new`)),
    })
    const again = await azel(...words)
    expect(again).toMatchObject({ ended: 0, stderr: '' })
    expect(again.stdout).toMatch(
      /not asked, it was asked at \S+Z; it may be asked again at \S+Z\. What was fetched last is used\.\n$/,
    )
    expect(JSON.parse((await azel(...words, '--json')).stdout)).toMatchObject([{ kind: 'wait' }])
    expect(server.requests()).toHaveLength(1)
    expect(server.headers()[0]?.['user-agent']).toMatch(/^azel\/\d/)
  })

  it('asks the sources of a configuration, and keeps what comes in its data folder', async () => {
    server = await startCelestrak(createVirtualClock({ startUtc: utcMs(0) }), readFileSync(SECOND, 'utf8'))
    copyFileSync(FIRST, place.path('mine.csv'))
    const example = readFileSync(new URL('../../config/azel.example.yaml', import.meta.url), 'utf8')
    const sources = [
      `{ kind: celestrak, group: active, server: "${server.url}" }`,
      `{ kind: file, path: "${place.path('mine.csv')}" }`,
      `{ kind: directory, path: "${place.path('nowhere')}" }`,
    ]
    writeFileSync(
      place.path('azel.yaml'),
      example
        .replace(/sources: .*/, `sources: [${sources.join(', ')}]`)
        .replace('dataFolder: /var/lib/azel', `dataFolder: ${place.path('station')}`)
        .replace(/transmitters: .*/, `ownTransmitters: ${OWN}`),
    )
    const outcome = await runInFolder(place.folder, 'catalog', 'fetch', '--config', 'azel.yaml')
    expect(outcome.ended).toBe(1)
    expect(outcome.stdout.match(new RegExp(`: ${OBJECTS} sets: ${OBJECTS} new`, 'g'))).toHaveLength(2)
    expect(outcome.stderr).toMatch(/^azel: The file \S+nowhere cannot be read .*\[catalog\.unreadable\]\n$/)
    const shown = await runInFolder(place.folder, 'catalog', 'show', '25544', '--config', 'azel.yaml')
    expect(shown.stdout).toContain('revisions     2')
    expect(shown.stdout).toContain('ISS voice')
    const listed = await runInFolder(place.folder, 'catalog', 'list', '--data', 'station')
    expect(listed.stderr).toBe(`${OBJECTS} objects.\n`)
  })

  it('stops at a refusal, and asks again when a person says so', async () => {
    server = await startCelestrak(createVirtualClock({ startUtc: utcMs(0) }), readFileSync(SECOND, 'utf8'))
    server.once((_request, response) => response.writeHead(403).end('You are blocked.'))
    const words = ['fetch', '--celestrak-group', 'active', '--server', server.url]
    const told = refusal(await azel(...words))
    expect(told).toMatch(
      /^azel: \S+ answered 403 \("You are blocked\."\)\. .*"azel catalog fetch --retry"\. \[source\.stopped\]\n$/,
    )
    expect(refusal(await azel(...words))).toBe(told)
    expect(server.requests()).toHaveLength(1)
    expect((await azel(...words, '--retry')).ended).toBe(0)
  })

  it('ends with a word at Ctrl-C, and what was asked counts as asked', async () => {
    let asked = (): void => {}
    const arrived = new Promise<void>((resolve) => {
      asked = resolve
    })
    server = await startCelestrak(createVirtualClock({ startUtc: utcMs(0) }), '')
    server.once(() => asked())
    const words = [
      'catalog',
      'fetch',
      '--data',
      'data',
      '--celestrak-group',
      'active',
      '--server',
      server.url,
    ]
    const running = place.start(words)
    await arrived
    running.child.kill('SIGINT')
    const outcome = await running.done
    expect(outcome).toMatchObject({ ended: 130, stderr: 'azel: stopped; what was asked counts as asked\n' })
    expect((await place.run(words)).stdout).toMatch(/not asked/)
  })
})
