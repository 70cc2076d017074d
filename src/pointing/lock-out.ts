import { type Fault, fault } from '../kernel/errors.ts'

/**
 * Why nothing, or nothing but stowing, may move: `maintenance` (somebody may be at the mast) stops the antenna where it
 * is; `wind` lets it go to its stow position and keeps it there. It is software: the isolation for a person on the mast
 * is a switch.
 */
export type LockOutKind = 'maintenance' | 'wind'

export interface LockOut {
  readonly kind: LockOutKind
  /** Who set it: a person, or an input of the configuration (its file). */
  readonly by: string
}

/** Why somebody may not move it now. */
export const lockedOut = ({ kind, by }: LockOut): Fault =>
  fault('motion.locked-out', `The antenna is locked out for ${kind} (by ${by})`)

/** What holds where several are set: maintenance goes before wind. */
export const strictest = (lockOuts: readonly LockOut[]): LockOut | undefined =>
  lockOuts.find(({ kind }) => kind === 'maintenance') ?? lockOuts[0]
