import { err, ok, type Result } from '../kernel/result.ts'
import type { UtcMs } from '../kernel/time.ts'
import { parseCcsdsTime, type TimeSystem } from '../orbit/ccsds-time.ts'
import type { Ephemeris, EphemerisSegment, EphemerisState } from '../orbit/ephemeris.ts'
import type { Skipped } from './element-readings.ts'
import { parseDecimal, quote } from './numbers.ts'
import { OEM_HEADER_KEYWORDS, OEM_METADATA_KEYWORDS, readOemMetadata } from './oem-metadata.ts'
import { COVARIANCE_KEYWORDS } from './omm-keywords.ts'

const VERSIONS: readonly string[] = ['1.0', '2.0', '3.0']

/**
 * A state takes 200 bytes of memory: these are 60 MB. A year at a state in two minutes has as many; an ephemeris of more is
 * to be cut into files.
 */
export const EPHEMERIS_STATES_MAX = 300_000

const POSITION_AND_VELOCITY = 6
const WITH_ACCELERATION = 9
const COMPONENTS = ['X', 'Y', 'Z', 'X_DOT', 'Y_DOT', 'Z_DOT', 'X_DDOT', 'Y_DDOT', 'Z_DDOT'] as const
// Times are written with milliseconds at the least; a state at START_TIME may have more digits.
const SPAN_SLACK_MS = 1

type MetadataEntries = Map<string, { readonly value: string; readonly line: number }>

const isSame = (a: EphemerisState, b: EphemerisState): boolean =>
  a.utcMs === b.utcMs &&
  a.position.x === b.position.x &&
  a.position.y === b.position.y &&
  a.position.z === b.position.z &&
  a.velocity.x === b.velocity.x &&
  a.velocity.y === b.velocity.y &&
  a.velocity.z === b.velocity.z

interface OpenSegment {
  readonly line: number
  readonly entries: MetadataEntries
  /** Undefined until the metadata are complete. */
  metadata: Omit<EphemerisSegment, 'states'> | undefined
  timeSystem: TimeSystem
  readonly states: EphemerisState[]
}

/**
 * One OEM as a message (KVN or XML), with the rules of CCSDS 502.0-B-3 section 5: version, known keywords at most once,
 * states in order and inside of their span, whole covariance matrices (of which nothing is kept), one object, one time
 * system. The first fault is kept, and the message gives no ephemeris then: one with a hole would be flown through it.
 */
export class OemMessage {
  readonly #line: number
  readonly #version: number
  readonly #header = new Set<string>()
  readonly #segments: EphemerisSegment[] = []
  #open: OpenSegment | undefined
  #stateCount = 0
  /** Of the first segment. */
  #timeSystem: string | undefined
  #problem: Skipped | undefined

  /** `line` is where the message begins. */
  constructor(version: string, line: number) {
    this.#line = line
    this.#version = Number.parseFloat(version)
    if (!VERSIONS.includes(version.trim())) {
      const reason = `${quote(version)} is no version of the OEM, ${VERSIONS.join(', ')} are`
      this.refuse({ line, field: 'CCSDS_OEM_VERS', reason })
    }
  }

  /** Once something is wrong, nothing that follows matters. */
  get isRefused(): boolean {
    return this.#problem !== undefined
  }

  refuse(problem: Skipped): void {
    this.#problem ??= problem
    this.#segments.length = 0
    this.#open = undefined
  }

  header(name: string, line: number): void {
    const since = OEM_HEADER_KEYWORDS.get(name)
    if (since === undefined)
      this.refuse({ line, field: fieldName(name), reason: 'is no keyword of a header' })
    else if (this.#header.has(name)) this.refuse({ line, field: name, reason: 'is given twice' })
    else this.#requireVersion(since, name, line)
    this.#header.add(name)
  }

  beginSegment(line: number): void {
    this.#closeSegment()
    if (this.isRefused) return
    const entries: MetadataEntries = new Map()
    this.#open = { line, entries, metadata: undefined, timeSystem: 'UTC', states: [] }
  }

  metadata(name: string, value: string, line: number): void {
    const entries = this.#open?.entries
    if (entries === undefined) return
    const since = OEM_METADATA_KEYWORDS.get(name)
    if (since === undefined)
      this.refuse({ line, field: fieldName(name), reason: 'is no keyword of the metadata' })
    else if (entries.has(name)) this.refuse({ line, field: name, reason: 'is given twice' })
    else this.#requireVersion(since, name, line)
    entries.set(name, { value, line })
  }

  endMetadata(): void {
    const open = this.#open
    if (open === undefined) return
    const timeSystem = open.entries.get('TIME_SYSTEM')
    const name = timeSystem?.value.trim().toUpperCase() ?? ''
    this.#timeSystem ??= name
    if (timeSystem !== undefined && this.#timeSystem !== name) {
      const reason = `is ${quote(name)} after ${quote(this.#timeSystem)}: an OEM has one time system`
      this.refuse({ line: timeSystem.line, field: 'TIME_SYSTEM', reason })
      return
    }
    const read = readOemMetadata(open.entries, open.line)
    if (!read.ok) {
      this.refuse(read.error)
      return
    }
    open.metadata = read.value.segment
    open.timeSystem = read.value.timeSystem
    const [first] = this.#segments
    const lineOf = (name: string): number => open.entries.get(name)?.line ?? open.line
    for (const [key, name] of [
      ['objectName', 'OBJECT_NAME'],
      ['objectId', 'OBJECT_ID'],
    ] as const) {
      if (first !== undefined && first[key] !== open.metadata[key]) {
        const reason = `is ${quote(open.metadata[key])} after ${quote(first[key])}: an OEM is of one object`
        this.refuse({ line: lineOf(name), field: name, reason })
      }
    }
  }

  /**
   * Position and velocity, km and km/s. An acceleration behind them is looked at and not kept, and so it is no matter that
   * files have it in some states only.
   */
  state(epoch: string, numbers: readonly string[], line: number): void {
    const open = this.#open
    if (open === undefined) return
    const columns = numbers.length
    const refuse = (field: string, reason: string): void => this.refuse({ line, field, reason })
    if (columns !== POSITION_AND_VELOCITY && columns !== WITH_ACCELERATION) {
      refuse(
        'state',
        `has ${columns} numbers behind its epoch, not ${POSITION_AND_VELOCITY} or ${WITH_ACCELERATION}`,
      )
      return
    }
    if (columns === WITH_ACCELERATION) this.#requireVersion(2, 'X_DDOT', line)
    const values: number[] = []
    for (const [index, text] of numbers.entries()) {
      const value = parseDecimal(text)
      if (!value.ok) {
        refuse(COMPONENTS[index] ?? 'state', value.error)
        return
      }
      values.push(value.value)
    }
    const at = parseCcsdsTime(epoch, open.timeSystem)
    if (!at.ok) refuse('EPOCH', at.error)
    else this.#addState(at.value, values, line)
  }

  #addState(utcMs: UtcMs, values: readonly number[], line: number): void {
    const metadata = this.#open?.metadata
    if (this.#open === undefined || metadata === undefined) return
    const refuse = (reason: string): void => this.refuse({ line, field: 'EPOCH', reason })
    const before = this.#open.states.at(-1)
    const [x = 0, y = 0, z = 0, vx = 0, vy = 0, vz = 0] = values
    const state = { utcMs, position: { x, y, z }, velocity: { x: vx, y: vy, z: vz } }
    // The same state twice over says nothing else; two states at one instant contradict each other.
    if (before !== undefined && isSame(before, state)) return
    if (before !== undefined && utcMs <= before.utcMs) refuse('is not later than that of the state before')
    else if (utcMs < metadata.startUtcMs - SPAN_SLACK_MS) refuse('is before START_TIME')
    else if (utcMs > metadata.stopUtcMs + SPAN_SLACK_MS) refuse('is after STOP_TIME')
    else if (this.#stateCount >= EPHEMERIS_STATES_MAX) {
      this.refuse({
        line,
        field: 'state',
        reason: `is one more than ${EPHEMERIS_STATES_MAX}: cut the file in pieces`,
      })
    } else {
      this.#open.states.push(state)
      this.#stateCount += 1
    }
  }

  /** The lower triangle of a covariance matrix, 21 numbers: looked at and not kept. */
  covariance(epoch: string, numbers: readonly string[], line: number): void {
    if (this.#open === undefined) return
    const refuse = (field: string, reason: string): void => this.refuse({ line, field, reason })
    this.#requireVersion(2, 'COVARIANCE_START', line)
    if (this.#open === undefined) return
    if (this.#open.states.length === 0) refuse('COVARIANCE_START', 'stands before any state')
    const at = parseCcsdsTime(epoch, this.#open?.timeSystem)
    if (!at.ok) refuse('EPOCH', `of the covariance matrix ${at.error}`)
    if (numbers.length !== COVARIANCE_KEYWORDS.length) {
      refuse('covariance', `matrix has ${numbers.length} numbers, not ${COVARIANCE_KEYWORDS.length}`)
    }
    for (const [index, text] of numbers.entries()) {
      const value = parseDecimal(text)
      if (!value.ok) refuse(COVARIANCE_KEYWORDS[index] ?? 'covariance', value.error)
    }
  }

  /** The ephemeris, by rising time, or the first fault of the message at its own line. */
  finish(): Result<Ephemeris, Skipped> {
    this.#closeSegment()
    if (this.#problem !== undefined) return err(this.#problem)
    if (this.#segments.length === 0) {
      return err({ line: this.#line, field: 'META_START', reason: 'is missing: there is no segment' })
    }
    return ok({ segments: this.#segments.toSorted((a, b) => a.startUtcMs - b.startUtcMs) })
  }

  #closeSegment(): void {
    const open = this.#open
    this.#open = undefined
    if (open === undefined || this.isRefused) return
    if (open.metadata === undefined) {
      this.refuse({ line: open.line, field: 'META_STOP', reason: 'is missing: the metadata do not end' })
    } else if (open.states.length === 0) {
      this.refuse({ line: open.line, field: 'META_START', reason: 'begins a segment without a state' })
    } else this.#segments.push({ ...open.metadata, states: open.states })
  }

  #requireVersion(since: number, field: string, line: number): void {
    if (this.#version >= since) return
    const reason = `came with version ${since}.0 and cannot be in one of ${this.#version.toFixed(1)}`
    this.refuse({ line, field, reason })
  }
}

// A complaint names what it found, however long that is.
const fieldName = (name: string): string => quote(name).slice(1, -1)
