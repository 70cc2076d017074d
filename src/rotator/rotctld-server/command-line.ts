/**
 * What clients of Hamlib's rotctld write (rotctld(1), "PROTOCOL"; checked against rotctld 4.5.4): a letter, or a
 * backslash and a name, then its arguments; several on a line, one behind the other.
 */
export type CommandName = keyof typeof ARGUMENTS

/** How many words follow each command that Hamlib's rotctld 4.5 has for a rotator. */
const ARGUMENTS = {
  set_pos: 2,
  get_pos: 0,
  park: 0,
  stop: 0,
  reset: 1,
  move: 2,
  set_level: 2,
  get_level: 1,
  set_func: 2,
  get_func: 1,
  set_parm: 2,
  get_parm: 1,
  get_info: 0,
  get_status: 0,
  set_conf: 2,
  dump_state: 0,
  dump_caps: 0,
  dms2dec: 4,
  dec2dms: 1,
  dmmm2dec: 3,
  dec2dmmm: 1,
  lonlat2loc: 3,
  loc2lonlat: 1,
  qrb: 4,
  a_sp2a_lp: 1,
  d_sp2d_lp: 1,
  /** The rest of the line. */
  send_cmd: 1,
} as const satisfies Record<string, number>

const LETTERS: Readonly<Record<string, CommandName>> = {
  P: 'set_pos',
  p: 'get_pos',
  K: 'park',
  S: 'stop',
  R: 'reset',
  M: 'move',
  V: 'set_level',
  v: 'get_level',
  U: 'set_func',
  u: 'get_func',
  X: 'set_parm',
  x: 'get_parm',
  _: 'get_info',
  s: 'get_status',
  C: 'set_conf',
  1: 'dump_caps',
  w: 'send_cmd',
  D: 'dms2dec',
  d: 'dec2dms',
  E: 'dmmm2dec',
  e: 'dec2dmmm',
  L: 'lonlat2loc',
  l: 'loc2lonlat',
  B: 'qrb',
  A: 'a_sp2a_lp',
  a: 'd_sp2d_lp',
}

export type Request =
  | {
      readonly kind: 'command'
      readonly name: CommandName
      readonly words: readonly string[]
      /** Between the lines of an extended answer; undefined where a short one is asked for. */
      readonly separator: string | undefined
    }
  | { readonly kind: 'quit' }
  /** The last on its line, with words missing that may come on the next one: what there is of it. */
  | { readonly kind: 'half'; readonly text: string }
  /** No command, or one too many for a line: what follows it on the line cannot be told apart and is dropped. */
  | { readonly kind: 'unknown' }

const isCommandName = (name: string): name is CommandName => Object.hasOwn(ARGUMENTS, name)

const NAME = /\\(\w*)/y
const WORD = /\s*(\S+)/y
const PUNCTUATION = /[!-/:-@[\]^`{-~]/

const matchAt = (pattern: RegExp, text: string, at: number): RegExpExecArray | null => {
  pattern.lastIndex = at
  return pattern.exec(text)
}

/**
 * Hamlib's clients ask one thing in a line, scripts a few; each answer may be a page, and is made without a pause.
 */
const REQUESTS_MAX = 16

/**
 * The requests of one line without its end, in their order, `unknown` in place of the rest where there are over sixteen;
 * nothing for an empty line or a comment. Words too many behind a command are passed over, as by rotctld. `+` before a
 * command asks for an extended answer in lines, any other punctuation for one with that character between.
 */
export const readCommandLine = (line: string): readonly Request[] => {
  const requests: Request[] = []
  let separator: string | undefined
  let at = 0
  // Of the request, its separator included.
  let beginsAt = 0
  while (at < line.length) {
    const character = line.charAt(at)
    if (/[\s\0]/.test(character)) {
      at += 1
      continue
    }
    if (character === '#') return requests
    if (separator === undefined) beginsAt = at
    if (requests.length >= REQUESTS_MAX) return [...requests, { kind: 'unknown' }]
    if (character === 'q' || character === 'Q') return [...requests, { kind: 'quit' }]
    if (character !== '\\' && PUNCTUATION.test(character) && character !== '?') {
      separator = character === '+' ? '\n' : character
      at += 1
      continue
    }
    const named = matchAt(NAME, line, at)
    const word = named?.[1] ?? ''
    const name = named === null ? LETTERS[character] : isCommandName(word) ? word : undefined
    if (name === undefined) return requests.length > 0 ? requests : [{ kind: 'unknown' }]
    at += named?.[0].length ?? 1
    const words: string[] = []
    if (name === 'send_cmd') {
      words.push(line.slice(at).trim())
      at = line.length
    }
    while (words.length < ARGUMENTS[name]) {
      const next = matchAt(WORD, line, at)
      if (next === null) return [...requests, { kind: 'half', text: line.slice(beginsAt) }]
      words.push(next[1] ?? '')
      at = WORD.lastIndex
    }
    requests.push({ kind: 'command', name, words, separator })
    separator = undefined
  }
  return requests
}

/**
 * Whether a line goes on with a command that the line before began. A number does, and what is no command; rotctld takes
 * any word, a STOP among them, and here a STOP is always one.
 */
export const continuesCommand = (line: string): boolean => {
  const [word = ''] = line.trim().split(/\s/)
  if (readNumber(word) !== undefined) return true
  const character = word.charAt(0)
  return !Object.hasOwn(LETTERS, character) && !/[qQ\\]/.test(character) && !PUNCTUATION.test(character)
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i

/** A number written out in full; undefined for half a one, for `nan`, `inf` and what no double can hold. */
export const readNumber = (word: string | undefined): number | undefined => {
  const value = Number(word)
  return word !== undefined && NUMBER.test(word) && Number.isFinite(value) ? value : undefined
}
