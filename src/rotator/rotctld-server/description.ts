import type { AnswerLine } from './answer.ts'
import type { ServedAntenna } from './served-antenna.ts'

type Limits = NonNullable<ServedAntenna['limits']>

const PROTOCOL_VERSION = '1'
// Hamlib's number of its own reference rotator, which clients read and pass over.
const MODEL = '1'

/** The answer to `dump_state`: what Hamlib's client reads first of all, with the limits of this mount. */
export const describeState = ({ azimuth, elevation }: Limits, extended: boolean): readonly AnswerLine[] => {
  const limit = (label: string, key: string, value: number): AnswerLine =>
    extended ? { label, text: value.toFixed(6) } : { text: `${key}=${value.toFixed(6)}` }
  return [
    { label: 'rotctld Protocol Ver', text: PROTOCOL_VERSION },
    { label: 'Rotor Model', text: MODEL },
    limit('Minimum Azimuth', 'min_az', azimuth.minimum),
    limit('Maximum Azimuth', 'max_az', azimuth.maximum),
    limit('Minimum Elevation', 'min_el', elevation.minimum),
    limit('Maximum Elevation', 'max_el', elevation.maximum),
    extended ? { label: 'South Zero', text: '0' } : { text: 'south_zero=0' },
    { text: 'rot_type=AzEl' },
    { text: 'done' },
  ]
}

/** The answer to `dump_caps`: Hamlib's table with what is offered here. */
export const describeCapabilities = (
  { azimuth, elevation }: Limits,
  title: string,
): readonly AnswerLine[] => {
  const can = (what: string, offered: boolean): string => `Can ${what}:\t\t${offered ? 'Y' : 'N'}`
  return [
    `Caps dump for model:\t${MODEL}`,
    `Model name:\t\t${title}`,
    'Mfg name:\t\tAzel',
    'Backend status:\t\tStable',
    'Rot type:\t\tAz-El',
    'Port type:\t\tNetwork link',
    'Status flags: MOVING ',
    `Min Azimuth:\t\t${azimuth.minimum.toFixed(2)}`,
    `Max Azimuth:\t\t${azimuth.maximum.toFixed(2)}`,
    `Min Elevation:\t\t${elevation.minimum.toFixed(2)}`,
    `Max Elevation:\t\t${elevation.maximum.toFixed(2)}`,
    can('set Conf', false),
    can('get Conf', false),
    can('set Position', true),
    can('get Position', true),
    can('Stop', true),
    can('Park', true),
    can('Reset', false),
    can('Move', true),
    can('get Info', true),
    can('get Status', true),
    '',
    'Overall backend warnings: 0',
  ].map((text) => ({ text }))
}
