/** The blocks of an OMM in their order [CCSDS 502.0-B-3 4.2]. */
export const OMM_BLOCKS = ['header', 'metadata', 'data'] as const

export interface OmmKeyword {
  readonly block: (typeof OMM_BLOCKS)[number]
  /** The version of the message that brought it, where it was not there in 2.0. */
  readonly since?: number
  readonly isNumber?: boolean
  /** The only unit that it may carry; numbers without one carry none. */
  readonly unit?: string
}

const AXES = ['X', 'Y', 'Z', 'X_DOT', 'Y_DOT', 'Z_DOT'] as const

/** The lower triangle of the covariance matrix, row by row [CCSDS 502.0-B-3 4.2.4]. */
export const COVARIANCE_KEYWORDS: readonly string[] = AXES.flatMap((row, index) =>
  AXES.slice(0, index + 1).map((column) => `C${row}_${column}`),
)

const covarianceUnit = (keyword: string): string => {
  const rates = keyword.split('_DOT').length - 1
  return ['km**2', 'km**2/s', 'km**2/s**2'][rates] ?? ''
}

const header = { block: 'header' } as const
const metadata = { block: 'metadata' } as const
const number = (unit = '', since = 2): OmmKeyword => ({ block: 'data', isNumber: true, unit, since })

/** What may stand in an OMM, but for COMMENT and USER_DEFINED_*. */
export const OMM_KEYWORDS: ReadonlyMap<string, OmmKeyword> = new Map<string, OmmKeyword>([
  ['CLASSIFICATION', { ...header, since: 3 }],
  ['CREATION_DATE', header],
  ['ORIGINATOR', header],
  ['MESSAGE_ID', { ...header, since: 3 }],
  ['OBJECT_NAME', metadata],
  ['OBJECT_ID', metadata],
  ['CENTER_NAME', metadata],
  ['REF_FRAME', metadata],
  ['REF_FRAME_EPOCH', metadata],
  ['TIME_SYSTEM', metadata],
  ['MEAN_ELEMENT_THEORY', metadata],
  ['EPOCH', { block: 'data' }],
  ['SEMI_MAJOR_AXIS', number('km')],
  ['MEAN_MOTION', number('rev/day')],
  ['ECCENTRICITY', number()],
  ['INCLINATION', number('deg')],
  ['RA_OF_ASC_NODE', number('deg')],
  ['ARG_OF_PERICENTER', number('deg')],
  ['MEAN_ANOMALY', number('deg')],
  ['GM', number('km**3/s**2')],
  ['MASS', number('kg')],
  ['SOLAR_RAD_AREA', number('m**2')],
  ['SOLAR_RAD_COEFF', number()],
  ['DRAG_AREA', number('m**2')],
  ['DRAG_COEFF', number()],
  ['EPHEMERIS_TYPE', number()],
  ['CLASSIFICATION_TYPE', { block: 'data' }],
  ['NORAD_CAT_ID', { block: 'data' }],
  ['ELEMENT_SET_NO', number()],
  ['REV_AT_EPOCH', number()],
  ['BSTAR', number('1/ER')],
  ['BTERM', number('m**2/kg', 3)],
  ['MEAN_MOTION_DOT', number('rev/day**2')],
  ['MEAN_MOTION_DDOT', number('rev/day**3')],
  ['AGOM', number('m**2/kg', 3)],
  ['COV_REF_FRAME', { block: 'data' }],
  ...COVARIANCE_KEYWORDS.map((name): [string, OmmKeyword] => [name, number(covarianceUnit(name))]),
])
