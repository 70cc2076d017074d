import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { identifyContent } from '../../src/catalog/content.ts'
import { EPHEMERIS_STATES_MAX } from '../../src/catalog/oem-message.ts'
import { readElementFile } from '../../src/catalog/read-elements.ts'
import { EphemerisFile, readEphemerisFile } from '../../src/catalog/read-ephemeris.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { formatUtc } from '../../src/kernel/time.ts'
import type { Ephemeris } from '../../src/orbit/ephemeris.ts'

const odm = (name: string): string =>
  readFileSync(new URL(`../fixtures/odm/${name}`, import.meta.url), 'utf8')
const read = (text: string) => readEphemerisFile(text, { sourceName: 'test' })
const readOne = (text: string): Ephemeris => {
  const [ephemeris] = unwrap(read(text)).ephemerides
  if (ephemeris === undefined) throw new Error('no ephemeris')
  return ephemeris
}
const reasonOf = (text: string): string => {
  const result = read(text)
  return result.ok ? 'read' : result.error.message
}

const OEM = odm('ccsds-ndm/oem_g13.kvn')
const change = (from: string | RegExp, to: string): string => OEM.replace(from, to)

describe('OEM', () => {
  test('metadata and states are as the file has them [CCSDS 502.0-B-3 figure G-13]', () => {
    const { segments } = readOne(OEM)
    expect(segments.length).toBe(1)
    const [segment] = segments
    expect(segment).toMatchObject({
      objectName: 'MARS GLOBAL SURVEYOR',
      objectId: '1996-062A',
      center: 'MARS BARYCENTER',
      frame: 'EME2000',
      interpolation: { method: 'hermite', degree: 7 },
    })
    const times = [
      segment?.startUtcMs,
      segment?.useableStartUtcMs,
      segment?.useableStopUtcMs,
      segment?.stopUtcMs,
    ]
    expect(times.map((at) => (at === undefined ? '' : formatUtc(at, 3)))).toEqual([
      '2019-12-28T21:29:07.267Z',
      '2019-12-28T22:08:02.500Z',
      '2019-12-30T01:18:02.500Z',
      '2019-12-30T01:28:02.267Z',
    ])
    expect(segment?.states.map(({ utcMs }) => formatUtc(utcMs, 3))).toEqual([
      '2019-12-28T21:29:07.267Z',
      '2019-12-28T21:59:02.267Z',
      '2019-12-28T22:00:02.267Z',
      '2019-12-30T01:28:02.267Z',
    ])
    expect(segment?.states[0]).toMatchObject({
      position: { x: -2432.166, y: -63.042, z: 1742.754 },
      velocity: { x: 7.33702, y: -3.495867, z: -1.041945 },
    })
  })

  test('KVN and XML say the same [figures G-12 and G-14]', () => {
    const kvn = readOne(odm('ccsds-ndm/oem_g12.kvn'))
    const xml = readOne(odm('ccsds-ndm/oem_g14.xml'))
    expect(kvn.segments[0]?.states.length).toBe(4)
    expect(xml.segments[0]).toEqual({ ...kvn.segments[0], objectId: '2021-028A' })
  })

  test('times of another system are brought to UTC, and all digits of them kept', () => {
    const [tai] = readOne(odm('orekit/oem/OEM-Issue839.txt')).segments
    expect(formatUtc(tai?.startUtcMs ?? (0 as never), 3)).toBe('1996-12-18T11:59:30.331Z')
    expect(formatUtc(tai?.states[0]?.utcMs ?? (0 as never), 3)).toBe('1996-12-18T11:59:30.331Z')
    const [close] = readOne(odm('bradsease-oem/samples__v3_0__valid__sample02.oem')).segments
    expect(close?.states.map(({ utcMs }) => formatUtc(utcMs, 6))).toEqual([
      '1996-12-18T12:00:00.331000Z',
      '1996-12-18T12:01:00.331001Z',
      '1996-12-18T12:02:00.331002Z',
    ])
  })

  test('what is left open is absent, and words may be in lower case', () => {
    const [open] = readOne(odm('artemis/artemis1-cut.asc')).segments
    expect(open).not.toHaveProperty('interpolation')
    expect(open).toMatchObject({ objectName: 'EM1', center: 'EARTH' })
    const [lower] = readOne(odm('orekit/oem/oemLowerCaseValue.oem')).segments
    expect(lower).toMatchObject({ center: 'EARTH', interpolation: { method: 'lagrange', degree: 5 } })
    const [moving] = readOne(odm('orekit/oem/test_cov.oem')).segments
    expect(formatUtc(moving?.frameEpochUtcMs ?? (0 as never), 0)).toBe('2019-09-09T00:00:00Z')
    const [spanless] = readOne(odm('orekit/oem/OEMExample4.txt').replace(/USEABLE.*\n/g, '')).segments
    expect(spanless?.useableStopUtcMs).toBe(spanless?.stopUtcMs)
  })

  test('segments come by rising start, whatever their order in the file', () => {
    const [header = '', first = '', second = ''] = odm('ccsds-ndm/oem_g11.kvn').split(/^(?=META_START)/m)
    const turned = readOne(`${header}${second.trimEnd()}\n${first}`)
    expect(turned).toEqual(readOne(`${header}${first}${second}`))
  })

  test('a state given twice counts once, two at one instant contradict each other', () => {
    const line = '2019-12-28T21:59:02.267 -2445.234 -878.141 1873.073 1.86043 -3.421256 -0.996366\n'
    expect(readOne(change(line, line + line))).toEqual(readOne(OEM))
    expect(reasonOf(change(line, line + line.replace('-878', '-879')))).toContain(
      'line 21: EPOCH is not later than that of the state before',
    )
  })

  test.each([
    [
      'a time system that needs more',
      change('= UTC', '= UT1'),
      'line 10: TIME_SYSTEM is UT1: it cannot be brought',
    ],
    ['a leap second that never was', change('T01:28:02.267', 'T23:59:60'), 'line 14: STOP_TIME'],
    ['an unknown interpolation', change('HERMITE', 'SPLINE'), 'line 15: INTERPOLATION "SPLINE" is not known'],
    ['a degree of nought', change('DEGREE = 7', 'DEGREE = 0'), 'line 16: INTERPOLATION_DEGREE "0"'],
    [
      'a span reversed',
      change('USEABLE_STOP_TIME = 2019-12-30', 'USEABLE_STOP_TIME = 2019-12-01'),
      'line 13: USEABLE_STOP_TIME',
    ],
    [
      'a state before START_TIME',
      change('\n2019-12-28T21:29:07.267', '\n2019-12-28T20:29:07.267'),
      'line 19: EPOCH is before START_TIME',
    ],
    [
      'a state behind STOP_TIME',
      change('\n2019-12-30T01:28:02.267', '\n2019-12-30T01:28:02.270'),
      'line 22: EPOCH is after STOP_TIME',
    ],
    ['states out of order', change('T21:59:02.267', 'T22:59:02.267'), 'line 21: EPOCH is not later'],
    ['a number too few', change(' -0.996366', ''), 'line 20: state has 5 numbers behind its epoch'],
    ['no number', change('-878.141', '-878,141'), 'line 20: Y "-878,141" is no number'],
    ['no end of the metadata', change('META_STOP\n', ''), 'line 18: line "2019-12-28T21:29:07.267'],
    [
      'metadata in metadata',
      change('META_STOP\n', 'META_START\n'),
      'line 17: line "META_START" cannot stand in the metadata',
    ],
    ['a covariance without end', change('COVARIANCE_STOP', ''), 'COVARIANCE_STOP is missing'],
    [
      'a covariance without its time',
      change('\nEPOCH = 2019-12-28T21:29:07.267', ''),
      'line 24: COV_REF_FRAME does not follow',
    ],
    ['no frame', change('REF_FRAME = EME2000\n', ''), 'line 5: REF_FRAME is missing'],
    ['no segment', OEM.slice(0, OEM.indexOf('META_START')), 'line 1: META_START is missing'],
    ['a version unknown', change('VERS = 3.0', 'VERS = 4.0'), 'line 1: CCSDS_OEM_VERS "4.0" is no version'],
  ])('%s is refused with its line', (_what, text, reason) => {
    expect(reasonOf(text)).toContain(reason)
  })

  test('a file cut off at any line is refused or has fewer states, and is never taken for whole', () => {
    const lines = OEM.split('\n')
    const whole = readOne(OEM).segments[0]?.states.length ?? 0
    for (let count = 0; count < lines.length - 2; count += 1) {
      const result = read(lines.slice(0, count).join('\n'))
      if (result.ok)
        expect(result.value.ephemerides[0]?.segments[0]?.states.length).toBeLessThanOrEqual(whole)
      else expect(result.error.message).toMatch(/line \d+: |is empty/)
    }
  })

  test('more states than are kept are refused, as soon as there are more', () => {
    const file = new EphemerisFile({ sourceName: 'test' })
    file.push(OEM.slice(0, OEM.indexOf('COMMENT')))
    const [, state = ''] = / (.*)\n/.exec(OEM.slice(OEM.lastIndexOf('2019-12-30T01:28'))) ?? []
    const second = (index: number): string =>
      `2019-12-29T${formatUtc((index * 100) as never, 1).slice(11, 21)} ${state}\n`
    let text = ''
    for (let index = 0; index <= EPHEMERIS_STATES_MAX; index += 1) {
      text += second(index)
      if (text.length > 60_000) {
        file.push(text)
        text = ''
      }
    }
    file.push(text)
    const result = file.end()
    expect(result.ok ? '' : result.error.message).toContain(`state is one more than ${EPHEMERIS_STATES_MAX}`)
  })
})

describe('several messages', () => {
  test('a bad OEM costs itself only', () => {
    const bad = change('-878.141', 'x')
    const { ephemerides, skipped, skippedCount } = unwrap(read(`${OEM}\n${bad}\n${OEM}`))
    expect(ephemerides).toEqual([readOne(OEM), readOne(OEM)])
    expect(skippedCount).toBe(1)
    expect(skipped).toMatchObject([{ line: OEM.split('\n').length + 20, field: 'Y' }])
  })

  test('of a combined NDM the OEM and the OMM are read, each by its reader, and the others named', () => {
    const text = odm('ccsds-ndm/ndm_g22.xml')
    const ephemerides = unwrap(read(text))
    expect(ephemerides.ephemerides[0]?.segments[0]).toMatchObject({ frame: 'EME2000', center: 'EARTH' })
    expect(ephemerides.otherMessages.map(({ name }) => name)).toEqual(['OPM', 'OMM', 'OCM'])
    const elements = unwrap(readElementFile(text, { sourceName: 'test' }))
    expect(elements.elementSets.length).toBe(1)
    expect(elements.otherMessages.map(({ name }) => name)).toEqual(['OPM', 'OEM', 'OCM'])
  })
})

describe('what a file is', () => {
  test.each([
    ['omm-derived-saramago-100000/celestrak-style.csv', { kind: 'elements', format: 'omm-csv' }],
    ['omm-derived-saramago-100000/celestrak-style.json', { kind: 'elements', format: 'omm-json' }],
    ['omm-derived-saramago-100000/celestrak-style.kvn', { kind: 'elements', format: 'omm-kvn' }],
    ['omm-derived-saramago-100000/celestrak-style.xml', { kind: 'elements', format: 'omm-xml' }],
    ['omm-derived-saramago-100000/alpha5.tle', { kind: 'elements', format: 'tle' }],
    ['ccsds-ndm/oem_g11.kvn', { kind: 'ephemeris', format: 'oem-kvn' }],
    ['ccsds-ndm/oem_g14.xml', { kind: 'ephemeris', format: 'oem-xml' }],
    ['ccsds-ndm/ocm_g16.kvn', { kind: 'message', name: 'OCM' }],
    ['ccsds-ndm/ocm_g20.xml', { kind: 'message', name: 'OCM' }],
  ])('%s', (file, content) => {
    expect(identifyContent(odm(file))).toEqual(content)
    expect(identifyContent(`\uFEFF\r\n ${odm(file)}`)).toEqual(content)
  })

  test.each([
    ['a list of transmitters', '[{"uuid":"x","downlink_low":145800000}]', { kind: 'transmitters' }],
    ['nothing', ' \n', { kind: 'empty' }],
    [
      'a web page',
      '<!DOCTYPE html><title>403</title>',
      { kind: 'unknown', reason: expect.stringContaining('web page') },
    ],
    ['UTF-16', 'C\0C\0S\0D\0S\0', { kind: 'unknown', reason: expect.stringContaining('bytes of zero') }],
    [
      'another XML',
      '<?xml version="1.0"?><!-- x --><svg/>',
      { kind: 'unknown', reason: expect.stringContaining('"svg"') },
    ],
    ['prose', 'No GP data found', { kind: 'unknown', reason: expect.stringContaining('no elements') }],
    ['an AEM', 'CCSDS_AEM_VERS = 1.0', { kind: 'message', name: 'AEM' }],
  ])('%s', (_what, text, content) => {
    expect(identifyContent(text)).toEqual(content)
    const refusal = read(text)
    expect(refusal.ok ? '' : refusal.error.message).toMatch(/^test (is|holds) /)
  })

  test('elements are no ephemeris, and are refused by name', () => {
    expect(reasonOf(odm('ccsds-ndm/omm_g7.kvn'))).toBe('test is a file of elements and no ephemeris (OEM)')
    expect(reasonOf(odm('ccsds-ndm/omm_g10.xml'))).toBe(
      'test holds no ephemeris but an OMM (orbit mean-elements message)',
    )
  })
})
