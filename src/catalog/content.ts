import { messageNameOf, parseKvnLine } from './keyword-value.ts'
import { isNdmRoot, messagesIn } from './ndm-xml.ts'
import { isTleLine } from './tle.ts'

/** What a file is, told by its content. */
export type CatalogContent =
  | { readonly kind: 'elements'; readonly format: 'omm-csv' | 'omm-json' | 'omm-kvn' | 'omm-xml' | 'tle' }
  | { readonly kind: 'ephemeris'; readonly format: 'oem-kvn' | 'oem-xml' }
  | { readonly kind: 'transmitters' }
  /** A message of another kind, such as `OPM`; nothing in it is read here. */
  | { readonly kind: 'message'; readonly name: string }
  | { readonly kind: 'empty' }
  /** None of these; `reason` says what it looks like, to stand behind the file's name in a sentence. */
  | { readonly kind: 'unknown'; readonly reason: string }

/** How much of a file its kind is told from. */
export const HEAD_CHARACTERS = 65_536

// A TLE file may begin with a comment or two; a file that has no element line so far down has none.
const LINES_LOOKED_AT = 200
const NAMES_OF_MESSAGES: Readonly<Record<string, string>> = {
  OMM: 'orbit mean-elements message',
  OEM: 'orbit ephemeris message',
  OPM: 'orbit parameter message',
  OCM: 'orbit comprehensive message',
  AEM: 'attitude ephemeris message',
  APM: 'attitude parameter message',
  ACM: 'attitude comprehensive message',
  CDM: 'conjunction data message',
  TDM: 'tracking data message',
  RDM: 'reentry data message',
}

/** `an OPM (orbit parameter message)`. */
export const messageTitle = (name: string): string => {
  const title = Object.hasOwn(NAMES_OF_MESSAGES, name) ? ` (${NAMES_OF_MESSAGES[name]})` : ''
  return `${/^[AEIO]/.test(name) ? 'an' : 'a'} ${name}${title}`
}

const unknown = (reason: string): CatalogContent => ({ kind: 'unknown', reason })

// Before a root there are only these; each is matched from the begin, so that the time is linear.
const XML_PROLOG = /^(?:\s+|<\?.*?\?>|<!--.*?-->)/s

const xmlContent = (text: string): CatalogContent => {
  let rest = text
  for (let match = XML_PROLOG.exec(rest); match !== null; match = XML_PROLOG.exec(rest)) {
    rest = rest.slice(match[0].length)
  }
  if (/^(<!doctype html|<html)/i.test(rest))
    return unknown('is a web page, most likely an error of the server')
  if (/^<!doctype/i.test(rest)) {
    return unknown(
      'has a document type declaration (DOCTYPE), which could define entities and which no navigation message has',
    )
  }
  const root = /^<(?:[\w.-]{1,40}:)?([\w.-]{1,40})[\s/>]/.exec(rest)?.[1]
  if (root === undefined) return unknown('is no XML: it has no root element')
  if (!isNdmRoot(root)) return unknown(`is XML of another kind, its root is "${root}"`)
  const messages = root === 'ndm' ? messagesIn(rest) : new Set([root.toUpperCase()])
  // Of several messages that begin far down nothing is known yet; CelesTrak's are OMMs.
  if (messages.has('OMM') || messages.size === 0) return { kind: 'elements', format: 'omm-xml' }
  if (messages.has('OEM')) return { kind: 'ephemeris', format: 'oem-xml' }
  return { kind: 'message', name: [...messages].join(', ') }
}

const kvnContent = (lines: readonly string[]): CatalogContent | undefined => {
  for (const line of lines) {
    const parsed = parseKvnLine(line)
    if (parsed.kind === 'nothing') continue
    const name = parsed.kind === 'keyword' ? messageNameOf(parsed.keyword) : undefined
    if (name === undefined) return undefined
    if (name === 'OMM') return { kind: 'elements', format: 'omm-kvn' }
    return name === 'OEM' ? { kind: 'ephemeris', format: 'oem-kvn' } : { kind: 'message', name }
  }
  return undefined
}

/** Tells what a file is from its head, `HEAD_CHARACTERS` or all of it. */
export const identifyContent = (text: string): CatalogContent => {
  const head = text
    .slice(0, HEAD_CHARACTERS)
    .replace(/^\uFEFF/, '')
    .trimStart()
  if (head === '') return { kind: 'empty' }
  if (head.includes('\0')) return unknown('is no text: it has bytes of zero in it (UTF-8 is read)')
  if (head.startsWith('[') || head.startsWith('{')) {
    return head.includes('"downlink_low"')
      ? { kind: 'transmitters' }
      : { kind: 'elements', format: 'omm-json' }
  }
  if (head.startsWith('<')) return xmlContent(head)
  const lines = head.split(/\r\n|\n|\r/, LINES_LOOKED_AT)
  const kvn = kvnContent(lines)
  if (kvn !== undefined) return kvn
  if (/(^|,)\s*"?NORAD_CAT_ID"?\s*(,|$)/i.test(lines[0] ?? '')) return { kind: 'elements', format: 'omm-csv' }
  if (lines.some(isTleLine)) return { kind: 'elements', format: 'tle' }
  return unknown('holds no elements (OMM, TLE) and no ephemeris (OEM)')
}
