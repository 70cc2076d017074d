import type { TextReader } from './text-reader.ts'
import { XmlProblem, XmlReader } from './xml-reader.ts'

/** One message of a file in XML, while it is read. */
export interface XmlMessage {
  readonly open: (name: string, attributes: Readonly<Record<string, string>>, line: number) => void
  readonly close: (name: string, text: string, line: number) => void
  /** Its text breaks off here; nothing more of it comes. */
  readonly broken: (reason: string, line: number) => void
  /** Its end tag. */
  readonly end: () => void
}

export interface NdmXmlHandlers {
  /** A message begins: `OMM`, `OPM`. Undefined for one that is not read. */
  readonly begin: (name: string, version: string, line: number) => XmlMessage | undefined
  /** Something outside of any message is wrong. */
  readonly outside: (reason: string, line: number) => void
  /** The whole file is refused. */
  readonly refuse: (reason: string) => void
}

/** The messages of the family [CCSDS 505.0-B-3], by their elements. */
const MESSAGES: readonly string[] = ['omm', 'oem', 'opm', 'ocm', 'aem', 'apm', 'acm', 'cdm', 'tdm', 'rdm']
const CONTAINER = 'ndm'

const MESSAGE_TAG = new RegExp(`<(?:[\\w.-]{1,40}:)?(${MESSAGES.join('|')})[\\s/>]`)

/** Which messages begin in a text, each kind once; their names in capitals. */
export const messagesIn = (text: string): ReadonlySet<string> => {
  const names = text.matchAll(new RegExp(MESSAGE_TAG, 'g'))
  return new Set(Array.from(names, ([, name]) => (name ?? '').toUpperCase()))
}

/** Whether an element is the root of a navigation message in XML, or of several of them. */
export const isNdmRoot = (name: string): boolean => name === CONTAINER || MESSAGES.includes(name)

const DOCTYPE_REFUSED =
  'has a document type declaration (DOCTYPE), which could define entities and which no navigation message has'

/** Reads navigation messages in XML: one alone, or several in an `ndm`. A broken one costs only itself. */
export const ndmXmlReader = (handlers: NdmXmlHandlers): TextReader => {
  // The elements that are open from the message's own on; 0 outside of a message.
  let depth = 0
  let name = ''
  let begin = 1
  let message: XmlMessage | undefined

  const open = (element: string, attributes: Readonly<Record<string, string>>, line: number): void => {
    const isMessage = MESSAGES.includes(element)
    if (depth > 0) {
      if (isMessage) throw new XmlProblem(`does not end before an ${element.toUpperCase()} begins`, begin)
      depth += 1
      message?.open(element, attributes, line)
    } else if (isMessage) {
      depth = 1
      name = element
      begin = line
      message = handlers.begin(element.toUpperCase(), attributes['version'] ?? '', line)
    }
  }

  const close = (element: string, text: string, line: number): void => {
    if (depth === 0) return
    depth -= 1
    if (depth > 0) message?.close(element, text, line)
    else {
      message?.end()
      message = undefined
    }
  }

  const broken = (reason: string, line: number): void => {
    if (depth > 0) {
      const isRead = message !== undefined
      message?.broken(reason, line)
      if (!isRead) handlers.outside(`${reason} (in an ${name.toUpperCase()})`, line)
    } else handlers.outside(reason, line)
    depth = 0
    message = undefined
  }

  return new XmlReader({ open, close, broken, doctype: () => handlers.refuse(DOCTYPE_REFUSED) }, MESSAGE_TAG)
}
