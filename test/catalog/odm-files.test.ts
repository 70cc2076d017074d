import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { identifyFile, loadElementFile, loadEphemerisFile } from '../../src/catalog/load-file.ts'
import { unwrap } from '../../src/kernel/result.ts'

const ROOT = fileURLToPath(new URL('../fixtures/odm/', import.meta.url))

const others = (messages: readonly { readonly name: string; readonly line: number }[]): string =>
  messages.map(({ name, line }) => `, ${name} in line ${line}`).join('')

/** What reading a file comes to, in a line: how many sets or states of which objects, or why not. */
const outcomeOf = async (path: string): Promise<string> => {
  const content = unwrap(await identifyFile(path))
  const withoutPath = (message: string): string => message.replace(`${path} `, '')
  if (content.kind === 'ephemeris') {
    const read = await loadEphemerisFile(path)
    if (!read.ok) return withoutPath(read.error.message)
    const { ephemerides, skippedCount, otherMessages } = read.value
    const segments = ephemerides.flatMap((ephemeris) => ephemeris.segments)
    const states = segments.map((segment) => segment.states.length).join(' + ')
    return `states ${states} in ${segments[0]?.frame}, ${skippedCount} skipped${others(otherMessages)}`
  }
  const read = await loadElementFile(path)
  if (!read.ok) return withoutPath(read.error.message)
  const { elementSets, sgp4XpSets, skipped, supersededCount, otherMessages } = read.value
  const complaints = skipped.map(({ line, field, reason }) => `, line ${line}: ${field} ${reason}`).join('')
  const counts = [
    `sets ${elementSets.length}`,
    sgp4XpSets.length > 0 ? `of SGP4-XP ${sgp4XpSets.length}` : '',
    supersededCount > 0 ? `superseded ${supersededCount}` : '',
  ]
  return `${counts.filter((text) => text !== '').join(', ')}${complaints}${others(otherMessages)}`
}

const badSet = (complaint: string): string => `holds no good element set: 1 bad, ${complaint}`
const badEphemeris = (complaint: string): string => `holds no good ephemeris, ${complaint}`

// What each file of others comes to. Where its author calls it invalid it is refused with the true reason, unless the rule
// that it breaks changes nothing of its meaning; these and other judgements have a comment.
const OUTCOMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  artemis: {
    'artemis1-cut.asc': 'states 20 in EME2000, 0 skipped',
    'artemis2-cut.asc': 'states 20 in EME2000, 0 skipped',
  },
  'bradsease-oem': {
    'omm__samples__real__kvn__32275.omm': 'sets 1',
    'omm__samples__real__xml__32275.xml': 'sets 1',
    'omm__samples__v2_0__invalid__both-size-fields.omm': badSet(
      'line 14: SEMI_MAJOR_AXIS is given beside MEAN_MOTION, and only one of both can be meant',
    ),
    'omm__samples__v2_0__invalid__metadata-after-data.omm': badSet(
      'line 7: OBJECT_NAME belongs to the metadata and stands behind it',
    ),
    'omm__samples__v2_0__invalid__missing-sgp-derivative.omm': badSet(
      'line 1: MEAN_MOTION_DOT is missing, which the theory SGP needs',
    ),
    'omm__samples__v2_0__invalid__partial-covariance.omm': badSet(
      'line 20: CX_X begins a covariance matrix that has no CY_X',
    ),
    'omm__samples__v2_0__invalid__sgp4-xp.omm': badSet(
      'line 11: MEAN_ELEMENT_THEORY is SGP4-XP, which came with version 3.0',
    ),
    'omm__samples__v2_0__invalid__unsupported-version.omm': badSet(
      'line 1: CCSDS_OMM_VERS "1.0" is no version of the OMM, 2.0 and 3.0 are',
    ),
    'omm__samples__v2_0__invalid__v3-header-field.omm': badSet(
      'line 3: CLASSIFICATION came with version 3.0 and cannot be in one of 2.0',
    ),
    // Good as messages, but of other theories and frames than those of SGP4.
    'omm__samples__v2_0__valid__covariance.omm': badSet(
      'line 9: REF_FRAME "EME2000" is not TEME, the only frame of SGP4 elements',
    ),
    'omm__samples__v2_0__valid__sample.omm': 'sets 1',
    'omm__samples__v2_0__valid__sample.xml': 'sets 1',
    'omm__samples__v2_0__valid__semi-major-axis.omm': badSet(
      'line 9: REF_FRAME "EME2000" is not TEME, the only frame of SGP4 elements',
    ),
    'omm__samples__v2_0__valid__sgp.omm': badSet(
      'line 11: MEAN_ELEMENT_THEORY "SGP" is not SGP4, and mean elements hold for their own theory only',
    ),
    'omm__samples__v3_0__invalid__conflicting-drag-parameters.omm': badSet(
      'line 24: BTERM is given beside BSTAR, and only one of both can be meant',
    ),
    'omm__samples__v3_0__invalid__invalid-classification-type.omm': badSet(
      'line 22: CLASSIFICATION_TYPE "UN" is not one character',
    ),
    'omm__samples__v3_0__invalid__invalid-root.xml': 'is an OPM (orbit parameter message), which is not read',
    'omm__samples__v3_0__invalid__missing-bterm.omm': badSet(
      'line 1: BTERM is missing, which the theory SGP4-XP needs',
    ),
    'omm__samples__v3_0__invalid__missing-norad-catalog-id.omm': badSet('line 1: NORAD_CAT_ID is missing'),
    'omm__samples__v3_0__invalid__partial-covariance.omm': badSet(
      'line 22: CX_X begins a covariance matrix that has no CY_X',
    ),
    'omm__samples__v3_0__valid__comments-and-units.omm': 'sets 1',
    'omm__samples__v3_0__valid__covariance-default-frame.omm': badSet(
      'line 9: REF_FRAME "EME2000" is not TEME, the only frame of SGP4 elements',
    ),
    'omm__samples__v3_0__valid__namespaced-user-defined.xml': badSet(
      'line 14: REF_FRAME "EME2000" is not TEME, the only frame of SGP4 elements',
    ),
    'omm__samples__v3_0__valid__optional-header-and-spacecraft.omm': badSet(
      'line 9: REF_FRAME "EME2000" is not TEME, the only frame of SGP4 elements',
    ),
    'omm__samples__v3_0__valid__sample.omm': 'sets 1',
    'omm__samples__v3_0__valid__sample.xml': 'sets 1',
    'omm__samples__v3_0__valid__sgp4-xp.omm': 'sets 0, of SGP4-XP 1',
    'omm__samples__v3_0__valid__yday-and-scientific-notation.omm': 'sets 1',
    'samples__v1_0__invalid__sample01.oem': badEphemeris(
      'line 14: REF_FRAME_EPOCH came with version 2.0 and cannot be in one of 1.0',
    ),
    'samples__v1_0__invalid__sample02.oem': badEphemeris(
      'line 26: X_DDOT came with version 2.0 and cannot be in one of 1.0',
    ),
    'samples__v1_0__invalid__sample03.oem': badEphemeris(
      'line 25: COVARIANCE_START came with version 2.0 and cannot be in one of 1.0',
    ),
    'samples__v1_0__invalid__sample04.oem': badEphemeris(
      'line 61: COVARIANCE_START came with version 2.0 and cannot be in one of 1.0',
    ),
    'samples__v1_0__invalid__sample05.oem': badEphemeris(
      'line 25: X_DDOT came with version 2.0 and cannot be in one of 1.0',
    ),
    'samples__v1_0__valid__sample01.oem': 'states 3 in EME2000, 0 skipped',
    'samples__v1_0__valid__sample02.oem': 'states 4 + 4 in EME2000, 0 skipped',
    'samples__v2_0__invalid__sample01.oem': badEphemeris(
      'line 1: COMMENT stands before CCSDS_OEM_VERS, which has to be the first line',
    ),
    // Invalid for a comment in the midst of the metadata: it changes no meaning.
    'samples__v2_0__invalid__sample02.skip': 'states 3 in EME2000, 0 skipped',
    // Invalid for a comment among the states: it changes no meaning.
    'samples__v2_0__invalid__sample03.skip': 'states 3 in EME2000, 0 skipped',
    'samples__v2_0__invalid__sample05.oem': badEphemeris('line 21: COVARIANCE_START stands before any state'),
    'samples__v2_0__invalid__sample06.oem': badEphemeris(
      'line 17: INTERPOLATION_DEGREE "7.1" is no whole number of 1 to 99',
    ),
    'samples__v2_0__invalid__sample07.oem': badEphemeris(
      'line 14: USEABLE_STOP_TIME is before USEABLE_START_TIME',
    ),
    'samples__v2_0__invalid__sample08.oem': badEphemeris('line 13: USEABLE_START_TIME is before START_TIME'),
    'samples__v2_0__invalid__sample09.oem': badEphemeris(
      'line 13: USEABLE_START_TIME is given without USEABLE_STOP_TIME: half a span can mean two things',
    ),
    'samples__v2_0__invalid__sample10.oem': badEphemeris(
      'line 16: INTERPOLATION is given without INTERPOLATION_DEGREE',
    ),
    'samples__v2_0__invalid__sample11.oem': badEphemeris('line 6: START_TIME is missing'),
    'samples__v2_0__invalid__sample12.oem': badEphemeris(
      'line 18: INVALID_KEY is no keyword of the metadata',
    ),
    // Invalid for an acceleration in the first state only: none is kept, and Orekit has it in good files.
    'samples__v2_0__invalid__sample13.oem': 'states 3 in EME2000, 0 skipped',
    'samples__v2_0__invalid__sample14.oem': badEphemeris(
      'line 25: OBJECT_NAME is "MARS GLOBAL SURVEYOR 2" after "MARS GLOBAL SURVEYOR": an OEM is of one object',
    ),
    'samples__v2_0__invalid__sample15.oem': badEphemeris(
      'line 19: MESSAGE_ID came with version 3.0 and cannot be in one of 2.0',
    ),
    'samples__v2_0__invalid__sample16.oem': badEphemeris(
      'line 21: state has 5 numbers behind its epoch, not 6 or 9',
    ),
    'samples__v2_0__invalid__sample17.oem': badEphemeris('line 22: Y "abcdefgh" is no number'),
    'samples__v2_0__invalid__sample18.oem': badEphemeris(
      'line 27: NOTALLOWED is no keyword of a covariance matrix',
    ),
    'samples__v2_0__invalid__sample19.oem': badEphemeris(
      'line 27: line "BADHEADER 1234" cannot stand in the covariance',
    ),
    'samples__v2_0__invalid__sample20.oem': badEphemeris(
      'line 31: covariance matrix has 4 numbers in row 5, where its lower triangle has 5',
    ),
    'samples__v2_0__invalid__sample21.oem': badEphemeris('line 5: ORIGINATOR is given twice'),
    'samples__v2_0__invalid__sample22.oem': badEphemeris(
      'line 4: line "ORIGINATOR NASA/JPL" cannot stand in the header',
    ),
    'samples__v2_0__invalid__sample23.oem': badEphemeris('line 8: OBJECT_NAME is given twice'),
    'samples__v2_0__invalid__sample24.oem': badEphemeris(
      'line 7: line "OBJECT_NAME          MARS GLOBAL SURVEYO…" cannot stand in the metadata',
    ),
    'samples__v2_0__invalid__sample25.oem': badEphemeris(
      'line 27: line "= 1234" cannot stand in the covariance',
    ),
    'samples__v2_0__valid__sample01.oem': 'states 3 in EME2000, 0 skipped',
    'samples__v2_0__valid__sample02.oem': 'states 3 in EME2000, 0 skipped',
    'samples__v2_0__valid__sample03.oem': 'states 3 in EME2000, 0 skipped',
    'samples__v2_0__valid__sample04.oem': 'states 3 + 3 in EME2000, 0 skipped',
    'samples__v2_0__valid__sample05.oem': 'states 3 in EME2000, 0 skipped',
    'samples__v2_0__valid__sample06.oem': 'states 3 in EME2000, 0 skipped',
    'samples__v2_0__valid__sample07.oem': 'states 3 in EME2000, 0 skipped',
    'samples__v2_0__valid__sample08.oem': 'states 3 in EME2000, 0 skipped',
    'samples__v2_0__valid__sample09.oem': 'states 3 in EME2000, 0 skipped',
    'samples__v2_0__valid__sample10.oem': 'states 4 in EME2000, 0 skipped',
    // Good as a message, but its times cannot be brought to UTC.
    'samples__v2_0__valid__sample11.oem': badEphemeris(
      'line 15: TIME_SYSTEM "ABCD" is not known; UTC, TAI, TT, TDB and GPS are',
    ),
    'samples__v2_0__valid__sample12.oem': 'states 3 in EME2000, 0 skipped',
    'samples__v3_0__valid__sample01.oem': 'states 3 in EME2000, 0 skipped',
    'samples__v3_0__valid__sample02.oem': 'states 3 in EME2000, 0 skipped',
  },
  catalog: {
    'active-cut.3le': 'sets 10',
    'active-cut.csv': 'sets 23',
  },
  'ccsds-ndm': {
    'ndm_g21.xml': 'sets 3',
    'ndm_g22.xml': 'sets 1, OPM in line 10, OEM in line 95, OCM in line 164',
    'ocm_g15.kvn': 'is an OCM (orbit comprehensive message), which is not read',
    'ocm_g16.kvn': 'is an OCM (orbit comprehensive message), which is not read',
    'ocm_g17.kvn': 'is an OCM (orbit comprehensive message), which is not read',
    'ocm_g18.kvn': 'is an OCM (orbit comprehensive message), which is not read',
    'ocm_g19.kvn': 'is an OCM (orbit comprehensive message), which is not read',
    'ocm_g20.xml': 'is an OCM (orbit comprehensive message), which is not read',
    'oem_g11.kvn': 'states 4 + 4 in EME2000, 0 skipped',
    'oem_g12.kvn': 'states 4 in EME2000, 0 skipped',
    'oem_g13.kvn': 'states 4 in EME2000, 0 skipped',
    'oem_g14.xml': 'states 4 in EME2000, 0 skipped',
    'omm_g10.xml': 'sets 1',
    'omm_g7.kvn': 'sets 1',
    'omm_g8.kvn': 'sets 1',
    'omm_g9.kvn': 'sets 1',
  },
  'fox-1d': {
    'pslv40.tle': 'sets 6',
    'pslv40_st.tle': 'sets 34',
  },
  'omm-derived-saramago-100000': {
    'alpha5.tle': 'sets 1',
    'celestrak-style.csv': 'sets 1',
    'celestrak-style.json': 'sets 1',
    'celestrak-style.kvn': 'sets 1',
    'celestrak-style.xml': 'sets 1',
    'spacetrack-style-strings.json': 'sets 1',
  },
  'orekit/oem': {
    'ISS.resampled.truncated.txt': 'states 25 in EME2000, 0 skipped',
    'OEM-Issue839.txt': 'states 4 + 4 + 4 in J2000, 0 skipped',
    'OEM-covariance-number-format-error.txt': badEphemeris(
      'line 52: CY_Y "this-is-not-a-number" is no number',
    ),
    'OEM-ephemeris-number-format-error.txt': badEphemeris('line 44: Z "this-is-not-a-number" is no number'),
    'OEM-inconsistent-time-systems.txt': badEphemeris(
      'line 33: TIME_SYSTEM is "TCG" after "UTC": an OEM has one time system',
    ),
    'OEM-keyword-within-covariance.txt': badEphemeris(
      'line 91: USER_DEFINED_TEST_KEY is no keyword of a covariance matrix',
    ),
    'OEM-keyword-within-ephemeris.txt': badEphemeris(
      'line 24: USER_DEFINED_TEST_KEY is a keyword among the states',
    ),
    'OEM-too-few-covariance-columns.txt': badEphemeris(
      'line 55: covariance matrix has 4 numbers in row 5, where its lower triangle has 5',
    ),
    'OEM-too-large-covariance-dimension.txt': badEphemeris('line 91: covariance matrix has more than 6 rows'),
    'OEM-too-many-covariance-columns.txt': badEphemeris(
      'line 51: covariance matrix has 6 numbers in row 1, where its lower triangle has 1',
    ),
    'OEM-too-small-covariance-dimension.txt': badEphemeris(
      'line 83: covariance matrix has 10 numbers, not 21',
    ),
    'OEM-wrong-keyword.txt': badEphemeris('line 19: WRONG_KEYWORD is no keyword of the metadata'),
    'OEMExample1.txt': 'states 4 + 4 + 4 in J2000, 0 skipped',
    'OEMExample2.txt': badEphemeris(
      'line 13: TIME_SYSTEM is MRT: a mission relative time says nothing without its begin',
    ),
    'OEMExample3.txt': 'states 3 + 3 + 3 in EME2000, 0 skipped',
    'OEMExample3.xml': 'states 4 in J2000, 0 skipped',
    'OEMExample4.txt': 'states 3 in EME2000, 0 skipped',
    'OEMExample5.txt': 'states 49 in GCRF, 0 skipped',
    'OEMExample5ITRF.txt': 'states 49 in ITRF2014, 0 skipped',
    'OEMExample6.txt': 'states 3 + 3 + 3 in EME2000, 0 skipped',
    // The two halves of a file, between which Orekit puts a line.
    'OEMExample7.txt.post': 'holds no elements (OMM, TLE) and no ephemeris (OEM)',
    'OEMExample7.txt.pre': badEphemeris('line 5: META_STOP is missing: the metadata do not end'),
    // Orekit takes a degree of its own; the standard asks for the file's.
    'OEMExample8.txt': badEphemeris('line 16: INTERPOLATION is given without INTERPOLATION_DEGREE'),
    'OEMExample9.txt': badEphemeris(
      'line 13: TIME_SYSTEM is MRT: a mission relative time says nothing without its begin',
    ),
    'OEMExampleWithHeaderComment.txt': 'states 4 + 4 + 4 in EME2000, 0 skipped',
    'oemLowerCaseValue.oem': 'states 6 in EME2000, 0 skipped',
    'test.oem': 'states 2 in TOD, 0 skipped',
    'test_cov.oem': 'states 2 in TOD, 0 skipped',
  },
  'orekit/omm': {
    'OMM-empty-object-id.txt': 'sets 1',
    'OMM-empty-object-id.xml': 'sets 1',
    'OMM-number-format-error.txt': badSet('line 15: ARG_OF_PERICENTER "this-is-not-a-number" is no number'),
    'OMM-with-units.xml': 'sets 1',
    'OMM-wrong-keyword.txt': badSet('line 9: WRONG_KEYWORD is no keyword of an OMM'),
    'OMMExample1.txt': 'sets 1',
    'OMMExample2.txt': 'sets 1',
    'OMMExample2.xml': 'sets 1',
    'OMMExample3.txt': badSet('line 11: REF_FRAME "TOD" is not TEME, the only frame of SGP4 elements'),
    'OMMExample3_utc.txt': badSet('line 11: REF_FRAME "TOD" is not TEME, the only frame of SGP4 elements'),
    'OMMExample4.txt': 'sets 1',
    'OMMExample4.xml': 'sets 1',
    'OMMExample5.txt': 'sets 0, of SGP4-XP 1',
    'spurious-metadata.xml': badSet('line 17: metadata is given twice'),
  },
  vectors: {
    'alpha5.json': badSet('line 1: NORAD_CAT_ID is missing'),
    'ccsds-epoch-strings.json': badSet('line 1: NORAD_CAT_ID is missing'),
    'norad-cat-id-text.json': badSet('line 1: NORAD_CAT_ID is missing'),
  },
}

const CASES = Object.entries(OUTCOMES).flatMap(([folder, outcomes]) =>
  Object.entries(outcomes).map(([name, outcome]) => [`${folder}/${name}`, outcome] as const),
)

test.each(CASES)('%s: %s', async (file, outcome) => {
  expect(await outcomeOf(`${ROOT}${file}`)).toBe(outcome)
})

test('every file has its outcome', () => {
  const files = readdirSync(ROOT, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !['README.md', 'LICENSE'].includes(entry.name))
    .map(({ parentPath, name }) => `${parentPath}/${name}`.slice(ROOT.length).replace(/^\//, ''))
  expect(files.toSorted()).toEqual(CASES.map(([file]) => file).toSorted())
})
