import type { Fault } from '../../kernel/errors.ts'
import type { CommandName, Request } from './command-line.ts'

/** Hamlib's result codes (`rig_errcode_e` in rig.h), as far as they are given here. */
export const RESULT = {
  done: 0,
  /** RIG_EINVAL: an argument that is none, a direction outside the limits. */
  invalid: -1,
  /** RIG_EIO: no line to the rotator, or it does not answer. */
  noLine: -6,
  /** RIG_EINTERNAL. */
  internal: -7,
  /** RIG_ERJCTED: the gate, a lock-out or somebody who goes before says no. */
  rejected: -9,
  /** RIG_ENAVAIL: not offered here. */
  notAvailable: -11,
} as const

export type ResultCode = (typeof RESULT)[keyof typeof RESULT]

/** What a client is told of a failure. */
export const resultOf = ({ code }: Fault): ResultCode => {
  if (code === 'motion.outside-envelope') return RESULT.invalid
  if (/^(?:link|serial)\.|^rotator\.mute$/.test(code)) return RESULT.noLine
  return /^(?:motion|rotator)\./.test(code) ? RESULT.rejected : RESULT.internal
}

/** One line of an answer that has values: `Azimuth` and `12.30`. A label may be absent: the line stands as it is. */
export interface AnswerLine {
  readonly label?: string
  readonly text: string
}

export interface Answer {
  readonly result: ResultCode
  readonly lines?: readonly AnswerLine[]
}

// A get answers with its values alone where it succeeds; the table of capabilities ends with a code all the same.
const ENDS_WITHOUT_CODE: ReadonlySet<CommandName> = new Set([
  'get_pos',
  'get_info',
  'get_status',
  'dump_state',
  'dms2dec',
  'dec2dms',
])

/** The bytes of an answer, in the form in which it was asked for. */
export const writeAnswer = (
  request: Extract<Request, { kind: 'command' }>,
  { result, lines = [] }: Answer,
): string => {
  const code = `RPRT ${result}\n`
  const { name, words, separator } = request
  if (separator === undefined) {
    const values = lines.map(({ text }) => `${text}\n`).join('')
    return result === RESULT.done && ENDS_WITHOUT_CODE.has(name) ? values : `${values}${code}`
  }
  const head = `${name}:${words.map((word) => ` ${word}`).join('')}`
  const values = lines.map(({ label, text }) => (label === undefined ? text : `${label}: ${text}`))
  return `${[head, ...values].join(separator)}${separator}${code}`
}
