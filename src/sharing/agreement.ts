import type { UtcMs } from '../kernel/time.ts'
import type { Deg, Hz, Ms, Sec } from '../kernel/units.ts'
import type { DataMode } from '../observation/record.ts'
import type { VerifyingKey } from './keys.ts'

/** Somebody who may receive: a nation's or a company's node. Being a partner alone entitles to nothing. */
export interface Partner {
  readonly id: string
  /** ISO 3166 alpha-3, tested against a label's "releasable to". */
  readonly nation: string
  readonly key: VerifyingKey
}

/** What the owner agreed to share with one partner. Whatever it does not say is not shared (law 3). */
export interface Agreement {
  readonly id: string
  readonly partnerId: string
  /** Names the kind of data, so that two products for one partner are two streams. */
  readonly product: string
  readonly dataModes: readonly DataMode[]
  /** Only these catalogue numbers; absent means all. */
  readonly catalogNumbers?: ReadonlySet<number> | undefined
  readonly validFromUtc?: UtcMs | undefined
  readonly validUntilUtc?: UtcMs | undefined
  /** Time between the measurement and its release. */
  readonly delay: Ms
  readonly coarsening: Coarsening
  /** Whether the partner sends signed receipts. Without them an item is kept for `retention` and then let go. */
  readonly receipts: boolean
  readonly retention: Ms
}

/** How coarse: each step that is given is what a value is rounded to. */
export interface Coarsening {
  /** At most one record of a pass in each interval of this length. */
  readonly onePer?: Sec | undefined
  readonly time?: Sec | undefined
  readonly frequency?: Hz | undefined
  readonly angle?: Deg | undefined
}

/** Named groups of nations, for instance FVEY; a "releasable to" may name them. */
export type Groups = ReadonlyMap<string, ReadonlySet<string>>
