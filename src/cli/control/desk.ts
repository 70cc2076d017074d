import { type Clock, sleep } from '../../kernel/clock.ts'
import { type Fault, fault } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { ms } from '../../kernel/units.ts'
import { lockedOut, strictest } from '../../pointing/lock-out.ts'
import { carryOutForOperator } from '../../station/carry-out.ts'
import type { Configuration } from '../../station/configuration/schema.ts'
import type { ControlRequest } from '../../station/control-request.ts'
import type { ControlAnswer } from '../../station/control-server.ts'
import type { AntennaReport } from '../../station/status-text.ts'
import { askDaemon } from './ask.ts'

/** Where an operator works: at the running daemon, or alone at the antenna. */
export interface Desk {
  readonly where: 'daemon' | 'alone'
  readonly ask: (request: MotionRequest) => Promise<Result<Answer, Fault>>
  readonly look: () => Promise<Result<AntennaReport, Fault>>
  /** Ends the work alone: stops the antenna, sees that it stands, closes its line. Nothing at a daemon. */
  readonly close: () => Promise<Result<void, Fault>>
}

export type MotionRequest =
  | Extract<ControlRequest, { command: 'point' | 'track' }>
  | { readonly command: 'park' | 'release' }
type Answer = Pick<Extract<ControlAnswer, { ok: true }>, 'pass' | 'stopped'>

// A serial adapter that boots its controller takes a few seconds.

interface DeskWorld {
  readonly clock: Clock
  readonly log: Log
  /** What is done, as a person would type it. */
  readonly command: string
  readonly stopAsked: AbortSignal
}

/** At the daemon where one runs, else alone, with the rotator connected. Errors: no line, a daemon that does not answer. */
export const openDesk = async (
  configuration: Configuration,
  world: DeskWorld,
): Promise<Result<Desk, Fault>> => {
  const { dataFolder } = configuration.station
  const asked = await askDaemon(dataFolder, { command: 'status' })
  if (!asked.ok) return asked
  return asked.value === 'nobody' ? openAlone(configuration, world) : ok(atDaemon(dataFolder))
}

const atDaemon = (dataFolder: string): Desk => {
  const ask = async (
    request: ControlRequest,
  ): Promise<Result<Extract<ControlAnswer, { ok: true }>, Fault>> => {
    const asked = await askDaemon(dataFolder, request)
    if (!asked.ok) return asked
    if (asked.value === 'nobody') return err(fault('control.absent', 'The daemon has ended'))
    return asked.value.ok ? ok(asked.value) : err(asked.value.failure)
  }
  return {
    where: 'daemon',
    ask,
    look: async () => {
      const answer = await ask({ command: 'status' })
      return answer.ok ? ok(answer.value.report) : answer
    },
    close: async () => ok(undefined),
  }
}

const openAlone = async (
  configuration: Configuration,
  { clock, log, command, stopAsked }: DeskWorld,
): Promise<Result<Desk, Fault>> => {
  const { buildAloneAntenna, mayLeaveFiles } = await import('./alone.ts')
  const { holdAlone } = await import('./hold-alone.ts')
  const { lookAtAntenna } = await import('./serve-alone.ts')
  const may = mayLeaveFiles(configuration)
  if (!may.ok) return may
  const built = buildAloneAntenna(configuration, { clock, log, purpose: 'move' })
  if (!built.ok) return built
  const antenna = built.value
  if (antenna.limits === undefined) {
    return err(fault('motion.outside-envelope', 'The antenna is fixed: it has no rotator'))
  }
  const held = await holdAlone({ configuration, clock, log, antenna, command, stowsUntil: stopAsked })
  if (!held.ok) return held
  const connected = await held.value.connect()
  if (!connected.ok) return connected
  const { operator, close } = held.value
  return ok({
    where: 'alone',
    ask: (request) => carryOutForOperator(request, operator),
    look: async () => ok(lookAtAntenna(antenna, operator)),
    close,
  })
}

/** Looks at the antenna once a second until told to end, or the look fails. Gives the last failure. */
export const watchDesk = async (
  desk: Desk,
  options: {
    readonly clock: Clock
    readonly until: AbortSignal
    /** True: it is done. */
    readonly onLook: (report: AntennaReport) => boolean
  },
): Promise<Result<void, Fault>> => {
  while (!options.until.aborted) {
    const report = await desk.look()
    if (!report.ok) return report
    if (report.value.fault !== undefined && report.value.phase === 'faulted') return err(report.value.fault)
    // Set by somebody else meanwhile.
    const lockOut = strictest(report.value.lockOuts)
    if (lockOut !== undefined) return err(lockedOut(lockOut))
    if (options.onLook(report.value)) break
    await sleep(options.clock, LOOK_PERIOD, options.until)
  }
  return ok(undefined)
}
const LOOK_PERIOD = ms(1_000)
