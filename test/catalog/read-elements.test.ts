import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SKIPPED_KEPT_MAX } from '../../src/catalog/element-readings.ts'
import { readElementFile } from '../../src/catalog/read-elements.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { formatUtc, parseUtc } from '../../src/kernel/time.ts'

const fixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/catalog/${name}`, import.meta.url), 'utf8')
const odm = (name: string): string =>
  readFileSync(new URL(`../fixtures/odm/${name}`, import.meta.url), 'utf8')
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

describe('one object in six dialects [object 100000]', () => {
  const dialects = [
    'celestrak-style.csv',
    'celestrak-style.json',
    'celestrak-style.kvn',
    'celestrak-style.xml',
    'spacetrack-style-strings.json',
    'alpha5.tle',
  ]

  test.each(dialects)('%s gives its number and its elements', (dialect) => {
    const { elementSets, skipped } = readGood(odm(`omm-derived-saramago-100000/${dialect}`))
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
      const { elementSets, superseded, supersededCount } = readGood([HEADER, ...order].join('\n'))
      expect(supersededCount).toBe(1)
      expect(
        superseded.map(({ name, byEpochUtcMs, epochUtcMs }) => [name, byEpochUtcMs - epochUtcMs]),
      ).toEqual([['ISS (ZARYA)', 86_400_000]])
      const iss = elementSets.filter(({ catalogNumber }) => catalogNumber === 25544)
      expect(iss.map(({ epochUtcMs }) => formatUtc(epochUtcMs, 0))).toEqual(['2026-08-22T12:00:46Z'])
    }
  })

  test('a table without a column that is needed is refused with its name', () => {
    const result = read(`${HEADER.replace('BSTAR', 'DRAG')}\n${ISS}`)
    expect(result).toMatchObject({ ok: false, error: { code: 'catalog.format' } })
    expect(result.ok ? '' : result.error.message).toContain('BSTAR')
  })

  test('tables that were joined are read, and a column that is there twice is refused', () => {
    expect(readGood([HEADER, ISS, HEADER, HST].join('\n')).elementSets.length).toBe(2)
    expect(read([`${HEADER},BSTAR`, ISS].join('\n'))).toMatchObject({
      ok: false,
      error: { code: 'catalog.format' },
    })
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
    ['a forgotten opening brace', JSON.stringify(iss).slice(1)],
    ['a text in place of an object', '"no data"'],
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

  test('a quote that is lost ends with its line, so that a brace in the next name closes nothing', () => {
    const bad = JSON.stringify(iss).replace('"MEAN_MOTION"', 'MEAN_MOTION"')
    const text = [JSON.stringify(hst), bad, JSON.stringify({ ...last, OBJECT_NAME: 'A}' })].join(',\n')
    const { elementSets, skippedCount } = readGood(`[${text}]`)
    expect(elementSets.map(({ name }) => name)).toEqual(['HST', 'A}'])
    expect(skippedCount).toBe(1)
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

  test('of the verification cases of AIAA 2006-6753 all are read whose checksums are right', () => {
    const text = readFileSync(new URL('../fixtures/orbit/SGP4-VER.TLE', import.meta.url), 'utf8')
    const { elementSets, superseded, skipped } = readGood(text)
    expect(elementSets.length).toBe(29)
    expect(superseded.map(({ catalogNumber }) => catalogNumber)).toEqual([20413])
    expect(skipped).toEqual([
      { line: 100, field: 'checksum', reason: 'is "4" where the line adds up to 2' },
      { line: 103, field: 'checksum', reason: 'is "9" where the line adds up to 6' },
      { line: 106, field: 'checksum', reason: 'is "0" where the line adds up to 3' },
    ])
  })

  test.each([
    ['a cut line', TLE.map((line) => line.slice(0, 65))],
    ['a line 1 without its line 2', [TLE[0] ?? '', 'NEXT']],
    ['a line 2 without its line 1', [TLE[1] ?? '']],
    ['a wrong digit', TLE.map((line) => line.replace('34.2682', '34.2683'))],
    ['lines of two objects', [TLE[0] ?? '', (TLE[1] ?? '').replace('00005', '00014')]],
  ])('%s costs that object and no other', (_what, bad) => {
    const good = odm('omm-derived-saramago-100000/alpha5.tle').trimEnd()
    const { elementSets, skippedCount } = readGood([good, ...bad, good].join('\n'))
    expect(elementSets.map(({ catalogNumber }) => catalogNumber)).toEqual([100000])
    expect(skippedCount).toBe(1)
  })
})

describe('OMM in KVN', () => {
  const KVN = odm('omm-derived-saramago-100000/celestrak-style.kvn')
  const of = (catalogNumber: number): string => KVN.replace('100000', String(catalogNumber))
  const field = (name: string, value: string): string =>
    KVN.replace(new RegExp(`${name} *=.*`), `${name} = ${value}`)
  const first = (text: string) => readGood(text).elementSets[0]

  test('messages that follow each other are read, CRLF, blanks and comments or not', () => {
    const text = [
      of(1),
      `COMMENT a comment\n${of(2)}`,
      of(3).replace(/\n/g, ' \r\n\r\nCOMMENT = X\r\n'),
    ].join('')
    expect(readGood(text).elementSets.map(({ catalogNumber }) => catalogNumber)).toEqual([1, 2, 3])
    expect(readGood(text).skippedCount).toBe(0)
  })

  test('a message of another kind among them is named and passed over', () => {
    const { elementSets, otherMessages } = readGood(`${of(1)}CCSDS_OPM_VERS = 3.0\nX = 1\n${of(2)}`)
    expect(elementSets.map(({ catalogNumber }) => catalogNumber)).toEqual([1, 2])
    expect(otherMessages).toEqual([{ line: KVN.split('\n').length, name: 'OPM' }])
  })

  test.each([
    ['a keyword twice', KVN.replace('BSTAR', 'BSTAR = 0\nBSTAR'), 'BSTAR', 'is given twice'],
    ['a keyword unknown', KVN.replace('BSTAR', 'B_STAR'), 'B_STAR', 'is no keyword of an OMM'],
    ['no equals sign', KVN.replace('BSTAR          =', 'BSTAR'), 'line', 'is no keyword with its value'],
    ['another unit', field('INCLINATION', '1.7 [rad]'), 'INCLINATION', 'is in "rad", not in deg'],
    [
      'a unit where there is none',
      field('ECCENTRICITY', '0.1 [km]'),
      'ECCENTRICITY',
      'is in "km", and has no unit',
    ],
    ['no frame', field('REF_FRAME', ''), 'REF_FRAME', 'is missing'],
    ['another frame', field('REF_FRAME', 'gcrf'), 'REF_FRAME', '"gcrf" is not TEME, the only frame'],
    ['another centre', field('CENTER_NAME', 'Moon'), 'CENTER_NAME', '"Moon" is not EARTH'],
    ['another theory', field('MEAN_ELEMENT_THEORY', 'DSST'), 'MEAN_ELEMENT_THEORY', '"DSST" is not SGP4'],
    ['UT1', field('TIME_SYSTEM', 'UT1'), 'TIME_SYSTEM', 'UT1−UTC'],
    ['a leap second that never was', field('EPOCH', '2017-12-31T23:59:60'), 'EPOCH', 'without a leap second'],
    ['a blank for the T', field('EPOCH', '2026-07-14 21:45:20'), 'EPOCH', 'is no time of the form'],
    ['a name without end', field('OBJECT_NAME', 'A'.repeat(300)), 'OBJECT_NAME', 'more than 200 characters'],
  ])('%s costs that object, named by line and field, and no other', (_what, bad, name, reason) => {
    const { elementSets, skipped, skippedCount } = readGood(`${of(1)}${bad}${of(2)}`)
    expect(elementSets.map(({ catalogNumber }) => catalogNumber)).toEqual([1, 2])
    expect(skippedCount).toBe(1)
    expect(skipped).toMatchObject([{ field: name, reason: expect.stringContaining(reason) }])
    const lines = `${of(1)}${bad}`.split('\n')
    const line = skipped[0]?.line ?? 0
    expect(line).toBeGreaterThan(of(1).split('\n').length - 1)
    if (name !== 'line') expect(lines[line - 1]).toContain(name)
  })

  test('values in lower case, units, day-of-year epochs and numbers with exponents read as the plain ones', () => {
    const plain = first(KVN)
    expect(first(field('REF_FRAME', 'teme'))).toEqual(plain)
    expect(first(field('MEAN_ELEMENT_THEORY', 'sgp4'))).toEqual(plain)
    expect(first(field('MEAN_MOTION ', '15.20467281 [rev/day]'))).toEqual(plain)
    expect(first(field('MEAN_MOTION ', '1.520467281e+01 [REV/DAY]'))).toEqual(plain)
    expect(first(field('EPOCH', '2026-195T21:45:20.933856Z'))).toEqual(plain)
    expect(first(field('BSTAR', '.22159168E-3 [1/ER]'))).toEqual(plain)
  })

  test('another time system is brought to UTC', () => {
    const epoch = first(KVN)?.epochUtcMs ?? 0
    for (const [system, aheadMs] of [
      ['TAI', 37_000],
      ['GPS', 18_000],
      ['TT', 69_184],
    ] as const) {
      expect(first(field('TIME_SYSTEM', system))?.epochUtcMs).toBeCloseTo(epoch - aheadMs, 3)
    }
  })

  test('a semi-major axis gives the mean motion by the constants of WGS 72', () => {
    const set = first(KVN.replace(/MEAN_MOTION +=.*/, 'SEMI_MAJOR_AXIS = 42164.169637'))
    // The geostationary radius by WGS 84's GM, which is one sidereal turn a day; WGS 72's GM is larger.
    expect(set?.meanMotion).toBeCloseTo(1.002737909 * Math.sqrt(398_600.8 / 398_600.4418), 8)
  })
})

describe('SGP4-XP', () => {
  const xpTle = (lines: readonly string[]): string[] =>
    lines.map((line, index) => {
      const changed = index === 0 ? `${line.slice(0, 44)} 12345-2  67890-1 4${line.slice(63)}` : line
      let sum = 0
      for (const character of changed.slice(0, 68)) {
        sum += character === '-' ? 1 : Number(character) || 0
      }
      return `${changed.slice(0, 68)}${sum % 10}`
    })
  const XP = {
    sgp4XpSets: [
      { catalogNumber: 12345, ephemerisType: 4, bstar: 0, ballisticTerm: 0.01, radiationTerm: 0.001 },
    ],
  }

  test('is listed beside the sets of SGP4, with its own terms', () => {
    const text = odm('bradsease-oem/omm__samples__v3_0__valid__sgp4-xp.omm')
    expect(readGood(text)).toMatchObject({ elementSets: [], ...XP })
    expect(readGood(xpTle(TLE).join('\n'))).toMatchObject({
      elementSets: [],
      sgp4XpSets: [
        { catalogNumber: 5, ephemerisType: 4, bstar: 0, ballisticTerm: 0.06789, radiationTerm: 0.0012345 },
      ],
    })
    const [row] = records(ISS)
    expect(readGood(JSON.stringify([{ ...row, EPHEMERIS_TYPE: '4' }]))).toMatchObject({
      sgp4XpSets: [{ catalogNumber: 25544, bstar: 0, ballisticTerm: 0.17025076e-3 }],
    })
    expect(readGood(JSON.stringify([{ ...row, MEAN_ELEMENT_THEORY: 'SGP4-XP' }]))).toMatchObject({
      sgp4XpSets: [{ catalogNumber: 25544, ephemerisType: 4 }],
    })
  })

  test('takes the place of no set of SGP4, however new it is', () => {
    const newer = ISS.replace('2026-08-22T', '2026-08-23T').replace(',0,U,', ',4,U,')
    const { elementSets, sgp4XpSets, supersededCount } = readGood([HEADER, ISS, newer].join('\n'))
    expect(elementSets.map(({ catalogNumber }) => catalogNumber)).toEqual([25544])
    expect(sgp4XpSets.map(({ catalogNumber }) => catalogNumber)).toEqual([25544])
    expect(supersededCount).toBe(0)
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
