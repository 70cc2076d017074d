import { fault } from '../kernel/errors.ts'
import type { ElementSink } from './element-readings.ts'
import { ndmXmlReader, type XmlMessage } from './ndm-xml.ts'
import { OmmMessage } from './omm-message.ts'
import type { TextReader } from './text-reader.ts'

// The blocks of an OMM, each of which comes once at most [CCSDS 505.0-B-3 4.3].
const BLOCKS: ReadonlySet<string> = new Set([
  'header',
  'body',
  'segment',
  'metadata',
  'data',
  'meanElements',
  'spacecraftParameters',
  'tleParameters',
  'covarianceMatrix',
  'userDefinedParameters',
])

const ommMessage = (version: string, startLine: number, sink: ElementSink): XmlMessage => {
  const message = new OmmMessage(version, startLine)
  const seen = new Set<string>()
  /** The field that is open. */
  let field: { readonly name: string; readonly unit: string | undefined; readonly line: number } | undefined
  return {
    open: (name, attributes, line) => {
      if (field !== undefined) {
        message.refuse({ line, field: field.name, reason: 'has an element in it where its value should be' })
      }
      if (!BLOCKS.has(name)) {
        field = { name, unit: attributes['units'], line }
        return
      }
      if (seen.has(name)) message.refuse({ line, field: name, reason: 'is given twice' })
      seen.add(name)
    },
    close: (name, text) => {
      if (field === undefined || field.name !== name) return
      if (name !== 'COMMENT') message.put({ ...field, value: text.trim() })
      field = undefined
    },
    broken: (reason, line) => sink.skip({ line, field: 'omm', reason }),
    end: () => {
      const set = message.finish()
      if (set.ok) sink.add(set.value)
      else sink.skip(set.error)
    },
  }
}

/** Reads OMMs in XML: one alone or many in an `ndm`, with or without a namespace. Other messages are named. */
export const ommXmlReader = (sourceName: string, sink: ElementSink): TextReader =>
  ndmXmlReader({
    begin: (name, version, line) => {
      if (name === 'OMM') return ommMessage(version, line, sink)
      sink.other({ line, name })
      return undefined
    },
    outside: (reason, line) => sink.skip({ line, field: 'file', reason }),
    refuse: (reason) => sink.fail(fault('catalog.format', `${sourceName} ${reason}`)),
  })
