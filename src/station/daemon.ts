import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { type Clock, type Timer, withTimeout } from '../kernel/clock.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { ms } from '../kernel/units.ts'
import type { OpenBrokerLink } from '../network/broker-link.ts'
import { mqttLinkOpener } from '../network/mqtt-link.ts'
import { openWorkerStore } from '../outbox/worker-store.ts'
import type { RotctldServer } from '../rotator/rotctld-server/server.ts'
import { readSigningKey } from '../sharing/key-file.ts'
import { openAntennaFiles } from './antenna-files.ts'
import { brokerSettings } from './broker-settings.ts'
import { buildStation } from './build.ts'
import { startChores } from './chores.ts'
import { watchClock } from './clock-quality.ts'
import type { Configuration } from './configuration/schema.ts'
import { sharingOf } from './configuration/sharing.ts'
import { outlookOf } from './configured-sky.ts'
import { type ControlServer, startControlServer } from './control-server.ts'
import { receiverOpener, rotatorOpener } from './device-lines.ts'
import { pruneStreams } from './housekeeping.ts'
import { createOperator } from './operator.ts'
import { createWorkerPlanner } from './planner.ts'
import { serveRotctld } from './serve-rotctld.ts'
import { SHUTDOWN_LIMIT } from './shutdown.ts'
import { skyOutlookOf } from './sky-outlook.ts'
import type { Station } from './station.ts'
import { openStationCatalog } from './station-catalog.ts'
import { type AntennaHolder, reportOf, type StatusReport, statusLine } from './status-text.ts'
import { createSystemRandom } from './system-random.ts'

/** A station on real devices and the machine's clock. */
export interface Daemon {
  readonly station: Station
  /** Connects the devices, plans and works from then on. Error: the store cannot be worked with. */
  readonly start: () => Promise<Result<void, Fault>>
  /** How it is, in one line: what it does, what comes next, whether the broker is there. */
  readonly statusLine: () => string
  /** Whether the parts answer: the control loop, and the store's worker within a few seconds. */
  readonly healthy: () => Promise<boolean>
  /** Brings everything to rest, within `SHUTDOWN_LIMIT`. Error: the antenna was not seen to stop. */
  readonly stop: () => Promise<Result<void, Fault>>
}

// A disk may take its time with an fsync (seconds on a worn card); one that takes longer hangs.
const STORE_ANSWER_LIMIT = ms(10_000)
const BOOT_ID_BYTES = 8
const LISTEN_AGAIN = ms(5_000)

const linkOpener = (configuration: Configuration): Result<OpenBrokerLink | undefined, Fault> => {
  const { broker, station } = configuration
  if (broker === undefined) return ok(undefined)
  const settings = brokerSettings({
    ...broker,
    username: broker.username ?? station.id,
    clientId: `azel-station-${station.id}`,
  })
  return settings.ok ? ok(mqttLinkOpener(settings.value)) : settings
}

/**
 * Reads everything that the configuration names and builds the station of it; no device is touched before `start`.
 * Errors: the first file, key or store that cannot be used.
 */
export const prepareDaemon = async (options: {
  readonly configuration: Configuration
  readonly clock: Clock
  readonly log: Log
  readonly software: string
}): Promise<Result<Daemon, Fault>> => {
  const { configuration, clock, log } = options
  const key = readSigningKey(configuration.station.keyFile)
  if (!key.ok) return key
  const openBroker = linkOpener(configuration)
  if (!openBroker.ok) return openBroker
  const policy = sharingOf(configuration)
  if (!policy.ok) return policy
  const catalog = await openStationCatalog(configuration, { clock, log, software: options.software })
  if (!catalog.ok) return catalog
  const store = await openWorkerStore(join(configuration.station.dataFolder, 'station.sqlite'))
  if (!store.ok) return store
  const clockWatch = await watchClock(clock)
  const random = createSystemRandom()

  const { antenna, receiver } = configuration
  const built = buildStation(catalog.value.configuration(), catalog.value.data(), {
    clock,
    linkClock: clock,
    log,
    random,
    bootId: randomBytes(BOOT_ID_BYTES).toString('hex'),
    software: options.software,
    openRotator:
      antenna.kind === 'fixed'
        ? async () => err(fault('serial.missing', 'A fixed antenna has no rotator'))
        : rotatorOpener({ clock, ...antenna.rotator }),
    openReceiver: receiverOpener({ clock, rtlTcp: receiver.rtlTcp }),
    clockQuality: clockWatch.quality,
    openBroker: openBroker.value,
    store: store.value,
    key: key.value,
    planner: createWorkerPlanner({ clock, log }),
    ...openAntennaFiles(configuration, log),
  })
  if (!built.ok) {
    clockWatch.stop()
    await store.value.close()
    return built
  }
  const station = built.value
  const operator = createOperator({
    clock,
    log,
    antenna: station.antenna,
    outlook: () => skyOutlookOf(configuration, catalog.value.data().ut1MinusUtc),
  })
  let rotctld: RotctldServer | undefined
  const holder = (): AntennaHolder | undefined => {
    const { user } = station.antenna.status()
    if (user === undefined) return undefined
    const program = rotctld?.holder()
    const task =
      user === 'operator'
        ? operator.task()
        : user === 'program' && program !== undefined
          ? { what: program.client, sinceUtcMs: program.sinceUtcMs }
          : undefined
    return { user, what: task?.what, sinceUtcMs: task?.sinceUtcMs }
  }
  const report = (): StatusReport =>
    reportOf({
      station: configuration.station.id,
      nowUtc: clock.utcNow(),
      status: station.status(),
      brokerConfigured: configuration.broker !== undefined,
      elements: catalog.value.report(),
      holder: holder(),
    })

  const planAnew = async (): Promise<void> => {
    const changed = await catalog.value.refresh()
    const outlook = changed ? outlookOf(catalog.value.configuration(), catalog.value.data(), log) : undefined
    // A file without any of the objects asked for is a mistake; the elements in use are the better ones.
    const isMistaken = outlook?.targets.length === 0 && configuration.catalog.sources.length === 0
    await station.plan(isMistaken ? undefined : outlook)
  }
  const fetchElements = catalog.value.fetch
  let stopChores = (): void => {}
  let control: ControlServer | undefined
  let listenAgain: Timer | undefined
  const listenForOperators = async (): Promise<void> => {
    const { dataFolder } = configuration.station
    const { antenna } = station
    const controlled = await startControlServer({ dataFolder, antenna, operator, report, log })
    if (controlled.ok) control = controlled.value
    else {
      // A command that has the antenna for itself ends before long, and the rotator is tried again and again as well.
      log.fault(controlled.error)
      listenAgain = clock.setTimer(LISTEN_AGAIN, () => void listenForOperators())
    }
  }
  return ok({
    station,
    start: async () => {
      // First, so that an operator can stop the antenna from the first moment on.
      await listenForOperators()
      const started = await station.start()
      if (!started.ok) return started
      rotctld = await serveRotctld(configuration, { clock, log, antenna: station.antenna })
      const chores = startChores({
        clock,
        log,
        random,
        plan: planAnew,
        ...(fetchElements === undefined
          ? {}
          : {
              fetchElements: async () => {
                if (await fetchElements()) await planAnew()
              },
            }),
        keepHouse: async () => {
          await pruneStreams({ clock, log, store: store.value, policy: policy.value })
        },
      })
      stopChores = chores.stop
      return started
    },
    statusLine: () => statusLine(report()),
    healthy: async () => {
      if (!station.status().alive) return false
      const answer = await withTimeout(clock, STORE_ANSWER_LIMIT, store.value.status())
      return answer?.ok === true
    },
    stop: async () => {
      stopChores()
      listenAgain?.cancel()
      catalog.value.stop()
      operator.close()
      // Nobody asks for a motion any more.
      await rotctld?.close()
      const stopped = await withTimeout(clock, SHUTDOWN_LIMIT, station.stop())
      clockWatch.stop()
      await control?.close()
      return stopped ?? err(fault('motion.not-stopped', 'The station did not come to rest in time'))
    },
  })
}
