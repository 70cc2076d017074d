import type { Clock } from '../../kernel/clock.ts'
import { type Fault, fault } from '../../kernel/errors.ts'
import { createRealClock } from '../../kernel/real-clock.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { isLoopback } from '../../rotator/rotctld-server/allow-list.ts'
import { startRotctldServer } from '../../rotator/rotctld-server/server.ts'
import { createCalmLog } from '../../station/calm-log.ts'
import { readListenPlace } from '../../station/configuration/rotctld.ts'
import type { Configuration } from '../../station/configuration/schema.ts'
import { endWith, goOnUnread, printFault, printLine, untilStopped } from '../output.ts'
import { createStderrLog } from '../text-log.ts'
import { askDaemon } from './ask.ts'
import { configurationOf } from './options.ts'

export interface RotctldOptions {
  readonly config?: string
  readonly listen?: string
}

const LISTEN_DEFAULT = '127.0.0.1:4533'

/** `azel rotctld`: says who serves where a daemon runs; else serves by itself until it is stopped. */
export const runRotctld = async (options: RotctldOptions): Promise<void> => {
  const configuration = await configurationOf(options)
  if (configuration === undefined) return
  const asked = await askDaemon(configuration.station.dataFolder, { command: 'status' })
  if (!asked.ok) return printFault(asked.error)
  if (asked.value !== 'nobody') {
    const alone = asked.value.ok ? asked.value.report.alone : undefined
    return alone === undefined
      ? tellOfDaemon(configuration)
      : printFault(fault('control.busy', `"${alone}" has the antenna`))
  }
  const served = await serve(configuration, options, createRealClock())
  if (!served.ok) printFault(served.error)
  endWith(served.ok ? 0 : 1)
}

const tellOfDaemon = ({ rotctld }: Configuration): void => {
  if (rotctld !== undefined) {
    printLine(
      `The running daemon serves programs at ${rotctld.listen}; "azel status" names who has the antenna.`,
    )
    return
  }
  printFault(
    fault(
      'control.busy',
      'The running daemon has the antenna: put "rotctld: {}" into its configuration and restart it to serve programs',
    ),
  )
}

/** Where to listen, and who may connect. */
const placeOf = (
  { rotctld }: Configuration,
  listen: string | undefined,
): Result<{ readonly host: string; readonly port: number }, Fault> => {
  const text = listen ?? rotctld?.listen ?? LISTEN_DEFAULT
  const place = readListenPlace(text)
  if (place === undefined) {
    return err(
      fault('cli.usage', `"${text.slice(0, 80)}" is no ADDRESS:PORT, for instance ${LISTEN_DEFAULT}`),
    )
  }
  if (!isLoopback(place.host) && (rotctld?.allow ?? []).length === 0) {
    return err(
      fault(
        'cli.usage',
        `Others can reach ${place.host}, and the protocol has no password: list who may connect under rotctld.allow in the configuration`,
      ),
    )
  }
  return ok(place)
}

const serve = async (
  configuration: Configuration,
  options: RotctldOptions,
  clock: Clock,
): Promise<Result<void, Fault>> => {
  const stopAsked = untilStopped()
  const place = placeOf(configuration, options.listen)
  if (!place.ok) return place
  const { buildAloneAntenna, mayLeaveFiles } = await import('./alone.ts')
  const may = mayLeaveFiles(configuration)
  if (!may.ok) return may
  const log = createCalmLog(clock, createStderrLog(clock))
  const built = buildAloneAntenna(configuration, { clock, log, purpose: 'move' })
  if (!built.ok) return built
  const antenna = built.value
  if (antenna.limits === undefined) {
    return err(fault('motion.outside-envelope', 'The antenna is fixed: it has no rotator to serve'))
  }
  const { holdAlone } = await import('./hold-alone.ts')
  const held = await holdAlone({
    configuration,
    clock,
    log,
    antenna,
    command: 'azel rotctld',
    mayMove: true,
  })
  if (!held.ok) return held
  // Whoever read the log has gone; the server has not.
  goOnUnread()
  const server = await startRotctldServer({
    clock,
    log,
    antenna,
    title: `Azel station ${configuration.station.id}`,
    listen: place.value,
    allow: configuration.rotctld?.allow ?? [],
  })
  if (!server.ok) {
    await held.value.close()
    return server
  }
  // Why a rotator does not answer has been said; it is tried again and again, and clients are told meanwhile.
  await Promise.race([antenna.connect(), stopAsked])
  const { host, port } = server.value.place
  printLine(`Programs may use the antenna at ${host}, port ${port}, until Ctrl-C.`)
  const signal = await stopAsked
  log.info(`${signal}: the antenna is stopped`)
  await server.value.close()
  return held.value.close()
}
