import { type Clock, sleep, withTimeout } from '../../kernel/clock.ts'
import { type Fault, fault } from '../../kernel/errors.ts'
import { createRealClock } from '../../kernel/real-clock.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { ms } from '../../kernel/units.ts'
import type { StopOutcome } from '../../rotator/stop.ts'
import type { Configuration } from '../../station/configuration/schema.ts'
import { endWith, printFault, printLine } from '../output.ts'
import { createTroubleLog } from '../text-log.ts'
import { askDaemon } from './ask.ts'
import { type ControlOptions, configurationOf, dataFolderOf, isConfigured } from './options.ts'

// The whole of it stays below half a minute: the service manager waits for it, and so does a person. A daemon that lives
// goes on with its STOPs until the antenna stands; one that hangs is told apart within four seconds.
const DAEMON_LIMIT = ms(25_000)
/** Of which the line has some time to come back (an adapter that is named anew), and the antenna to stand. */
const ALONE_LIMIT_MS = 18_000
/** Whoever has the port longer than a process takes to die gives it back to nobody. */
const BUSY_LIMIT_MS = 3_000
const AGAIN = ms(1_000)

const NOT_CONFIRMED = fault(
  'motion.not-stopped',
  'STOP was sent; that the antenna stands was not confirmed in time',
)

/** `azel stop`: by the daemon, or where there is none by this process, which loads nothing that it does not need. */
export const runStop = async (options: ControlOptions): Promise<void> => {
  const say = (stopped: string, text: string): void =>
    printLine(options.json === true ? JSON.stringify({ ok: true, stopped }) : text)
  if (!isConfigured(options)) {
    return say(
      'nothing',
      'No station is configured here; nothing was stopped. Name its configuration with --config.',
    )
  }
  const configuration = await configurationOf(options)
  if (configuration === undefined) {
    // Somebody is just changing it, and the antenna turns.
    const folder = await dataFolderOf(options)
    const stopped = folder === undefined ? undefined : await stopByDaemon(folder, createRealClock())
    const isDone = typeof stopped === 'object' && stopped.ok
    if (isDone) sayStopped(say, stopped.value)
    // A line that hangs must not keep the process.
    return endWith(isDone ? 0 : 1)
  }
  if (configuration.antenna.kind === 'fixed') {
    return say('nothing', 'The antenna is fixed: there is nothing to stop.')
  }
  const clock = createRealClock()
  const outcome = await stop(configuration, clock)
  if (!outcome.ok) {
    if (options.json === true) printLine(JSON.stringify({ ok: false, failure: outcome.error }))
    printFault(outcome.error)
  } else sayStopped(say, outcome.value)
  // A line that hangs must not keep the process.
  endWith(outcome.ok ? 0 : 1)
}

/** Where a daemon did it: it is held until a person lets it go on, or nothing moves since a fault. */
type Stopped = StopOutcome | 'held' | { readonly faulted: Fault }

const sayStopped = (say: (stopped: string, text: string) => void, stopped: Stopped): void => {
  if (stopped === 'held') say('seen', HELD)
  else if (typeof stopped === 'object') {
    say(
      'seen',
      `The antenna stands; nothing moves since this fault: ${stopped.faulted.message}. Look at it, then "azel clear-fault".`,
    )
  } else if (stopped === 'seen') say('seen', 'The antenna stands.')
  else say('sent', 'STOP was sent; this controller cannot say whether the antenna stands. Look at it.')
}

const HELD =
  'The antenna stands, and is held there: "azel park", "azel track" or "azel clear-fault" lets it go on.'

const stop = async (configuration: Configuration, clock: Clock): Promise<Result<Stopped, Fault>> => {
  const stopped = await stopByDaemon(configuration.station.dataFolder, clock)
  return typeof stopped === 'string'
    ? await stopAlone(configuration, { clock, pastLock: stopped === 'hangs' })
    : stopped
}

/** A word where no daemon did it, and why. */
const stopByDaemon = async (
  dataFolder: string,
  clock: Clock,
): Promise<Result<Stopped, Fault> | 'nobody' | 'hangs'> => {
  const asked = await withTimeout(clock, DAEMON_LIMIT, askDaemon(dataFolder, { command: 'stop' }))
  if (asked?.ok === true && asked.value !== 'nobody') {
    const answer = asked.value
    if (!answer.ok) return err(answer.failure)
    if (answer.stopped !== 'seen') return ok('sent')
    const { phase, fault: faulted } = answer.report
    return ok(phase === 'faulted' && faulted !== undefined ? { faulted } : 'held')
  }
  if (asked === undefined) return err(NOT_CONFIRMED)
  if (asked.ok || asked.error.code !== 'control.hangs') return 'nobody'
  printFault(asked.error)
  return 'hangs'
}

/** `pastLock`: what holds the port hangs, so that it neither writes nor reads while STOP goes past it. */
const stopAlone = async (
  configuration: Configuration,
  { clock, pastLock }: { readonly clock: Clock; readonly pastLock: boolean },
): Promise<Result<StopOutcome, Fault>> => {
  const { createCalmLog } = await import('../../station/calm-log.ts')
  const { buildAloneAntenna } = await import('./alone.ts')
  const troubles = createTroubleLog(clock)
  const log = createCalmLog(clock, {
    ...troubles,
    // Where it is need not be known to stop it; that it cannot be seen to stand is said with the outcome.
    fault: (failure, fields) => {
      if (failure.code !== 'rotator.place-unknown') troubles.fault(failure, fields)
    },
  })
  const antenna = buildAloneAntenna(configuration, { clock, log, purpose: 'stop', pastLock })
  if (!antenna.ok) return antenna
  const endMonoMs = clock.monoNow() + ALONE_LIMIT_MS
  const left = () => ms(endMonoMs - clock.monoNow())
  // Connecting sends STOP first of all, and is tried again and again where there is no line; the next is watched until
  // the antenna stands.
  let connected = await withTimeout(clock, left(), antenna.value.connect())
  let busySinceMonoMs: number | undefined
  for (;;) {
    const stopped = await withTimeout(clock, left(), antenna.value.stop())
    if (stopped === undefined) return err(NOT_CONFIRMED)
    if (stopped.ok || left() <= AGAIN) return stopped
    const isBusy = connected?.ok === false && connected.error.code === 'serial.busy'
    busySinceMonoMs = isBusy ? (busySinceMonoMs ?? clock.monoNow()) : undefined
    if (busySinceMonoMs !== undefined && clock.monoNow() - busySinceMonoMs >= BUSY_LIMIT_MS) return stopped
    await sleep(clock, AGAIN)
    // Without a line there is another attempt, which ends some way or other; on a line STOP is all there is to try.
    if (stopped.error.code === 'motion.stop-not-sent')
      connected = await withTimeout(clock, left(), antenna.value.connect())
  }
}
