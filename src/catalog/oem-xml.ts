import { isUnit } from './keyword-value.ts'
import { ndmXmlReader, type XmlMessage } from './ndm-xml.ts'
import type { EphemerisSink } from './oem-kvn.ts'
import { OemMessage } from './oem-message.ts'
import { COVARIANCE_KEYWORDS, OMM_KEYWORDS } from './omm-keywords.ts'
import type { TextReader } from './text-reader.ts'

// The elements that have others in them, and in which of these each stands [CCSDS 505.0-B-3 4.5].
const BLOCKS: ReadonlyMap<string, string> = new Map([
  ['header', 'oem'],
  ['body', 'oem'],
  ['segment', 'body'],
  ['metadata', 'segment'],
  ['data', 'segment'],
  ['stateVector', 'data'],
  ['covarianceMatrix', 'data'],
])

const STATE_UNITS: ReadonlyMap<string, string> = new Map([
  ['X', 'km'],
  ['Y', 'km'],
  ['Z', 'km'],
  ['X_DOT', 'km/s'],
  ['Y_DOT', 'km/s'],
  ['Z_DOT', 'km/s'],
  ['X_DDOT', 'km/s**2'],
  ['Y_DDOT', 'km/s**2'],
  ['Z_DDOT', 'km/s**2'],
])
const VELOCITY_COLUMNS = 6

/** The fields of the state vector or the covariance matrix that is open. */
type Group = Map<string, { readonly value: string; readonly unit: string | undefined }>

const oemMessage = (version: string, startLine: number, sink: EphemerisSink): XmlMessage => {
  const message = new OemMessage(version, startLine)
  const path = ['oem']
  let group: Group = new Map()
  let groupLine = startLine
  let field: { readonly name: string; readonly unit: string | undefined; readonly line: number } | undefined
  const refuse = (line: number, name: string, reason: string): void =>
    message.refuse({ line, field: name, reason })

  const takeField = (place: string, name: string, value: string, line: number): void => {
    if (name === 'COMMENT') return
    if (place === 'header') message.header(name, line)
    else if (place === 'metadata') message.metadata(name, value, line)
    else if (place === 'stateVector' || place === 'covarianceMatrix') {
      if (group.has(name)) refuse(line, name, 'is given twice')
      const known = place === 'stateVector' ? STATE_UNITS.has(name) : COVARIANCE_KEYWORDS.includes(name)
      const isText = name === 'EPOCH' || (place === 'covarianceMatrix' && name === 'COV_REF_FRAME')
      if (!known && !isText) refuse(line, name, `is no element of a ${place}`)
      const unit = field?.unit
      const expected = STATE_UNITS.get(name) ?? OMM_KEYWORDS.get(name)?.unit ?? ''
      if (unit !== undefined && !isUnit(unit, expected))
        refuse(line, name, `is in "${unit.slice(0, 40)}", not in ${expected}`)
      group.set(name, { value, unit })
    } else refuse(line, name, `cannot stand in ${place}`)
  }

  const takeBlock = (name: string): void => {
    const textOf = (key: string): string => group.get(key)?.value ?? ''
    if (name === 'metadata') message.endMetadata()
    else if (name === 'stateVector') {
      const names = [...STATE_UNITS.keys()]
      const hasAcceleration = names.slice(VELOCITY_COLUMNS).some((key) => group.has(key))
      const wanted = hasAcceleration ? names : names.slice(0, VELOCITY_COLUMNS)
      message.state(textOf('EPOCH'), wanted.map(textOf), groupLine)
    } else if (name === 'covarianceMatrix') {
      const absent = COVARIANCE_KEYWORDS.find((key) => !group.has(key))
      if (absent !== undefined) refuse(groupLine, absent, 'is missing in the covariance matrix')
      message.covariance(textOf('EPOCH'), COVARIANCE_KEYWORDS.map(textOf), groupLine)
    }
  }

  return {
    open: (name, attributes, line) => {
      const place = path.at(-1) ?? ''
      path.push(name)
      if (field !== undefined) refuse(line, field.name, 'has an element in it where its value should be')
      const parent = BLOCKS.get(name)
      if (parent === undefined) {
        field = { name, unit: attributes['units'], line }
        return
      }
      if (parent !== place) refuse(line, name, `cannot stand in ${place}`)
      if (name === 'segment') message.beginSegment(line)
      group = new Map()
      groupLine = line
    },
    close: (name, text) => {
      path.pop()
      if (field?.name === name) {
        takeField(path.at(-1) ?? '', name, text.trim(), field.line)
        field = undefined
      } else if (field === undefined) takeBlock(name)
    },
    broken: (reason, line) => sink.skip({ line, field: 'oem', reason }),
    end: () => {
      const ephemeris = message.finish()
      if (ephemeris.ok) sink.add(ephemeris.value)
      else sink.skip(ephemeris.error)
    },
  }
}

/** Reads OEMs in XML: one alone or several in an `ndm`. Other messages are named. */
export const oemXmlReader = (sink: EphemerisSink, refuse: (reason: string) => void): TextReader =>
  ndmXmlReader({
    begin: (name, version, line) => {
      if (name === 'OEM') return oemMessage(version, line, sink)
      sink.other({ line, name })
      return undefined
    },
    outside: (reason, line) => sink.skip({ line, field: 'file', reason }),
    refuse,
  })
