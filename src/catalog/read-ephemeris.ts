import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { Ephemeris } from '../orbit/ephemeris.ts'
import { type CatalogContent, HEAD_CHARACTERS, identifyContent, messageTitle } from './content.ts'
import { type OtherMessage, SKIPPED_KEPT_MAX, type Skipped } from './element-readings.ts'
import { type EphemerisSink, OemKvnReader } from './oem-kvn.ts'
import { EPHEMERIS_STATES_MAX } from './oem-message.ts'
import { oemXmlReader } from './oem-xml.ts'
import type { TextReader } from './text-reader.ts'

/** What an ephemeris file came to. */
export interface EphemerisReadings {
  /** One for each good OEM of the file, in its order; at least one. Most files have one. */
  readonly ephemerides: readonly Ephemeris[]
  /** The first complaints, each of which cost an OEM; `skippedCount` counts all. */
  readonly skipped: readonly Skipped[]
  readonly skippedCount: number
  /** The first messages of other kinds beside the OEMs, named and not read. */
  readonly otherMessages: readonly OtherMessage[]
}

const OTHER_MESSAGES_KEPT_MAX = 100

const refusal = (content: CatalogContent, sourceName: string): Fault => {
  switch (content.kind) {
    case 'empty':
      return fault('catalog.empty', `${sourceName} is empty`)
    case 'elements':
    case 'transmitters':
      return fault('catalog.format', `${sourceName} is a file of ${content.kind} and no ephemeris (OEM)`)
    case 'message':
      return fault('catalog.format', `${sourceName} is ${messageTitle(content.name)}, which is not read`)
    case 'unknown':
      return fault('catalog.format', `${sourceName} ${content.reason}`)
    case 'ephemeris':
      return fault('catalog.format', `${sourceName} is no ephemeris`)
  }
}

/** Reads an ephemeris file that comes in pieces of text: OEM in KVN or XML, told apart by its content. */
export class EphemerisFile {
  readonly #sourceName: string
  #head = ''
  #reader: TextReader | undefined
  #failure: Fault | undefined
  readonly #ephemerides: Ephemeris[] = []
  #stateCount = 0
  readonly #skipped: Skipped[] = []
  #skippedCount = 0
  readonly #otherMessages: OtherMessage[] = []

  constructor(options: { readonly sourceName: string }) {
    this.#sourceName = options.sourceName
  }

  /** False once nothing more is wanted. */
  push(piece: string): boolean {
    if (this.#failure !== undefined) return false
    if (this.#reader !== undefined) this.#reader.push(piece)
    else {
      this.#head += piece
      if (this.#head.length >= HEAD_CHARACTERS) this.#start()
    }
    return this.#failure === undefined
  }

  /**
   * Faults: `catalog.format` where it is something else, `catalog.ephemeris` where no OEM in it is good, with line and field
   * of the first fault.
   */
  end(): Result<EphemerisReadings, Fault> {
    if (this.#reader === undefined && this.#failure === undefined) this.#start()
    if (this.#failure === undefined) this.#reader?.end()
    if (this.#failure !== undefined) return err(this.#failure)
    if (this.#ephemerides.length === 0) return err(this.#nothingGood())
    return ok({
      ephemerides: this.#ephemerides,
      skipped: this.#skipped,
      skippedCount: this.#skippedCount,
      otherMessages: this.#otherMessages,
    })
  }

  #start(): void {
    const head = this.#head.replace(/^\uFEFF/, '')
    this.#head = ''
    const content = identifyContent(head)
    const isCombined = content.kind === 'elements' && content.format === 'omm-xml'
    if (content.kind !== 'ephemeris' && !isCombined) {
      this.#failure = refusal(content, this.#sourceName)
      return
    }
    this.#reader =
      content.format === 'oem-kvn'
        ? new OemKvnReader(this.#sink)
        : oemXmlReader(this.#sink, (reason) =>
            this.#fail(fault('catalog.format', `${this.#sourceName} ${reason}`)),
          )
    this.#reader.push(head)
  }

  readonly #fail = (failure: Fault): void => {
    this.#failure ??= failure
  }

  readonly #sink: EphemerisSink = {
    add: (ephemeris) => {
      this.#ephemerides.push(ephemeris)
      for (const { states } of ephemeris.segments) this.#stateCount += states.length
      // Each message was held to it already; so is the file.
      if (this.#stateCount > EPHEMERIS_STATES_MAX) {
        this.#fail(
          fault('catalog.ephemeris', `${this.#sourceName} has more than ${EPHEMERIS_STATES_MAX} states`),
        )
      }
    },
    skip: (complaint) => {
      this.#skippedCount += 1
      if (this.#skipped.length < SKIPPED_KEPT_MAX) this.#skipped.push(complaint)
    },
    other: (message) => {
      if (this.#otherMessages.length < OTHER_MESSAGES_KEPT_MAX) this.#otherMessages.push(message)
    },
  }

  #nothingGood(): Fault {
    const [first] = this.#skipped
    if (first !== undefined) {
      const detail = `line ${first.line}: ${first.field} ${first.reason}`
      return fault('catalog.ephemeris', `${this.#sourceName} holds no good ephemeris, ${detail}`)
    }
    const others = [...new Set(this.#otherMessages.map(({ name }) => messageTitle(name)))].join(', ')
    return fault('catalog.format', `${this.#sourceName} holds no ephemeris but ${others || 'nothing'}`)
  }
}

const PIECE_CHARACTERS = 65_536

/** The text of an ephemeris file as a whole; as `EphemerisFile`. */
export const readEphemerisFile = (
  text: string,
  options: { readonly sourceName: string },
): Result<EphemerisReadings, Fault> => {
  const file = new EphemerisFile(options)
  for (let at = 0; at < text.length; at += PIECE_CHARACTERS) {
    if (!file.push(text.slice(at, at + PIECE_CHARACTERS))) break
  }
  return file.end()
}
