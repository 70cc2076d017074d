import type { Clock, Timer } from '../kernel/clock.ts'
import type { Fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Random } from '../kernel/random.ts'
import { ok, type Result } from '../kernel/result.ts'
import { formatUtc, type UtcMs, utcBetween } from '../kernel/time.ts'
import { deg, type Ms, ms } from '../kernel/units.ts'
import type { OpenBrokerLink } from '../network/broker-link.ts'
import type { StationDescription } from '../network/station-messages.ts'
import { createStationSession } from '../network/station-session.ts'
import type { ClockQuality } from '../observation/make-observation.ts'
import type { DataMode, Observation } from '../observation/record.ts'
import { effectiveDataMode } from '../observation/record.ts'
import type { HorizonMask } from '../orbit/horizon-mask.ts'
import type { Site } from '../orbit/site.ts'
import type { Decision, Store } from '../outbox/store.ts'
import type { Timetable } from '../plan/timetable.ts'
import type { Look, Receiver } from '../receiver/receiver.ts'
import type { SigningKey } from '../sharing/keys.ts'
import { createReleaser, type SharingPolicy } from '../sharing/releaser.ts'
import type { Antenna } from './antenna.ts'
import { createObserver, type ObserverSettings } from './observer.ts'
import { type PassClock, startPassClock } from './pass-clock.ts'
import type { AntennaToPlan } from './plan-sky.ts'
import { createPlanTeller } from './plan-words.ts'
import type { Planner } from './planner.ts'
import { createPlanning } from './planning.ts'
import { createRecorder } from './recorder.ts'
import { makeTimetable, type Schedule, type ScheduledPass } from './schedule.ts'
import { shutDown } from './shutdown.ts'
import { takeOver } from './take-over.ts'
import type { Outlook } from './target.ts'

export type StationEvent =
  | { readonly kind: 'timetable'; readonly timetable: Timetable }
  | { readonly kind: 'pass-begins' | 'pass-ends'; readonly pass: ScheduledPass }
  | { readonly kind: 'look'; readonly look: Look }
  | { readonly kind: 'observation'; readonly observation: Observation }
  | { readonly kind: 'decisions'; readonly decisions: readonly Decision[] }
  | { readonly kind: 'receipt'; readonly partner: string; readonly through: number }

export interface StationStatus {
  readonly antenna: ReturnType<Antenna['status']>
  readonly receiverConnected: boolean
  /** Measurements of the present pass, or of the last one. */
  readonly heardInPass: number
  readonly brokerConnected: boolean
  readonly journal: { readonly journaled: number; readonly queued: number; readonly lost: number }
  readonly sent: { readonly sent: number; readonly sentAgain: number; readonly withoutSubscriber: number }
  readonly waitingForRelease: number
  readonly current: ScheduledPass | undefined
  /** Why the antenna said no to the present pass when it began; it may follow it by now. */
  readonly refusal: Fault | undefined
  readonly next: ScheduledPass | undefined
  /** Every part has answered lately: what the service's watchdog is petted for. */
  readonly alive: boolean
}

export interface Station {
  /** Makes ready and plans. Devices that do not answer are told of and tried again; the station starts without them. */
  readonly start: () => Promise<Result<void, Fault>>
  /** Makes the timetable anew, with another outlook where there are newer elements; settles when it is in use. */
  readonly plan: (outlook?: Outlook) => Promise<void>
  readonly status: () => StationStatus
  readonly antenna: Antenna
  /** Settles when all that is measured is on the disk and has been through the release gate. */
  readonly flush: () => Promise<void>
  /** Stops the antenna and confirms it, writes what is measured, says goodbye. Error: the antenna was not seen to stop. */
  readonly stop: () => Promise<Result<void, Fault>>
}

export interface StationOptions {
  readonly clock: Clock
  /** The clock of the network, where that lives in another time than the station (demo). */
  readonly linkClock: Clock
  readonly log: Log
  /** Salts and ids: from the operating system on a real station. */
  readonly random: Random
  readonly bootId: string
  readonly site: Site
  readonly mask: HorizonMask
  readonly minimumCulminationDeg: number
  /** What lies between two passes. */
  readonly gaps: { readonly turnaround: Ms; readonly antenna?: AntennaToPlan }
  /** So long before a pass it is prepared: the antenna is there in time from wherever it is. */
  readonly leadMs: number
  readonly planHorizonMs: number
  readonly outlook: Outlook
  readonly planner: Planner
  readonly antenna: Antenna
  readonly makeReceiver: (onLook: (look: Look) => void) => Receiver
  readonly observing: ObserverSettings
  readonly clockQuality: () => ClockQuality
  readonly store: Store
  readonly sharing: SharingPolicy
  readonly key: SigningKey
  readonly openBroker: OpenBrokerLink | undefined
  readonly description: StationDescription
  readonly onEvent?: (event: StationEvent) => void
}

// A wall clock that steps moves the passes: the next one is looked at again this often.
const LOOK_AGAIN_MS = 30_000
// Of a whole catalogue nearly no pass is taken; nobody reads the reasons of 70,000.
const NOT_TAKEN_MAX = 500
const ID_BYTES = 12

export const createStation = (options: StationOptions): Station => {
  const { clock, log, antenna, store } = options
  const tell = (event: StationEvent): void => options.onEvent?.(event)
  const tellPlan = createPlanTeller(log)
  let scheduled: readonly ScheduledPass[] = []
  let current: ScheduledPass | undefined
  let passClock: PassClock | undefined
  const begun = new Set<string>()
  let timer: Timer | undefined
  let heardInPass = 0
  let refusal: Fault | undefined
  let stopping = false

  const session =
    options.openBroker === undefined
      ? undefined
      : createStationSession({
          clock,
          linkClock: options.linkClock,
          log,
          random: options.random.fork('session'),
          open: options.openBroker,
          store,
          key: options.key,
          station: options.sharing.station,
          bootId: options.bootId,
          dataMode: () => dataMode(),
          description: options.description,
          partners: options.sharing.partners,
          agreements: options.sharing.agreements,
          onReceipt: ({ partner, through }) => tell({ kind: 'receipt', partner, through }),
        })
  const releaser = createReleaser({
    clock,
    log,
    store,
    policy: options.sharing,
    key: options.key,
    randomBytes: options.random.fork('salt').bytes,
    onReleased: (streams) => session?.wake(streams),
    onDecisions: (decisions) => tell({ kind: 'decisions', decisions }),
  })
  const recorder = createRecorder({
    clock,
    log,
    store,
    onJournaled: async () => {
      await releaser.process()
    },
  })
  const receiver = options.makeReceiver((look) => {
    tell({ kind: 'look', look })
    observer.take(look)
  })
  const idRandom = options.random.fork('id')
  const observer = createObserver({
    settings: options.observing,
    log,
    receiver,
    clockQuality: options.clockQuality,
    antennaProvenance: () => antenna.status().provenance,
    commanded: () => antenna.status().commanded,
    reported: () => antenna.status().reported,
    ...(antenna.correction === undefined ? {} : { pointingCorrection: antenna.correction }),
    newId: () => Buffer.from(idRandom.bytes(ID_BYTES)).toString('hex'),
    onObservation: (observation) => {
      heardInPass += 1
      recorder.record(observation)
      tell({ kind: 'observation', observation })
    },
  })

  const dataMode = (): DataMode =>
    effectiveDataMode({
      configured: options.observing.configuredDataMode,
      provenances: [antenna.status().provenance, receiver.status().provenance ?? 'real'],
    }).dataMode

  const next = (now: UtcMs): ScheduledPass | undefined =>
    scheduled.find(({ task }) => task.stopUtcMs > now && !begun.has(task.passId))

  /** Begins preparing a lead before a pass, or as soon as the pass before is over: so much time the plan has left. */
  const arm = (): void => {
    timer?.cancel()
    if (stopping) return
    const now = clock.utcNow()
    if (current !== undefined) {
      // A pass lasts as long as it lasts, whatever the wall clock does meanwhile.
      const left = utcBetween({ from: passClock?.utcNow() ?? now, to: current.task.stopUtcMs })
      if (left <= 0) endPass(current)
      else timer = clock.setTimer(ms(Math.min(left, LOOK_AGAIN_MS)), arm)
      return
    }
    const coming = next(now)
    if (coming === undefined) {
      timer = clock.setTimer(ms(LOOK_AGAIN_MS), arm)
      return
    }
    const untilStart = utcBetween({ from: now, to: coming.task.startUtcMs }) - options.leadMs
    if (untilStart > 0) timer = clock.setTimer(ms(Math.min(untilStart, LOOK_AGAIN_MS)), arm)
    else beginPass(coming)
  }

  const beginPass = (pass: ScheduledPass): void => {
    begun.add(pass.task.passId)
    if (!recorder.healthy()) {
      log.warn(`pass ${pass.task.passId} is not taken: the disk refuses records`)
      arm()
      return
    }
    current = pass
    passClock = startPassClock(clock)
    heardInPass = 0
    const { task, target } = pass
    const begins = task.startUtcMs > task.pass.aosUtcMs || task.pass.openStart ? 'is up at' : 'rises'
    log.info(
      `${task.pass.name} ${begins} ${formatUtc(task.startUtcMs, 0)} at azimuth ${task.pass.aosAzimuth.toFixed(0)}°, up to ${task.pass.maximumElevation.toFixed(0)}°`,
      { pass: task.passId, ...(task.cut !== undefined && { cut: task.cut }) },
    )
    tell({ kind: 'pass-begins', pass })
    const following = scheduled[scheduled.indexOf(pass) + 1]?.task.motion?.beginsAt
    const followed = antenna.follow({
      id: task.passId,
      aosUtc: task.startUtcMs,
      losUtc: task.stopUtcMs,
      lookAt: target.lookAt,
      ...(following !== undefined && {
        next: { begin: following, isSoon: task.motion?.afterwards === 'wait-for-next' },
      }),
    })
    refusal = followed.ok ? undefined : followed.error
    if (!followed.ok) log.fault(followed.error)
    void observer.begin(pass, passClock).then((tuned) => {
      if (!tuned.ok) log.fault(tuned.error)
    })
    arm()
  }

  const endPass = (pass: ScheduledPass): void => {
    observer.end()
    current = undefined
    passClock = undefined
    const told = { pass: pass.task.passId, journaled: recorder.counts().journaled }
    if (heardInPass > 0) log.info(`${pass.task.pass.name} is over, measured ${heardInPass} times`, told)
    else log.warn(`${pass.task.pass.name} is over and was never heard`, told)
    tell({ kind: 'pass-ends', pass })
    arm()
  }

  /** Where a new plan has the pass under way end before its time. */
  const endEarlier = (before: ScheduledPass, { task }: ScheduledPass): void => {
    if (task.stopUtcMs >= before.task.stopUtcMs) return
    log.info(`${task.pass.name} is left at ${formatUtc(task.stopUtcMs, 0)} for the new plan`, {
      pass: task.passId,
    })
    // What the plan has of it later is begun by the same name.
    if (scheduled.some((pass) => pass.task.passId === task.passId)) begun.delete(task.passId)
  }

  const usePlan = (made: Schedule): void => {
    const before = current
    const utc = passClock?.utcNow() ?? clock.utcNow()
    const taken = takeOver(made.scheduled, { current, utc, leadMs: options.leadMs })
    scheduled = taken.coming
    current = taken.current
    tellPlan(made)
    if (before !== undefined && current !== undefined) endEarlier(before, current)
    antenna.takeNewPlan({
      ends: current && { id: current.task.passId, losUtc: current.task.stopUtcMs },
      next: taken.next,
    })
    // What has gone by needs no memory of having begun.
    const known = new Set(scheduled.map(({ task }) => task.passId))
    for (const passId of begun)
      if (!known.has(passId) && passId !== current?.task.passId) begun.delete(passId)
    tell({ kind: 'timetable', timetable: made.timetable })
    arm()
  }

  const planning = createPlanning({
    ...options,
    make: (outlook) =>
      makeTimetable({
        outlook,
        site: options.site,
        mask: options.mask,
        minimumCulmination: deg(options.minimumCulminationDeg),
        ...options.gaps,
        fromUtc: clock.utcNow(),
        horizon: ms(options.planHorizonMs),
        log,
        planner: options.planner,
        notTakenMax: NOT_TAKEN_MAX,
      }),
    use: usePlan,
  })

  return {
    start: async () => {
      const released = await releaser.process()
      if (!released.ok) return released
      const [moved, heard] = await Promise.all([antenna.connect(), receiver.connect()])
      // Only now is it known what the devices are, and so in which data mode the station speaks.
      session?.start()
      // Why has been said where it was seen.
      if (!moved.ok) log.warn('the station starts without its rotator and goes on trying')
      if (!heard.ok) log.warn('the station starts without its receiver and goes on trying')
      await planning.plan()
      const first = next(clock.utcNow())
      log.info(
        first === undefined
          ? 'ready; no pass is coming'
          : `ready; next: ${first.task.pass.name} at ${formatUtc(first.task.startUtcMs, 0)}`,
        { dataMode: dataMode() },
      )
      return ok(undefined)
    },
    plan: planning.plan,
    antenna,
    status: () => {
      const { alive } = antenna.status()
      return {
        antenna: antenna.status(),
        receiverConnected: receiver.status().connected,
        heardInPass,
        brokerConnected: session?.connected() ?? false,
        journal: recorder.counts(),
        sent: session?.counts() ?? { sent: 0, sentAgain: 0, withoutSubscriber: 0 },
        waitingForRelease: releaser.waiting(),
        current,
        refusal,
        next: next(clock.utcNow()),
        alive,
      }
    },
    flush: async () => {
      await recorder.flush()
      await releaser.process()
    },
    stop: () => {
      stopping = true
      planning.stop()
      timer?.cancel()
      observer.end()
      return shutDown({ ...options, receiver, recorder, releaser, session })
    },
  }
}
