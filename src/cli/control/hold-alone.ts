import { type Clock, withTimeout } from '../../kernel/clock.ts'
import { type Fault, fault } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { ms } from '../../kernel/units.ts'
import type { Antenna } from '../../station/antenna.ts'
import type { Configuration } from '../../station/configuration/schema.ts'
import { createOperator, type Operator } from '../../station/operator.ts'
import { skyOutlookOf } from '../../station/sky-outlook.ts'
import { serveAlone, untilStowed } from './serve-alone.ts'

/** An antenna that a command has without a daemon, and that other commands reach. */
export interface HeldAlone {
  readonly operator: Operator
  /** Until the rotator answers; lets go of everything where it does not. Faults: those of the line, `rotator.mute`. */
  readonly connect: () => Promise<Result<void, Fault>>
  /** Stops the antenna, sees that it stands, closes its line and answers those who asked. Fault `motion.not-stopped`. */
  readonly close: () => Promise<Result<void, Fault>>
}

const CONNECT_LIMIT = ms(20_000)
const CLOSE_LIMIT = ms(28_000)

/** From the first moment on somebody else may have to stop it. Fault `control.busy` as of `serveAlone`. */
export const holdAlone = async (options: {
  readonly configuration: Configuration
  readonly clock: Clock
  readonly log: Log
  readonly antenna: Antenna
  /** As a person would type it. */
  readonly command: string
  /** Others may move it meanwhile. */
  readonly mayMove?: true
  /** A person somewhere else stopped the antenna. */
  readonly onStop?: () => void
  /** In a wind lock-out it is brought to where it is safe before its line is closed, until this is aborted; absent: it is not. */
  readonly stowsUntil?: AbortSignal
}): Promise<Result<HeldAlone, Fault>> => {
  const { configuration, clock, log, antenna, stowsUntil } = options
  const operator = createOperator({ clock, log, antenna, outlook: () => skyOutlookOf(configuration) })
  const served = await serveAlone({ ...options, operator })
  if (!served.ok) return served
  const close = async (): Promise<Result<void, Fault>> => {
    if (stowsUntil !== undefined) await untilStowed(antenna, { clock, until: stowsUntil })
    operator.close()
    const closed = await withTimeout(clock, CLOSE_LIMIT, antenna.close())
    await served.value.close()
    return (
      closed ??
      err(fault('motion.not-stopped', 'STOP was sent; that the antenna stands was not confirmed in time'))
    )
  }
  return ok({
    operator,
    connect: async () => {
      const connected = await withTimeout(clock, CONNECT_LIMIT, antenna.connect())
      if (connected?.ok === true) return connected
      await close()
      return connected ?? err(fault('rotator.mute', 'The rotator does not answer'))
    },
    close,
  })
}
