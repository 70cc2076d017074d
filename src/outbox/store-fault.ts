import { type Fault, fault, messageOf } from '../kernel/errors.ts'
import { NewerStoreError } from './durable-database.ts'

// Primary result codes, sqlite.org/rescode.html.
const SQLITE_BUSY = 5
const SQLITE_LOCKED = 6
const SQLITE_READONLY = 8
const SQLITE_CORRUPT = 11
const SQLITE_FULL = 13
const SQLITE_CANTOPEN = 14
const SQLITE_NOTADB = 26

const primaryCode = (thrown: unknown): number | undefined =>
  thrown !== null && typeof thrown === 'object' && 'errcode' in thrown && typeof thrown.errcode === 'number'
    ? thrown.errcode & 0xff
    : undefined

/** What a thrown database error means for the operator. */
export const storeFault = (path: string, thrown: unknown): Fault => {
  const what = messageOf(thrown)
  if (thrown instanceof NewerStoreError) return fault('store.newer', `The data in ${path} is newer: ${what}`)
  switch (primaryCode(thrown)) {
    case SQLITE_FULL:
      return fault('store.full', `The disk with ${path} is full`)
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return fault('store.locked', `The data in ${path} is in use by another process`)
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return fault('store.corrupt', `The data in ${path} is damaged: ${what}`)
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
      return fault('store.open', `The data in ${path} cannot be written: ${what}`)
    default:
      return thrown !== null && typeof thrown === 'object' && 'syscall' in thrown
        ? fault('store.open', `The data folder of ${path} cannot be made: ${what}`)
        : fault('store.write', `The data in ${path} could not be written: ${what}`)
  }
}
