import type { AzEl } from '../../kernel/angle.ts'
import type { Fault } from '../../kernel/errors.ts'
import type { Result } from '../../kernel/result.ts'
import type { Deg } from '../../kernel/units.ts'
import type { AntennaUser } from '../../pointing/occupancy.ts'

/** What the server needs of an antenna: everything here goes through the gate, the lock-outs and the precedence. */
export interface ServedAntenna {
  /** Goes to a direction of the sky, or to own coordinates. Errors: what forbids it, or who has the antenna. */
  readonly pointAt: (direction: AzEl, user: AntennaUser) => Result<void, Fault>
  readonly park: (user: AntennaUser) => Result<void, Fault>
  /** Somebody who had it is gone: it stops where it is, and is free. Nothing where another user has it. */
  readonly letGo: (user: AntennaUser) => void
  /** Settles when it is seen to stand, or cannot be seen. */
  readonly stop: (user: AntennaUser) => Promise<Result<unknown, Fault>>
  readonly status: () => {
    readonly phase: string
    readonly user: AntennaUser | undefined
    /** In the antenna's own coordinates. */
    readonly commanded: AzEl | undefined
    readonly reported: AzEl | undefined
  }
  /** Ranges of the axes in own coordinates; undefined where nothing moves. */
  readonly limits:
    | {
        readonly azimuth: { readonly minimum: Deg; readonly maximum: Deg }
        readonly elevation: { readonly minimum: Deg; readonly maximum: Deg }
      }
    | undefined
}
