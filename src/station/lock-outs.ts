import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import { type LockOut, type LockOutKind, strictest } from '../pointing/lock-out.ts'
import type { AntennaMemory } from './antenna-memory.ts'
import { type LockOutInput, watchLockOutInputs } from './lock-out-inputs.ts'

/** All that locks the antenna out: operators, kept across restarts, and inputs, read anew. */
export interface LockOuts {
  readonly all: () => readonly LockOut[]
  readonly strictest: () => LockOut | undefined
  readonly set: (kind: LockOutKind, locked: boolean) => void
  /** Begins to read the inputs. */
  readonly watch: () => void
  readonly stop: () => void
}

export const createLockOuts = (options: {
  readonly clock: Clock
  readonly log: Log
  readonly memory: AntennaMemory | undefined
  readonly inputs: readonly LockOutInput[]
  /** With what holds now, whenever something was set or released. */
  readonly onChange: (lockOut: LockOut | undefined) => void
}): LockOuts => {
  const { clock, log, memory } = options
  let byOperators: readonly LockOutKind[] = memory?.lockOuts() ?? []
  let byInputs: readonly LockOut[] = []
  let watching: { readonly stop: () => void } | undefined

  const all = (): readonly LockOut[] => [
    ...byOperators.map((kind) => ({ kind, by: 'an operator' })),
    ...byInputs,
  ]
  let told = strictest(all())
  if (told !== undefined) log.warn(`the antenna is still locked out for ${told.kind} (by ${told.by})`)

  const changed = (): void => {
    const now = strictest(all())
    if (now?.kind !== told?.kind) {
      log.warn(
        now === undefined
          ? 'the antenna may move again'
          : `the antenna is locked out for ${now.kind} (by ${now.by})`,
      )
    }
    told = now
    options.onChange(now)
  }
  return {
    all,
    strictest: () => strictest(all()),
    set: (kind, locked) => {
      const others = byOperators.filter((other) => other !== kind)
      byOperators = locked ? [...others, kind] : others
      memory?.setLockOuts(byOperators)
      changed()
    },
    watch: () => {
      watching = watchLockOutInputs({
        clock,
        inputs: options.inputs,
        onChange: (lockOuts) => {
          byInputs = lockOuts
          changed()
        },
      })
    },
    stop: () => watching?.stop(),
  }
}
