import { type Clock, sleep, withTimeout } from '../../kernel/clock.ts'
import { type Fault, fault } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { ms } from '../../kernel/units.ts'
import type { Antenna } from '../../station/antenna.ts'
import type { Configuration } from '../../station/configuration/schema.ts'
import { startControlServer } from '../../station/control-server.ts'
import type { Operator } from '../../station/operator.ts'
import { type AntennaReport, antennaReport, type StatusReport } from '../../station/status-text.ts'

/** A command that has the antenna without a daemon, as other commands see it. */
export interface ServedAlone {
  /** Settles when those who asked have their answers. */
  readonly close: () => Promise<void>
}

// A stop is answered when the antenna stands, which whoever closes this has seen before.
const ANSWERS_LIMIT = ms(2_000)

/**
 * Lets other commands reach the antenna while this process has it, at the socket where they look for a daemon: its state, STOP,
 * lock-outs, and what a person says after a look at it. Motions are refused unless `mayMove`: this command is about one of its own.
 * Fault `control.busy` where a daemon or another command has the antenna; without a socket the command goes on, which is told.
 */
export const serveAlone = async (options: {
  readonly configuration: Configuration
  readonly clock: Clock
  readonly log: Log
  readonly antenna: Antenna
  readonly operator: Operator
  /** As a person would type it. */
  readonly command: string
  readonly mayMove?: true
  /** A person somewhere else stopped the antenna. */
  readonly onStop?: () => void
}): Promise<Result<ServedAlone, Fault>> => {
  const { configuration, clock, log, antenna, operator, command } = options
  const refuse = (): Result<never, Fault> =>
    err(fault('control.busy', `"${command}" has the antenna in another process`))
  const stopped = <Answer>(stopping: Answer): Answer => {
    options.onStop?.()
    return stopping
  }
  const served = await startControlServer({
    dataFolder: configuration.station.dataFolder,
    antenna,
    operator: {
      ...operator,
      ...(options.mayMove === true ? {} : { track: refuse, point: refuse, park: refuse }),
      stop: () => stopped(operator.stop()),
      release: () => stopped(operator.release()),
    },
    report: () => reportAlone(configuration, { clock, antenna, operator, command }),
    log,
  })
  if (!served.ok) {
    if (served.error.code === 'control.busy') return served
    log.fault(served.error)
    return ok({ close: async () => {} })
  }
  return ok({
    close: async () => {
      await withTimeout(clock, ANSWERS_LIMIT, served.value.answered())
      await served.value.close()
    },
  })
}

/** How the antenna is, and who has it in this process. */
export const lookAtAntenna = (antenna: Antenna, operator: Operator): AntennaReport => {
  const status = antenna.status()
  const { user } = status
  const task = operator.task()
  return {
    ...antennaReport(status),
    holder: user === undefined ? undefined : { user, what: task?.what, sinceUtcMs: task?.sinceUtcMs },
  }
}

const reportAlone = (
  { station }: Configuration,
  {
    clock,
    antenna,
    operator,
    command,
  }: {
    readonly clock: Clock
    readonly antenna: Antenna
    readonly operator: Operator
    readonly command: string
  },
): StatusReport => ({
  station: station.id,
  nowUtcMs: clock.utcNow(),
  alone: command,
  ...lookAtAntenna(antenna, operator),
  receiverConnected: false,
  heardInPass: undefined,
  brokerConfigured: false,
  brokerConnected: false,
  journaled: 0,
  queued: 0,
  lost: 0,
  sent: 0,
  sentAgain: 0,
  waitingForRelease: 0,
  pass: undefined,
})

const STOW_LOOK = ms(250)
// Twice a whole turn of the slowest axis that anybody has; one that stands still is a stall before.
const STOW_LIMIT_MS = 15 * 60_000

/** In a wind lock-out the antenna is brought to where it is safe before its line is closed; a person may end that. */
export const untilStowed = async (
  antenna: Antenna,
  { clock, until }: { readonly clock: Clock; readonly until: AbortSignal },
): Promise<void> => {
  const endMonoMs = clock.monoNow() + STOW_LIMIT_MS
  const isOnItsWay = (): boolean => {
    const { phase, lockOuts } = antenna.status()
    return (phase === 'stopping' || phase === 'stowing') && lockOuts.every(({ kind }) => kind === 'wind')
  }
  while (antenna.status().lockOuts.length > 0 && isOnItsWay()) {
    if (until.aborted || clock.monoNow() > endMonoMs) return
    await sleep(clock, STOW_LOOK, until)
  }
}
