import { readFileSync, statSync } from 'node:fs'
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import { type Fault, fault, messageOf } from '../../kernel/errors.ts'
import { nearName } from '../../kernel/near-name.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { crossCheck } from './cross-check.ts'
import { migrate } from './migrations.ts'
import { type Configuration, configurationSchema } from './schema.ts'

/** One thing that is wrong: where, what, and what to do. */
export interface ConfigurationProblem {
  readonly line: number
  /** `station.latitudeDeg`; empty for the file as a whole. */
  readonly path: string
  readonly problem: string
}

export interface ConfigurationFailure {
  readonly failure: Fault
  /** All of them at once, in the order of their lines. */
  readonly problems: readonly ConfigurationProblem[]
}

// With a thousand partners and agreements each the file has half a megabyte.
const FILE_BYTES_MAX = 1_048_576
// Enough for any file that a person mends; the rest shows when these are mended.
const PROBLEMS_MAX = 50

export const loadConfiguration = (path: string): Result<Configuration, ConfigurationFailure> => {
  let text: string
  try {
    const status = statSync(path)
    if (status.isDirectory()) return unreadable(path, 'it is a folder')
    // A pipe or a device could be read for ever.
    if (!status.isFile()) return unreadable(path, 'it is no file')
    if (status.size > FILE_BYTES_MAX) {
      return err({
        failure: fault(
          'config.too-large',
          `${path} has ${status.size} bytes; the limit is ${FILE_BYTES_MAX}`,
        ),
        problems: [],
      })
    }
    text = readFileSync(path, 'utf8')
  } catch (thrown) {
    return unreadable(path, messageOf(thrown))
  }
  return parseConfiguration(text, path)
}

const unreadable = (path: string, why: string): Result<never, ConfigurationFailure> =>
  err({
    failure: fault('config.unreadable', `The configuration ${path} cannot be read: ${why}`),
    problems: [],
  })

/** Reads the text of a configuration; `name` is what messages call it. */
export const parseConfiguration = (
  text: string,
  name: string,
): Result<Configuration, ConfigurationFailure> => {
  const lines = new LineCounter()
  let document: ReturnType<typeof parseDocument>
  try {
    document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, merge: false })
  } catch (thrown) {
    // Some hundred thousand brackets: the parser's own stack ends.
    return err({
      failure: fault('config.syntax', `${name} cannot be read: ${messageOf(thrown)}`),
      problems: [],
    })
  }
  const lineAt = (offset: number): number => lines.linePos(offset).line
  if (document.errors.length > 0) {
    const problems = document.errors.slice(0, PROBLEMS_MAX).map((problem) => ({
      line: lineAt(problem.pos[0]),
      path: '',
      problem: problem.message.split('\n')[0] ?? 'it is not YAML',
    }))
    return err({
      failure: fault(
        'config.syntax',
        `${name} is not YAML that can be read: ${problems[0]?.problem} (line ${problems[0]?.line})`,
      ),
      problems,
    })
  }
  let content: unknown
  try {
    // Aliases can make a small file expand to gigabytes.
    content = document.toJS({ maxAliasCount: 100 })
  } catch (thrown) {
    return err({
      failure: fault('config.syntax', `${name} cannot be read: ${messageOf(thrown)}`),
      problems: [],
    })
  }
  const lineOf = (path: readonly PropertyKey[]): number => {
    for (let length = path.length; length > 0; length -= 1) {
      const node: unknown = keyNode(document.contents, path.slice(0, length))
      if (node !== undefined) return lineAt(rangeStart(node))
    }
    return 1
  }
  const invalid = (problems: readonly ConfigurationProblem[]): Result<never, ConfigurationFailure> =>
    err({
      failure: fault(
        'config.invalid',
        `${name} has ${problems.length === 1 ? 'a mistake' : `${problems.length} mistakes`}`,
      ),
      problems: problems.toSorted((a, b) => a.line - b.line).slice(0, PROBLEMS_MAX),
    })

  if (content === null || typeof content !== 'object' || Array.isArray(content)) {
    return invalid([
      { line: 1, path: '', problem: 'it is empty or no list of settings; begin with the example in config/' },
    ])
  }
  const migrated = migrate(content as Record<string, unknown>)
  if (!migrated.ok) {
    return err({
      failure: fault('config.version', `${name}: ${migrated.error}`),
      problems: [{ line: lineOf(['version']), path: 'version', problem: migrated.error }],
    })
  }
  const checked = configurationSchema.safeParse(migrated.value.content)
  const problemAt = (path: readonly PropertyKey[], problem: string): ConfigurationProblem => ({
    line: lineOf(path),
    path: path.map(String).join('.'),
    problem,
  })
  if (!checked.success) {
    return invalid(
      checked.error.issues.flatMap((issue) =>
        explain(issue, migrated.value.content).map(({ path, problem }) => problemAt(path, problem)),
      ),
    )
  }
  const crossed = crossCheck(checked.data).map(({ path, problem }) => problemAt(path, problem))
  return crossed.length > 0 ? invalid(crossed) : ok(checked.data)
}

interface Explained {
  readonly path: readonly PropertyKey[]
  readonly problem: string
}

const valueAt = (content: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) =>
      value !== null && typeof value === 'object' ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    content,
  )

// As YAML writes what is no number that JSON knows.
const notFinite = (value: number): string => (Number.isNaN(value) ? '.nan' : value > 0 ? '.inf' : '-.inf')

const show = (value: unknown): string => {
  if (typeof value === 'number' && !Number.isFinite(value)) return notFinite(value)
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 40 ? `${text.slice(0, 37)}…` : text
}

const one = (kind: string): string => `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`

/** A zod issue in words for the person who mends it. */
const explain = (issue: z.core.$ZodIssue, content: unknown): readonly Explained[] => {
  const { path } = issue
  const value = valueAt(content, path)
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => {
        const meant = nearName(key, knownKeys(path))
        return {
          path: [...path, key],
          problem: `there is no such setting${meant === undefined ? '' : `; did you mean "${meant}"?`}`,
        }
      })
    case 'invalid_type':
      return value === undefined
        ? [{ path, problem: `it is missing; give ${one(issue.expected)}` }]
        : [{ path, problem: `it must be ${one(issue.expected)}, not ${show(value)}` }]
    case 'too_small':
      return [
        {
          path,
          problem: `it must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${ofWhat(issue.origin)}, not ${show(value)}`,
        },
      ]
    case 'too_big':
      return [
        {
          path,
          problem: `it must be ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${ofWhat(issue.origin)}, not ${show(value)}`,
        },
      ]
    case 'invalid_value':
      return [{ path, problem: `it must be one of ${issue.values.map(show).join(', ')}, not ${show(value)}` }]
    case 'invalid_union': {
      const options = issue.errors.flat()
      const known = options.length === 0 ? discriminatorHint(path, value) : undefined
      return [
        {
          path,
          problem:
            known ??
            (options[0] === undefined
              ? issue.message
              : `${options.map((option) => option.message).join(' or ')}, not ${show(value)}`),
        },
      ]
    }
    default:
      return [{ path, problem: `${issue.message}, not ${show(value)}` }]
  }
}

/** The kinds that a choice between several forms knows, from the schema itself. */
const discriminatorHint = (path: readonly PropertyKey[], value: unknown): string => {
  const key = String(path.at(-1))
  const kinds = schemasAt(path.slice(0, -1))
    .flatMap(plainOf)
    .flatMap((form) => definitionOf(shapeOf(form)?.[key])['values'] ?? [])
  return `it must be ${kinds.map(show).join(' or ')}, not ${show(value)}`
}

const ofWhat = (origin: string): string =>
  origin === 'string' ? ' letters long' : origin === 'array' ? ' entries' : ''

/** The settings that exist at a place, from the schema itself. */
const knownKeys = (path: readonly PropertyKey[]): readonly string[] =>
  schemasAt(path).flatMap((schema) => Object.keys(shapeOf(schema) ?? {}))

const schemasAt = (path: readonly PropertyKey[]): readonly unknown[] => {
  let schemas: readonly unknown[] = [configurationSchema]
  for (const key of path) {
    schemas = schemas.flatMap((schema) => childrenOf(schema, key))
  }
  return schemas
}

const definitionOf = (schema: unknown): Readonly<Record<string, unknown>> => {
  const inner = schema !== null && typeof schema === 'object' && 'def' in schema ? schema.def : undefined
  return inner !== null && typeof inner === 'object' ? (inner as Record<string, unknown>) : {}
}

/** Through defaults, optionals and unions to the plain schemas. */
const plainOf = (schema: unknown): readonly unknown[] => {
  const definition = definitionOf(schema)
  const { innerType, options } = definition
  if (innerType !== undefined) return plainOf(innerType)
  if (Array.isArray(options)) return options.flatMap(plainOf)
  return [schema]
}

const shapeOf = (schema: unknown): Readonly<Record<string, unknown>> | undefined => {
  const shape = plainOf(schema).map((plain) => definitionOf(plain)['shape'])
  const objects = shape.filter((candidate) => candidate !== undefined && candidate !== null)
  return objects.length === 0 ? undefined : Object.assign({}, ...objects)
}

const childrenOf = (schema: unknown, key: PropertyKey): readonly unknown[] =>
  plainOf(schema).flatMap((plain) => {
    const { element } = definitionOf(plain)
    if (typeof key === 'number' && element !== undefined) return [element]
    const child = shapeOf(plain)?.[String(key)]
    return child === undefined ? [] : [child]
  })

/** The node whose line a person looks for: the key of a setting, or the entry of a list. */
const keyNode = (node: unknown, path: readonly PropertyKey[]): unknown => {
  const [head, ...rest] = path
  if (head === undefined) return node
  if (isMap(node)) {
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(head))
    if (pair === undefined) return undefined
    return rest.length === 0 ? pair.key : keyNode(pair.value, rest)
  }
  if (node !== null && typeof node === 'object' && 'items' in node && Array.isArray(node.items)) {
    const item: unknown = node.items[Number(head)]
    return item === undefined ? undefined : rest.length === 0 ? item : keyNode(item, rest)
  }
  return undefined
}

const rangeStart = (node: unknown): number =>
  node !== null &&
  typeof node === 'object' &&
  'range' in node &&
  Array.isArray(node.range) &&
  typeof node.range[0] === 'number'
    ? node.range[0]
    : 0
