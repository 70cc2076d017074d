import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SKIPPED_KEPT_MAX } from '../../src/catalog/element-readings.ts'
import { readElementFile } from '../../src/catalog/read-elements.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { formatUtc, parseUtc } from '../../src/kernel/time.ts'

const fixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/catalog/${name}`, import.meta.url), 'utf8')
const read = (text: string) => readElementFile(text, { sourceName: 'test' })
const readGood = (text: string) => unwrap(read(text))

const HEADER =
  'OBJECT_NAME,OBJECT_ID,EPOCH,MEAN_MOTION,ECCENTRICITY,INCLINATION,RA_OF_ASC_NODE,ARG_OF_PERICENTER,MEAN_ANOMALY,' +
  'EPHEMERIS_TYPE,CLASSIFICATION_TYPE,NORAD_CAT_ID,ELEMENT_SET_NO,REV_AT_EPOCH,BSTAR,MEAN_MOTION_DOT,MEAN_MOTION_DDOT'
const ISS =
  'ISS (ZARYA),1998-067A,2026-08-22T12:00:46.122912,15.49570248,.00076683,51.6331,331.8814,72.6488,287.5339,' +
  '0,U,25544,999,58203,.17025076E-3,.9133E-4,0'
const HST =
  'HST,1990-037B,2026-08-22T15:03:47.836800,15.31421310,.00020632,28.4738,346.2416,150.3073,209.7640,' +
  '0,U,20580,999,79876,.1840818E-3,.5984E-4,0'
const TLE = [
  '1 00005U 58002B   00179.78495062  .00000023  00000-0  28098-4 0  4753',
  '2 00005  34.2682 348.7242 1859667 331.7664  19.3264 10.82419157413667',
]
const records = (...rows: string[]): Record<string, string>[] =>
  rows.map((row) => {
    const cells = row.split(',')
    return Object.fromEntries(HEADER.split(',').map((name, index) => [name, cells[index] ?? '']))
  })

describe('one object in four dialects [object 100000]', () => {
  const dialects = ['celestrak.csv', 'celestrak.json', 'spacetrack.json', 'alpha5.tle']

  test.each(dialects)('%s gives its number and its elements', (dialect) => {
    const { elementSets, skipped } = readGood(fixture(`saramago-${dialect}`))
    expect(skipped).toEqual([])
    const [set] = elementSets
    expect(set).toMatchObject({
      catalogNumber: 100000,
      name: 'SARAMAGO',
      objectId: '2026-067CY',
      meanMotion: 15.20467281,
      inclination: 97.4593,
      rightAscension: 154.097,
      ephemerisType: 0,
      elementSetNumber: 999,
    })
    // A TLE has one digit less of the eccentricity and of the drag, and 8 of the day.
    const isTle = dialect.endsWith('tle')
    expect(set?.eccentricity).toBeCloseTo(0.00055903, isTle ? 6 : 12)
    expect(set?.bstar).toBeCloseTo(0.0002215917, isTle ? 8 : 9)
    const epoch = unwrap(parseUtc('2026-07-14T21:45:20.933856Z'))
    expect(Math.abs((set?.epochUtcMs ?? 0) - epoch)).toBeLessThan(isTle ? 0.5 : 0.0005)
  })
})

describe('OMM in CSV', () => {
  test('byte order mark, CRLF, blank lines, quotes and columns in another order are no matter', () => {
    const text = `\uFEFF${HEADER}\r\n\r\n"${ISS.replace(',', '",')}\r\n  \r\n"SAY ""HI"", TWO\r\nLINES"${HST.slice(3)}\r\n`
    const { elementSets, skippedCount } = readGood(text)
    expect(skippedCount).toBe(0)
    expect(elementSets.map(({ name }) => name)).toEqual(['ISS (ZARYA)', 'SAY "HI", TWO\nLINES'])
    const columns = HEADER.split(',').reverse().join(',')
    expect(readGood(`${columns}\n${ISS.split(',').reverse().join(',')}`).elementSets[0]).toEqual(
      elementSets[0],
    )
  })

  test('the epoch keeps its six decimals', () => {
    const [set] = readGood(`${HEADER}\n${ISS}`).elementSets
    expect(formatUtc(set?.epochUtcMs ?? (0 as never), 6)).toBe('2026-08-22T12:00:46.122912Z')
    const ofDay = readGood(`${HEADER}\n${ISS.replace('2026-08-22T', '2026-234T')}`).elementSets[0]
    expect(ofDay).toEqual(set)
  })

  test.each([
    ['a word for a number', ISS.replace('15.49570248', 'fast'), 'MEAN_MOTION'],
    ['an empty number', ISS.replace('15.49570248', ''), 'MEAN_MOTION'],
    ['NaN', ISS.replace('.17025076E-3', 'NaN'), 'BSTAR'],
    ['a hyperbola', ISS.replace('.00076683', '1.2'), 'ECCENTRICITY'],
    ['a bad epoch', ISS.replace('2026-08-22T', '2026-13-22T'), 'EPOCH'],
    ['Alpha-5 in an OMM', ISS.replace('25544', 'A0000'), 'NORAD_CAT_ID'],
    ['ten digits', ISS.replace('25544', '1000000000'), 'NORAD_CAT_ID'],
    ['SGP', ISS.replace(',0,U,', ',1,U,'), 'EPHEMERIS_TYPE'],
    ['a field too few', ISS.replace('1998-067A,', ''), 'row'],
    ['a quote that is never closed', `"${ISS}`, 'row'],
  ])('%s costs that object, named by line and field, and no other', (_what, bad, field) => {
    const { elementSets, skipped, skippedCount } = readGood(
      `${HEADER}\n${HST}\n${bad}\n${HST.replace('20580', '9')}\n`,
    )
    expect(elementSets.map(({ catalogNumber }) => catalogNumber)).toEqual([20580, 9])
    expect(skippedCount).toBe(1)
    expect(skipped).toMatchObject([{ line: 3, field }])
  })

  test('numbers of nine digits are read', () => {
    expect(readGood(`${HEADER}\n${ISS.replace('25544', '799501621')}`).elementSets[0]?.catalogNumber).toBe(
      799501621,
    )
  })

  test('of several sets of one object the newest epoch wins, wherever it stands', () => {
    const older = ISS.replace('2026-08-22T', '2026-08-21T')
    for (const order of [
      [older, ISS, HST],
      [ISS, HST, older],
    ]) {
      const { elementSets, supersededCount } = readGood([HEADER, ...order].join('\n'))
      expect(supersededCount).toBe(1)
      const iss = elementSets.filter(({ catalogNumber }) => catalogNumber === 25544)
      expect(iss.map(({ epochUtcMs }) => formatUtc(epochUtcMs, 0))).toEqual(['2026-08-22T12:00:46Z'])
    }
  })

  test('a table without a column that is needed is refused with its name', () => {
    const result = read(`${HEADER.replace('BSTAR', 'DRAG')}\n${ISS}`)
    expect(result).toMatchObject({ ok: false, error: { code: 'catalog.format' } })
    expect(result.ok ? '' : result.error.message).toContain('BSTAR')
  })

  test('complaints are all counted and only so many kept', () => {
    const bad = Array.from({ length: SKIPPED_KEPT_MAX + 50 }, () => 'x').join('\n')
    const { skipped, skippedCount } = readGood(`${HEADER}\n${bad}\n${ISS}`)
    expect(skippedCount).toBe(SKIPPED_KEPT_MAX + 50)
    expect(skipped.length).toBe(SKIPPED_KEPT_MAX)
  })
})

describe('OMM in JSON', () => {
  const [iss, hst] = records(ISS, HST)
  const last = { ...hst, NORAD_CAT_ID: '9' }

  test('texts for numbers, nulls and one object alone are read', () => {
    const expected = readGood(`${HEADER}\n${ISS}`).elementSets
    expect(readGood(JSON.stringify([iss])).elementSets).toEqual(expected)
    expect(
      readGood(JSON.stringify({ ...iss, MEAN_MOTION: 15.49570248, MEAN_MOTION_DDOT: null })).elementSets,
    ).toEqual(expected)
  })

  test.each([
    ['a forgotten quote', JSON.stringify(iss).replace('"MEAN_MOTION"', 'MEAN_MOTION"')],
    ['a forgotten brace', JSON.stringify(iss).slice(0, -1)],
    ['a trailing comma', JSON.stringify(iss).replace('}', ',}')],
    ['a missing element', JSON.stringify({ ...iss, BSTAR: null })],
    ['a number as a list', JSON.stringify({ ...iss, BSTAR: [1] })],
    ['another frame', JSON.stringify({ ...iss, REF_FRAME: 'EME2000' })],
    ['another theory', JSON.stringify({ ...iss, MEAN_ELEMENT_THEORY: 'DSST' })],
  ])('%s costs that object and no other', (_what, bad) => {
    for (const separator of ['\n', '']) {
      const text = `[${[JSON.stringify(hst), bad, JSON.stringify(last)].join(`,${separator}`)}]`
      const { elementSets, skipped, skippedCount } = readGood(text)
      expect(elementSets.map(({ catalogNumber }) => catalogNumber)).toEqual([20580, 9])
      expect(skippedCount).toBe(1)
      expect(skipped[0]?.line).toBe(separator === '' ? 1 : 2)
    }
  })

  test('a text of nothing but braces ends soon', () => {
    expect(read('{'.repeat(200_000))).toMatchObject({ ok: false, error: { code: 'catalog.empty' } })
  })
})

describe('TLE', () => {
  test('two lines with and without a name, with 0 and CRLF', () => {
    const [line1 = '', line2 = ''] = TLE
    const plain = readGood(TLE.join('\n')).elementSets[0]
    expect(plain).toMatchObject({
      catalogNumber: 5,
      name: '',
      objectId: '1958-002B',
      bstar: 0.28098e-4,
      meanMotionDot: 2.3e-7,
      eccentricity: 0.1859667,
      meanMotion: 10.82419157,
      revolutionAtEpoch: 41366,
      elementSetNumber: 475,
    })
    expect(formatUtc(plain?.epochUtcMs ?? (0 as never), 6)).toBe('2000-06-27T18:50:19.733568Z')
    const named = readGood(`VANGUARD 1  \r\n${line1}\r\n${line2}\r\n\r\n0 SECOND\r\n${line1}\r\n${line2}`)
    expect(named.elementSets.map(({ name }) => name)).toEqual(['SECOND'])
    expect(readGood(`VANGUARD 1\n${TLE.join('\n')}`).elementSets[0]).toEqual({ ...plain, name: 'VANGUARD 1' })
  })

  test('the odd but legal ones are read, and wrong checksums named by line', () => {
    const { elementSets, skipped, supersededCount } = readGood(fixture('billgray_test.tle'))
    expect(elementSets.length + supersededCount).toBe(53)
    expect(skipped.map(({ line, field }) => [line, field])).toEqual(
      [185, 188, 191, 194, 197, 200, 203, 206].map((line) => [line, 'checksum']),
    )
    expect(elementSets.find(({ catalogNumber }) => catalogNumber === 88888)).toMatchObject({
      bstar: 0.66816e-4,
      meanMotionDdot: 0.13844e-3,
    })
  })

  test.each([
    ['a cut line', TLE.map((line) => line.slice(0, 65))],
    ['a line 1 without its line 2', [TLE[0] ?? '', 'NEXT']],
    ['a line 2 without its line 1', [TLE[1] ?? '']],
    ['a wrong digit', TLE.map((line) => line.replace('34.2682', '34.2683'))],
    ['lines of two objects', [TLE[0] ?? '', (TLE[1] ?? '').replace('00005', '00014')]],
  ])('%s costs that object and no other', (_what, bad) => {
    const good = fixture('saramago-alpha5.tle').trimEnd()
    const { elementSets, skippedCount } = readGood([good, ...bad, good].join('\n'))
    expect(elementSets.map(({ catalogNumber }) => catalogNumber)).toEqual([100000])
    expect(skippedCount).toBe(1)
  })
})

describe('what is no element file', () => {
  test.each([
    ['nothing', '', 'catalog.empty', 'empty'],
    ['white space', ' \r\n\t', 'catalog.empty', 'empty'],
    ['a web page', '<!DOCTYPE html><html>403</html>', 'catalog.format', 'web page'],
    ['other XML', '<?xml version="1.0"?><rss/>', 'catalog.format', 'its root is "rss"'],
    ['an ephemeris', 'CCSDS_OEM_VERS = 2.0\n', 'catalog.format', 'is an OEM (orbit ephemeris message)'],
    ['an NDM without messages', '<?xml version="1.0"?><ndm/>', 'catalog.empty', 'no good element set'],
    ['prose', 'Invalid query: "GROUP=x"', 'catalog.format', 'no elements'],
    ['an empty list', '[]', 'catalog.empty', 'no good element set'],
    ['a header alone', HEADER, 'catalog.empty', 'no good element set'],
  ])('%s is refused with its reason', (_what, text, code, words) => {
    const result = read(text)
    expect(result).toMatchObject({ ok: false, error: { code } })
    expect(result.ok ? '' : result.error.message).toContain(words)
  })

  test('where no object is good, the first reason is told', () => {
    const result = read(`${HEADER}\n${ISS.replace('51.6331', 'x')}`)
    expect(result.ok ? '' : result.error.message).toBe(
      'test holds no good element set: 1 bad, line 2: INCLINATION "x" is no number',
    )
  })

  test('no text whatever makes it throw', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(
        HEADER,
        ISS,
        HST,
        ...TLE,
        '\n',
        '"',
        ',',
        '[',
        '{',
        '}',
        '\\',
        '\r\n',
        JSON.stringify(records(ISS)),
      ),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const result = read(pieces.join(''))
        if (result.ok) expect(result.value.elementSets.length).toBeGreaterThan(0)
        else expect(result.error.message).not.toBe('')
      }),
      { numRuns: 500 },
    )
  })
})
