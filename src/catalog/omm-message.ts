import { err, type Result } from '../kernel/result.ts'
import type { ElementSet } from '../orbit/element-set.ts'
import type { Skipped } from './element-readings.ts'
import { isUnit } from './keyword-value.ts'
import { parseDecimal, quote } from './numbers.ts'
import { COVARIANCE_KEYWORDS, OMM_BLOCKS, OMM_KEYWORDS, type OmmKeyword } from './omm-keywords.ts'
import { elementSetFromOmm } from './omm-record.ts'

/** One field of a message. */
export interface OmmEntry {
  readonly name: string
  readonly value: string
  /** As the file writes it beside the value; undefined where it does not. */
  readonly unit: string | undefined
  readonly line: number
}

const VERSIONS: readonly string[] = ['2.0', '3.0']
// A table of CelesTrak leaves them out; a message that does is one of which nobody knows what it is in.
const REQUIRED_METADATA = ['CENTER_NAME', 'REF_FRAME', 'TIME_SYSTEM', 'MEAN_ELEMENT_THEORY']
const SGP_DERIVATIVES = ['MEAN_MOTION_DOT', 'MEAN_MOTION_DDOT']
const SGP4_XP_TERMS = ['BTERM', 'AGOM']

/**
 * One OMM as a message of its own (KVN or XML), with the rules of CCSDS 502.0-B-3 section 4 for its form: version, known
 * keywords in their order and at most once, units, a whole covariance matrix. What it means is `elementSetFromOmm`'s.
 * The first fault is kept, and the message gives no set then.
 */
export class OmmMessage {
  readonly #line: number
  readonly #version: number
  readonly #entries = new Map<string, OmmEntry>()
  #block = 0
  #problem: Skipped | undefined

  /** `line` is where the message begins. */
  constructor(version: string, line: number) {
    this.#line = line
    this.#version = Number.parseFloat(version)
    if (!VERSIONS.includes(version.trim())) {
      this.refuse({
        line,
        field: 'CCSDS_OMM_VERS',
        reason: `${quote(version)} is no version of the OMM, ${VERSIONS.join(' and ')} are`,
      })
    }
  }

  refuse(problem: Skipped): void {
    this.#problem ??= problem
  }

  put(entry: OmmEntry): void {
    const { name, line } = entry
    // What a user defines is of no concern, as often as it comes.
    if (name === 'USER_DEFINED' || name.startsWith('USER_DEFINED_')) return
    const keyword = OMM_KEYWORDS.get(name)
    const reason = keyword === undefined ? 'is no keyword of an OMM' : this.#entryProblem(entry, keyword)
    if (reason !== undefined) this.refuse({ line, field: quote(name).slice(1, -1), reason })
    else this.#entries.set(name, entry)
  }

  /** The set, or the first fault of the message, at its own line. */
  finish(): Result<ElementSet, Skipped> {
    this.#checkWhole()
    if (this.#problem !== undefined) return err(this.#problem)
    const set = elementSetFromOmm((name) => this.#entries.get(name)?.value)
    if (set.ok) return set
    const { field } = set.error
    return err({ line: this.#entries.get(field)?.line ?? this.#line, ...set.error })
  }

  #entryProblem(entry: OmmEntry, keyword: OmmKeyword): string | undefined {
    const { name, value, unit } = entry
    if (this.#entries.has(name)) return 'is given twice'
    const block = OMM_BLOCKS.indexOf(keyword.block)
    if (block < this.#block) return `belongs to the ${keyword.block} and stands behind it`
    this.#block = block
    if (keyword.since !== undefined && this.#version < keyword.since) {
      return `came with version ${keyword.since}.0 and cannot be in one of ${this.#version.toFixed(1)}`
    }
    if (unit !== undefined && !isUnit(unit, keyword.unit ?? '')) {
      return `is in ${quote(unit)}${keyword.unit ? `, not in ${keyword.unit}` : ', and has no unit'}`
    }
    if (keyword.isNumber === true && value.trim() !== '') {
      const parsed = parseDecimal(value)
      if (!parsed.ok) return parsed.error
    }
    return undefined
  }

  #checkWhole(): void {
    const isGiven = (name: string): boolean => (this.#entries.get(name)?.value ?? '').trim() !== ''
    const missing = (names: readonly string[]): string | undefined => names.find((name) => !isGiven(name))
    const refuse = (name: string, reason: string): void =>
      this.refuse({ line: this.#entries.get(name)?.line ?? this.#line, field: name, reason })

    const covariances = COVARIANCE_KEYWORDS.filter(isGiven)
    if (covariances.length > 0 && covariances.length < COVARIANCE_KEYWORDS.length) {
      const absent = missing(COVARIANCE_KEYWORDS) ?? ''
      refuse(covariances[0] ?? '', `begins a covariance matrix that has no ${absent}`)
    }
    const classification = this.#entries.get('CLASSIFICATION_TYPE')?.value.trim() ?? ''
    if (classification.length > 1) {
      refuse('CLASSIFICATION_TYPE', `${quote(classification)} is not one character`)
    }
    const absentMetadata = missing(REQUIRED_METADATA)
    if (absentMetadata !== undefined) refuse(absentMetadata, 'is missing')
    const theory = this.#entries.get('MEAN_ELEMENT_THEORY')?.value.trim().toUpperCase()
    const absentDerivative = missing(SGP_DERIVATIVES)
    if (theory === 'SGP' && absentDerivative !== undefined) {
      refuse(absentDerivative, 'is missing, which the theory SGP needs')
    }
    if (theory !== 'SGP4-XP') return
    if (this.#version < 3) refuse('MEAN_ELEMENT_THEORY', 'is SGP4-XP, which came with version 3.0')
    const absentTerm = missing(SGP4_XP_TERMS)
    if (absentTerm !== undefined) refuse(absentTerm, 'is missing, which the theory SGP4-XP needs')
  }
}
