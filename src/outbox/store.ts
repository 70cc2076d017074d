import type { Fault } from '../kernel/errors.ts'
import type { Result } from '../kernel/result.ts'
import type { UtcMs } from '../kernel/time.ts'
import type { DataMode } from '../observation/record.ts'

/**
 * The durable side of the station: the owner's private journal, the audit of every release decision, and for each
 * partner's stream its numbered items. What a method has answered for is on the disk (fsync) before it answers.
 */
export type Store = {
  readonly [Name in keyof StoreMethods]: (
    ...parameters: Parameters<StoreMethods[Name]>
  ) => Promise<Result<ReturnType<StoreMethods[Name]>, Fault>>
} & { readonly close: () => Promise<void> }

/** The same methods as the database answers them, in one thread; they throw what SQLite throws. */
export interface StoreMethods {
  /** Where journal and streams stand. */
  readonly status: () => StoreStatus
  /** Where one stream stands; undefined where nothing was ever released in it. */
  readonly readStream: (stream: string) => StreamStatus | undefined
  /**
   * Appends records to the journal, hash-chained. A record whose id is there already is not appended again, so a
   * caller that does not know how an earlier call ended may repeat it.
   */
  readonly append: (records: readonly NewRecord[]) => JournalPosition
  /** Journal entries from `first` on, at most `limit`. */
  readonly readJournal: (options: {
    readonly first: number
    readonly limit: number
  }) => readonly JournalEntry[]
  /** One transaction: decisions, new stream items, and how far the journal has been decided. */
  readonly commitRelease: (release: ReleaseBatch) => void
  /** Records that wait for their release, due first. */
  readonly readWaiting: (limit: number) => readonly Waiting[]
  /** Items not yet handed to the broker, lowest number first. */
  readonly readUnsent: (options: { readonly stream: string; readonly limit: number }) => readonly StoredItem[]
  readonly readItems: (options: {
    readonly stream: string
    readonly from: number
    readonly to: number
    readonly limit: number
  }) => readonly StoredItem[]
  /** The broker has acknowledged these: a transmission ended, custody goes on. */
  readonly markSent: (options: { readonly stream: string; readonly numbers: readonly number[] }) => void
  /** The partner's receipt: nothing up to `through` has to be kept for him. Says whether the hash is the stream's own. */
  readonly acceptReceipt: (options: {
    readonly stream: string
    readonly through: number
    readonly head: string
  }) => ReceiptOutcome
  /** Lets go of items that are receipted, or (streams without receipts) older than `unreceiptedBeforeUtc`. */
  readonly prune: (options: {
    readonly stream: string
    readonly unreceiptedBeforeUtc: UtcMs | undefined
  }) => number
  /** Checks the journal's chain from beginning to end. */
  readonly verifyJournal: () => JournalCheck
  /** How often each partner got each kind of decision, and the reasons with their counts. */
  readonly summarise: () => readonly DecisionCount[]
  /** The audit's newest entries, newest last. */
  readonly readAudit: (limit: number) => readonly AuditEntry[]
}

export interface NewRecord {
  readonly id: string
  /** The record's exact bytes. */
  readonly body: Uint8Array
  readonly recordedUtc: UtcMs
}

export interface JournalPosition {
  readonly number: number
  readonly hash: string
}

export interface JournalEntry {
  readonly number: number
  readonly id: string
  readonly body: Uint8Array
}

export interface StreamStatus {
  readonly stream: string
  readonly partner: string
  readonly dataMode: DataMode
  /** The last number given out, 0 before the first, and the hash of that item. */
  readonly number: number
  readonly head: string
  /** Up to here the partner has signed for. */
  readonly receipted: number
  /** The lowest number that is still kept. */
  readonly oldest: number
  /** The last thinning interval taken. */
  readonly lastTaken: string | undefined
}

export interface StoreStatus {
  readonly journal: JournalPosition
  /** Up to here every record has had its decisions. */
  readonly decidedThrough: number
  readonly waiting: number
  readonly streams: readonly StreamStatus[]
}

export interface Decision {
  readonly partner: string
  readonly agreement: string | undefined
  readonly journalNumber: number
  readonly kind: 'released' | 'waiting' | 'withheld'
  readonly reason: string
  readonly decidedUtc: UtcMs
  /** For `waiting`: when to decide again. */
  readonly dueUtc?: UtcMs | undefined
}

export interface NewItem {
  readonly stream: string
  readonly number: number
  readonly journalNumber: number
  readonly sealed: Uint8Array
  readonly hash: string
  readonly releasedUtc: UtcMs
}

export interface ReleaseBatch {
  readonly decidedThrough: number
  readonly decisions: readonly Decision[]
  readonly items: readonly NewItem[]
  readonly streams: readonly Omit<StreamStatus, 'receipted' | 'oldest'>[]
}

export interface Waiting {
  readonly partner: string
  readonly agreement: string
  readonly dueUtc: UtcMs
  readonly entry: JournalEntry
}

export interface StoredItem {
  readonly number: number
  readonly sealed: Uint8Array
  readonly hash: string
}

export type ReceiptOutcome =
  | { readonly kind: 'accepted'; readonly receipted: number }
  | { readonly kind: 'unknown-number' }
  | { readonly kind: 'other-hash' }

export type JournalCheck =
  | { readonly kind: 'intact'; readonly entries: number; readonly head: string }
  | { readonly kind: 'broken'; readonly at: number }

export interface DecisionCount {
  readonly partner: string
  readonly kind: Decision['kind']
  readonly reason: string
  readonly count: number
}

export interface AuditEntry {
  readonly number: number
  readonly decidedUtc: UtcMs
  readonly partner: string
  readonly journalNumber: number
  readonly kind: Decision['kind']
  readonly reason: string
}
