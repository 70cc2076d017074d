import type { Fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { SqliteStore } from './sqlite-store.ts'
import type { Store, StoreMethods } from './store.ts'
import { storeFault } from './store-fault.ts'

/** The store in the caller's own thread: for command-line tools and tests, where nothing waits for the disk. */
export const openInlineStore = (path: string): Result<Store, Fault> => {
  let database: SqliteStore
  try {
    database = new SqliteStore(path)
  } catch (thrown) {
    return err(storeFault(path, thrown))
  }
  const call =
    <Name extends keyof StoreMethods>(name: Name) =>
    (...parameters: Parameters<StoreMethods[Name]>): Promise<Result<ReturnType<StoreMethods[Name]>, Fault>> =>
      Promise.resolve(callStore(path, database, name, parameters))
  return ok(storeOf(call, () => Promise.resolve(database.close())))
}

/** Calls one method by its name; what SQLite throws becomes a fault. */
export const callStore = <Name extends keyof StoreMethods>(
  path: string,
  database: StoreMethods,
  name: Name,
  parameters: Parameters<StoreMethods[Name]>,
): Result<ReturnType<StoreMethods[Name]>, Fault> => {
  try {
    const method = database[name].bind(database) as (
      ...values: Parameters<StoreMethods[Name]>
    ) => ReturnType<StoreMethods[Name]>
    return ok(method(...parameters))
  } catch (thrown) {
    return err(storeFault(path, thrown))
  }
}

type Call = <Name extends keyof StoreMethods>(
  name: Name,
) => (...parameters: Parameters<StoreMethods[Name]>) => Promise<Result<ReturnType<StoreMethods[Name]>, Fault>>

/** The store's face, whatever carries the calls. */
export const storeOf = (call: Call, close: () => Promise<void>): Store => ({
  status: call('status'),
  readStream: call('readStream'),
  append: call('append'),
  readJournal: call('readJournal'),
  commitRelease: call('commitRelease'),
  readWaiting: call('readWaiting'),
  readUnsent: call('readUnsent'),
  readItems: call('readItems'),
  markSent: call('markSent'),
  acceptReceipt: call('acceptReceipt'),
  prune: call('prune'),
  verifyJournal: call('verifyJournal'),
  summarise: call('summarise'),
  readAudit: call('readAudit'),
  close,
})
