import { SaxesParser, type SaxesTagPlain } from 'saxes'
import { messageOf } from '../kernel/errors.ts'
import type { TextReader } from './text-reader.ts'

/** What a reader of XML sees. Names come without their namespace's prefix, lines count from 1. */
export interface XmlEvents {
  readonly open: (name: string, attributes: Readonly<Record<string, string>>, line: number) => void
  /** `text` is what stands between the tags of an element; of one that has elements in it, what follows the last. */
  readonly close: (name: string, text: string, line: number) => void
  /** The text is no XML here. What is opened next stands outside of all that was open. */
  readonly broken: (reason: string, line: number) => void
  /** A document type declaration: nothing of the file is read. */
  readonly doctype: () => void
}

/** A handler throws it where what it sees makes the element that is open useless. */
export class XmlProblem extends Error {
  /** Where the fault stands, if it is not where it was noticed. */
  readonly line: number | undefined

  constructor(reason: string, line?: number) {
    super(reason)
    this.line = line
  }
}

/** The largest thing of a navigation message is a comment; between two tags nothing is longer than this. */
const TOKEN_CHARACTERS_MAX = 65_536
/** An NDM is 8 deep. */
const DEPTH_MAX = 32
// In slices of this length a slice that fails is walked through a second time, and no more of the text.
const SLICE_CHARACTERS = 16_384
// Each costs a search through a token's length of text.
const RESTARTS_MAX = 1_000
// No tag's begin is longer than this, prefix and all.
const TAG_BEGIN_MAX = 100

interface ParserOptions {
  readonly fragment: boolean
  readonly xmlns: false
}
type Parser = SaxesParser<ParserOptions>

const localName = (name: string): string => name.slice(name.lastIndexOf(':') + 1)

const countLines = (text: string): number => {
  let lines = 0
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1
  return lines
}

/**
 * Reads XML that comes in pieces, as a stream, in bounded memory. Entities are the five of XML, for a document type
 * declaration is refused. Where the text is no XML, it goes on with the next element that `resume` finds, so that one
 * broken message does not cost the others.
 */
export class XmlReader implements TextReader {
  readonly #events: XmlEvents
  readonly #resume: RegExp
  #parser: Parser | undefined
  #isStopped = false
  #isFragment = false
  #restarts = 0
  #depth = 0
  #text = ''
  /** The text from the end of the last event on; where it begins in the whole, and in which line. */
  #window = ''
  #windowStart = 0
  #windowLine = 1
  /** Where the present parser began, and in which line. */
  #parserStart = 0
  #parserLine = 1
  /** Where the last event ended. */
  #eventEnd = 0

  constructor(events: XmlEvents, resume: RegExp) {
    this.#events = events
    this.#resume = resume
    this.#parser = this.#makeParser()
  }

  readonly push = (piece: string): void => {
    let rest = this.#windowStart === 0 && this.#window === '' ? this.#withoutBlanks(piece) : piece
    while (rest !== '' && !this.#isStopped) {
      if (this.#parser === undefined) rest = this.#seek(rest)
      else {
        this.#parse(this.#parser, rest.slice(0, SLICE_CHARACTERS))
        rest = rest.slice(SLICE_CHARACTERS)
        if (this.#parser === undefined) {
          rest = this.#window + rest
          this.#window = ''
        }
      }
    }
  }

  readonly end = (): void => {
    // What a parser swallowed to the end may have good messages in it.
    while (!this.#isStopped && this.#parser !== undefined) {
      try {
        this.#parser.close()
        return
      } catch (thrown) {
        this.#recover(thrown)
        const rest = this.#window
        this.#window = ''
        this.push(rest)
      }
    }
  }

  /** Servers send line ends before the declaration; XML has it at the very begin. */
  #withoutBlanks(piece: string): string {
    const rest = piece.trimStart()
    this.#parserLine += countLines(piece.slice(0, piece.length - rest.length))
    this.#windowLine = this.#parserLine
    return rest
  }

  #makeParser(): Parser {
    const parser = new SaxesParser<ParserOptions>({ fragment: this.#isFragment, xmlns: false })
    // Without a handler for errors saxes throws them, which is what ends the slice.
    parser.on('opentag', (tag) => this.#handle(parser, () => this.#open(tag, this.#line(parser))))
    parser.on('closetag', ({ name }) => this.#handle(parser, () => this.#close(name, this.#line(parser))))
    // A text is told when the bracket behind it has been read.
    parser.on('text', (text) => this.#handle(parser, () => this.#take(text), 1))
    parser.on('cdata', (text) => this.#handle(parser, () => this.#take(text)))
    parser.on('comment', () => this.#handle(parser, () => undefined))
    parser.on('processinginstruction', () => this.#handle(parser, () => undefined))
    parser.on('doctype', () => {
      this.#isStopped = true
      this.#events.doctype()
    })
    return parser
  }

  #line(parser: Parser): number {
    return this.#parserLine + parser.line - 1
  }

  #handle(parser: Parser, action: () => void, readBeyond = 0): void {
    if (this.#isStopped) return
    action()
    this.#eventEnd = this.#parserStart + parser.position - readBeyond
  }

  #open(tag: SaxesTagPlain, line: number): void {
    this.#depth += 1
    if (this.#depth > DEPTH_MAX)
      throw new XmlProblem(`has elements in each other more than ${DEPTH_MAX} deep`)
    this.#text = ''
    this.#events.open(localName(tag.name), tag.attributes, line)
  }

  #close(name: string, line: number): void {
    this.#depth -= 1
    const text = this.#text
    this.#text = ''
    this.#events.close(localName(name), text, line)
  }

  #take(text: string): void {
    this.#text += text
    if (this.#text.length > TOKEN_CHARACTERS_MAX) {
      throw new XmlProblem(`has a text of more than ${TOKEN_CHARACTERS_MAX} characters`)
    }
  }

  #parse(parser: Parser, slice: string): void {
    this.#window += slice
    try {
      parser.write(slice)
    } catch (thrown) {
      this.#recover(thrown)
      return
    }
    this.#dropWindow(this.#eventEnd)
    if (this.#window.length > TOKEN_CHARACTERS_MAX) {
      this.#recover(
        new XmlProblem(`has more than ${TOKEN_CHARACTERS_MAX} characters without an end of what they are`),
      )
    }
  }

  #dropWindow(to: number): void {
    const length = Math.max(0, to - this.#windowStart)
    this.#windowLine += countLines(this.#window.slice(0, length))
    this.#window = this.#window.slice(length)
    this.#windowStart += length
  }

  /** Gives the parser up and leaves in `#window` what is to be searched for the next message. */
  #recover(thrown: unknown): void {
    // At least a character on, or the same tag would be found for ever.
    this.#dropWindow(Math.max(this.#eventEnd, this.#parserStart + 1))
    this.#parser = undefined
    // What is broken begins behind the last thing that was good; it is noticed far behind sometimes.
    const line = (thrown instanceof XmlProblem ? thrown.line : undefined) ?? this.#windowLine
    const isBetweenMessages = this.#isFragment && this.#depth === 0
    this.#restarts += 1
    this.#isStopped = this.#restarts > RESTARTS_MAX
    // The end tag of what the messages were in comes alone when one of them was broken.
    if (!isBetweenMessages) {
      const reason = messageOf(thrown)
        .replace(/^(?:\d+:\d+: )/, '')
        .replace(/\.$/, '')
      this.#events.broken(
        thrown instanceof XmlProblem
          ? reason
          : `is no good XML: ${inPlainWords(reason).slice(0, TAG_BEGIN_MAX)}`,
        line,
      )
    }
    if (this.#isStopped)
      this.#events.broken('is so often no good XML that the rest of the file is not read', line)
  }

  /** Looks for the next message; what follows it is given back. */
  #seek(piece: string): string {
    const text = this.#window + piece
    this.#window = text
    const found = text.search(this.#resume)
    this.#dropWindow(this.#windowStart + (found === -1 ? Math.max(0, text.length - TAG_BEGIN_MAX) : found))
    if (found === -1) return ''
    const rest = this.#window
    this.#window = ''
    this.#isFragment = true
    this.#depth = 0
    this.#text = ''
    this.#parserStart = this.#windowStart
    this.#parserLine = this.#windowLine
    this.#eventEnd = this.#windowStart
    this.#parser = this.#makeParser()
    return rest
  }
}

// As saxes says it, the word sounds like a value that this program lost.
const inPlainWords = (reason: string): string =>
  reason.replace(/undefined entity/i, 'an entity that XML does not know')
