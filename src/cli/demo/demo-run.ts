import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Transmitter } from '../../catalog/transmitters.ts'
import { createListener, type Listener } from '../../hub/listener.ts'
import { openListenerStore } from '../../hub/listener-store.ts'
import type { ByteStream } from '../../kernel/byte-stream.ts'
import { type Clock, every, sleep } from '../../kernel/clock.ts'
import { describeFault, type Fault } from '../../kernel/errors.ts'
import { type Log, silentLog } from '../../kernel/log.ts'
import type { Random } from '../../kernel/random.ts'
import { ok, type Result } from '../../kernel/result.ts'
import { formatUtc, type UtcMs, utcMs, utcPlus } from '../../kernel/time.ts'
import { hz, ms } from '../../kernel/units.ts'
import type { VirtualClock } from '../../kernel/virtual-clock.ts'
import { mqttLinkOpener } from '../../network/mqtt-link.ts'
import type { ElementSet } from '../../orbit/element-set.ts'
import type { Store } from '../../outbox/store.ts'
import { openWorkerStore } from '../../outbox/worker-store.ts'
import type { SigningKey } from '../../sharing/keys.ts'
import { buildStation } from '../../station/build.ts'
import { sharingOf } from '../../station/configuration/sharing.ts'
import type { Station, StationEvent } from '../../station/station.ts'
import { createLocalBroker, type LocalBroker } from './local-broker.ts'
import { PARTNER_IDS, type PartnerId, type Scenario } from './scenario.ts'
import { createScore, type KnownTruth, type Scores } from './score.ts'
import type { DemoState, PartnerState } from './state.ts'

/** The simulated hardware, as this file needs it. */
export interface DemoHardware {
  readonly openRotator: () => Promise<Result<ByteStream, Fault>>
  readonly openReceiver: () => Promise<Result<ByteStream, Fault>>
  readonly truth: KnownTruth
  readonly jamMotors: () => void
}

export interface DemoSummary extends Scores {
  readonly satellite: { readonly catalogNumber: number; readonly name: string }
  readonly passStartUtc: string
  readonly passEndUtc: string
  readonly observations: number
  readonly journaled: number
  readonly delivered: Readonly<Record<PartnerId, number>>
  readonly verified: Readonly<Record<PartnerId, number>>
  readonly withheld: Readonly<Record<PartnerId, number>>
  readonly gaps: number
  /** The hashes that all records, and all that a partner got, are chained to: the same seed gives the same. */
  readonly journalHead: string
  readonly streamHeads: Readonly<Partial<Record<PartnerId, string>>>
  readonly stationSecondsPerWallSecond: number
}

export interface DemoOutcome {
  readonly summary: DemoSummary
  /** All that was due has been verified by those whom it was due. */
  readonly complete: boolean
  readonly stopped: Result<void, Fault>
  readonly broker: { readonly name: string; readonly remark: string }
  readonly fault: Fault | undefined
  readonly sentAgain: number
}

// The broker is real: what is under way there ends within this, or is told as missing.
const DRAIN_LIMIT_MS = 20_000
const DRAIN_POLL = ms(10)
const LOOK_FOR_TRACK = 90
// A wait shorter than this is left for the next one: timers are not finer.
const PACE_GRAIN_MS = 4
const BROKER_DOWN_SHARE = [0.3, 0.6] as const
const JAM_SHARE = 0.4
const SCORE_PERIOD = ms(1_000)

/** Plays one pass from one seed: simulated hardware, the real station, a real broker, three partners. */
export const runDemo = async (options: {
  readonly clock: VirtualClock
  /** The machine's clock: paces the run, and is the broker's. */
  readonly wallClock: Clock
  readonly random: Random
  readonly scenario: Scenario
  readonly elementSets: readonly ElementSet[]
  readonly transmitters: readonly Transmitter[]
  readonly keys: { readonly station: SigningKey; readonly partners: Readonly<Record<PartnerId, SigningKey>> }
  readonly hardware: DemoHardware
  readonly software: string
  readonly log: Log
  /** Station seconds a wall second; infinite: as fast as it goes. */
  readonly speed: number
  readonly fault: 'stuck-motor' | 'broker-down' | undefined
  readonly stop: AbortSignal
  readonly onState: (state: () => DemoState) => void
}): Promise<Result<DemoOutcome, Fault>> => {
  const { clock, wallClock, scenario, hardware } = options
  const { configuration, pass } = scenario
  const policy = sharingOf(configuration)
  if (!policy.ok) return policy
  const folder = mkdtempSync(join(tmpdir(), 'azel-demo-'))
  const closing: (() => Promise<unknown> | unknown)[] = [
    () => rmSync(folder, { recursive: true, force: true }),
  ]
  const finish = async <Value>(value: Value): Promise<Value> => {
    for (const close of closing.toReversed()) await close()
    return value
  }

  const broker = await createLocalBroker({
    clock: wallClock,
    folder,
    access: policy.value,
    partners: PARTNER_IDS,
  })
  if (!broker.ok) return finish(broker)
  const started = await broker.value.start()
  closing.push(broker.value.kill)
  if (!started.ok) return finish(started)

  const openAs = (identity: string) =>
    mqttLinkOpener({
      url: broker.value.url,
      clientId: `azel-${identity}`,
      username: identity,
      protocolVersion: broker.value.protocolVersion,
      // The embedded broker's kept sessions break when it delivers old and new at once ("no such packet"); nothing here
      // depends on them, for what is missing is asked for.
      sessionExpirySeconds: broker.value.name === 'aedes' ? 0 : 3_600,
    })
  const partners = startPartners({ ...options, openAs })
  closing.push(() => Promise.all([...partners.values()].map((partner) => partner.listener.stop())))

  const opened = await openWorkerStore(join(folder, 'station.sqlite'))
  if (!opened.ok) return finish(opened)
  const store = heldStore(clock, opened.value)
  const run = createRun(options)
  const station = buildStation(configuration, options, {
    clock,
    linkClock: wallClock,
    log: run.log,
    random: options.random.fork('station'),
    bootId: Buffer.from(options.random.fork('boot').bytes(8)).toString('hex'),
    software: options.software,
    openRotator: hardware.openRotator,
    openReceiver: hardware.openReceiver,
    clockQuality: () => ({ source: 'simulation', synchronised: true, errorBound: ms(0) }),
    openBroker: openAs(configuration.station.id),
    store,
    key: options.keys.station,
    onEvent: run.onEvent,
  })
  if (!station.ok) return finish(station)

  options.onState(() => run.state(station.value, partners, broker.value))
  const wallStart = wallClock.monoNow()
  const virtualStart = clock.monoNow()
  const drive = async <Value>(work: Promise<Value>): Promise<Value> => {
    let settled = false
    const watched = work.finally(() => {
      settled = true
    })
    await clock.runUntil(() => settled)
    return watched
  }
  const begun = await drive(
    clock.holdFor(waitForPartners(wallClock, partners)).then(() => station.value.start()),
  )
  if (!begun.ok) return finish(begun)
  const scoring = scoreEverySecond(clock, run, pass)
  planFaults(clock, options, broker.value, run.note)

  const pace = paceOf(
    options,
    () => station.value.status().current !== undefined || clock.utcNow() < pass.task.startUtcMs,
  )
  await clock.runUntil(
    () =>
      options.stop.aborted ||
      (run.passEnded() && station.value.status().waitingForRelease === 0 && isParked(station.value)),
    pace,
  )
  scoring.stop()
  await drive(station.value.flush())
  if (!options.stop.aborted) await drain(wallClock, store, partners)
  const stationSecondsPerWallSecond =
    (clock.monoNow() - virtualStart) / Math.max(1, wallClock.monoNow() - wallStart)
  const status = station.value.status()
  const streams = await store.status()
  if (!streams.ok) return finish(streams)

  const count = (number: (id: PartnerId) => number): Record<PartnerId, number> => ({
    ally: number('ally'),
    neighbour: number('neighbour'),
    stranger: number('stranger'),
  })
  const streamsOf = (id: PartnerId) => streams.value.streams.filter(({ partner }) => partner === id)
  const due = count((id) => streamsOf(id).reduce((sum, stream) => sum + stream.number, 0))
  const verified = count((id) => partners.get(id)?.listener.counts().verified ?? 0)
  const gaps = PARTNER_IDS.reduce((sum, id) => sum + Math.abs(due[id] - verified[id]), 0)
  const stopped = await drive(station.value.stop())
  return finish(
    ok({
      summary: {
        satellite: { catalogNumber: pass.target.elements.catalogNumber, name: pass.target.elements.name },
        passStartUtc: formatUtc(pass.task.startUtcMs),
        passEndUtc: formatUtc(pass.task.stopUtcMs),
        observations: run.observations(),
        journaled: streams.value.journal.number,
        delivered: count((id) => streamsOf(id).reduce((sum, stream) => sum + stream.receipted, 0)),
        verified,
        withheld: count((id) => run.withheld(id)),
        gaps,
        ...run.scores(),
        journalHead: streams.value.journal.hash,
        streamHeads: Object.fromEntries(streams.value.streams.map(({ partner, head }) => [partner, head])),
        stationSecondsPerWallSecond: Number(stationSecondsPerWallSecond.toPrecision(4)),
      },
      complete:
        gaps === 0 && status.journal.queued === 0 && status.journal.lost === 0 && !options.stop.aborted,
      stopped,
      broker: broker.value,
      fault: status.antenna.fault,
      sentAgain: status.sent.sentAgain,
    }),
  )
}

/** Virtual time stands still while the disk works, so that a run depends on its seed alone. */
const heldStore = (clock: VirtualClock, store: Store): Store =>
  Object.fromEntries(
    Object.entries(store).map(([name, method]) => [
      name,
      (...parameters: unknown[]) =>
        clock.holdFor((method as (...values: unknown[]) => Promise<unknown>)(...parameters)),
    ]),
  ) as unknown as Store

interface DemoPartner {
  readonly listener: Listener
}

const startPartners = (options: {
  readonly clock: Clock
  readonly wallClock: Clock
  readonly random: Random
  readonly keys: { readonly station: SigningKey; readonly partners: Readonly<Record<PartnerId, SigningKey>> }
  readonly scenario: Scenario
  readonly openAs: (identity: string) => ReturnType<typeof mqttLinkOpener>
}): ReadonlyMap<PartnerId, DemoPartner> =>
  new Map(
    PARTNER_IDS.flatMap((id) => {
      const store = openListenerStore(':memory:')
      if (!store.ok) return []
      const listener = createListener({
        clock: options.clock,
        linkClock: options.wallClock,
        log: silentLog,
        random: options.random.fork(`partner ${id}`),
        open: options.openAs(id),
        store: store.value,
        partner: id,
        key: options.keys.partners[id],
        stations: new Map([[options.scenario.configuration.station.id, options.keys.station.publicKey]]),
        onEvent: () => {},
      })
      return [[id, { listener }] as const]
    }),
  )

/** What the run has seen so far, from the station's own events. */
const createRun = (options: {
  readonly clock: Clock
  readonly scenario: Scenario
  readonly hardware: DemoHardware
  readonly log: Log
  readonly speed: number
}) => {
  const { clock, scenario, hardware } = options
  const { pass } = scenario
  const score = createScore(hardware.truth)
  const withheld = new Map<string, { count: number; reason: string }>()
  let observations = 0
  let passEnded = false
  let note = ''
  let look: DemoState['look']
  let offByDeg: number | undefined
  const track = Array.from({ length: LOOK_FOR_TRACK + 1 }, (_, index) =>
    pass.target.lookAt(
      utcMs(pass.task.startUtcMs + ((pass.task.stopUtcMs - pass.task.startUtcMs) * index) / LOOK_FOR_TRACK),
    ),
  ).flatMap((direction) => (direction === undefined ? [] : [direction]))

  const onEvent = (event: StationEvent): void => {
    if (event.kind === 'observation') {
      observations += 1
      score.takeObservation(event.observation)
    } else if (event.kind === 'pass-ends') {
      passEnded = true
    } else if (event.kind === 'decisions') {
      for (const decision of event.decisions) {
        if (decision.kind !== 'withheld') continue
        const before = withheld.get(decision.partner)
        withheld.set(decision.partner, { count: (before?.count ?? 0) + 1, reason: decision.reason })
      }
    } else if (event.kind === 'look') {
      const { carrier, frequency, spectrum } = event.look
      look = {
        spectrum,
        snrDb: carrier.detected ? carrier.snrDb : undefined,
        frequency,
        sigmaHz: carrier.detected ? carrier.sigmaHz : undefined,
        nominal: hz(pass.target.nominalFrequency),
      }
    }
  }

  const partnerState = (id: PartnerId, partner: DemoPartner | undefined, waiting: number): PartnerState => {
    const agreement = scenario.configuration.sharing.agreements.find((candidate) => candidate.partner === id)
    return {
      id,
      terms:
        agreement === undefined
          ? 'no agreement: gets nothing'
          : agreement.delaySec > 0
            ? `agreement: ${agreement.delaySec} s late, one record in ${agreement.onePerSec ?? 1} s`
            : 'agreement: everything, at once',
      verified: partner?.listener.counts().verified ?? 0,
      waiting: agreement !== undefined && agreement.delaySec > 0 ? waiting : 0,
      withheld: withheld.get(id)?.count ?? 0,
      reason: withheld.get(id)?.reason ?? '',
    }
  }

  return {
    onEvent,
    log: {
      info: (message, fields) => {
        note = message
        options.log.info(message, fields)
      },
      warn: (message, fields) => {
        note = message
        options.log.warn(message, fields)
      },
      fault: (failure, fields) => {
        note = describeFault(failure)
        options.log.fault(failure, fields)
      },
    } satisfies Log,
    note: (text: string) => {
      note = text
      options.log.info(text)
    },
    observations: () => observations,
    passEnded: () => passEnded,
    withheld: (id: PartnerId) => withheld.get(id)?.count ?? 0,
    takePointing: (at: UtcMs) => {
      offByDeg = score.takePointing(at, pass.target.elements.catalogNumber)
    },
    scores: score.result,
    state: (
      station: Station,
      partners: ReadonlyMap<PartnerId, DemoPartner>,
      broker: LocalBroker,
    ): DemoState => {
      const status = station.status()
      const nowUtc = clock.utcNow()
      const isUp = nowUtc >= pass.task.startUtcMs && nowUtc <= pass.task.stopUtcMs
      return {
        nowUtc,
        speed: options.speed,
        broker: { name: broker.name, connected: status.brokerConnected },
        pass: {
          name: pass.target.elements.name,
          catalogNumber: pass.target.elements.catalogNumber,
          transmitter: pass.target.transmitter,
          aosUtc: pass.task.startUtcMs,
          tcaUtc: pass.task.pass.tcaUtcMs,
          losUtc: pass.task.stopUtcMs,
          maximumElevationDeg: pass.task.pass.maximumElevation,
          track,
        },
        antenna: status.antenna,
        target: isUp ? pass.target.lookAt(nowUtc) : track[0],
        offByDeg: isUp ? offByDeg : undefined,
        look,
        journaled: status.journal.journaled,
        partners: PARTNER_IDS.map((id) => partnerState(id, partners.get(id), status.waitingForRelease)),
        note,
      }
    },
  }
}

type Run = ReturnType<typeof createRun>

const scoreEverySecond = (clock: Clock, run: Run, { task }: Scenario['pass']) =>
  every(clock, SCORE_PERIOD, () => {
    const now = clock.utcNow()
    if (now >= task.startUtcMs && now <= task.stopUtcMs) run.takePointing(now)
  })

const planFaults = (
  clock: Clock,
  options: {
    readonly scenario: Scenario
    readonly fault: string | undefined
    readonly hardware: DemoHardware
  },
  broker: LocalBroker,
  note: (text: string) => void,
): void => {
  const { task } = options.scenario.pass
  const atShare = (share: number, work: () => void): void => {
    const at = utcPlus(task.startUtcMs, ms((task.stopUtcMs - task.startUtcMs) * share))
    clock.setTimer(ms(at - clock.utcNow()), work)
  }
  if (options.fault === 'stuck-motor') {
    atShare(JAM_SHARE, () => {
      options.hardware.jamMotors()
    })
  } else if (options.fault === 'broker-down') {
    atShare(BROKER_DOWN_SHARE[0], () => {
      note('the broker is killed (as asked by --fault): records are kept')
      void broker.kill()
    })
    atShare(BROKER_DOWN_SHARE[1], () => {
      note('the broker is started again: what is owed is sent')
      void broker.start()
    })
  }
}

const isParked = (station: Station): boolean => {
  const { phase } = station.status().antenna
  return phase === 'idle' || phase === 'fixed' || phase === 'faulted'
}

/** Waits so that virtual time keeps to `speed` while `live`; beyond that it goes as fast as it can. */
const paceOf = (
  options: {
    readonly clock: Clock
    readonly wallClock: Clock
    readonly speed: number
    readonly stop: AbortSignal
  },
  live: () => boolean,
) => {
  const { clock, wallClock, speed } = options
  if (!Number.isFinite(speed)) return undefined
  let anchor: { readonly wall: number; readonly virtual: number } | undefined
  return (duration: number): Promise<void> | undefined => {
    if (!live()) {
      anchor = undefined
      return undefined
    }
    anchor ??= { wall: wallClock.monoNow(), virtual: clock.monoNow() }
    const dueWall = anchor.wall + (clock.monoNow() + duration - anchor.virtual) / speed
    const left = dueWall - wallClock.monoNow()
    return left < PACE_GRAIN_MS ? undefined : sleep(wallClock, ms(left), options.stop)
  }
}

/** The partners are there before the pass, as real ones would be; one that cannot connect does not stop the demo. */
const waitForPartners = async (
  wallClock: Clock,
  partners: ReadonlyMap<PartnerId, DemoPartner>,
): Promise<void> => {
  const limit = wallClock.monoNow() + DRAIN_LIMIT_MS / 4
  while (
    ![...partners.values()].every(({ listener }) => listener.connected()) &&
    wallClock.monoNow() < limit
  ) {
    await sleep(wallClock, DRAIN_POLL)
  }
}

/** Lets the broker and the partners finish what is under way: until each has signed for all that is his. */
const drain = async (
  wallClock: Clock,
  store: Store,
  partners: ReadonlyMap<PartnerId, DemoPartner>,
): Promise<void> => {
  const limit = wallClock.monoNow() + DRAIN_LIMIT_MS
  while (wallClock.monoNow() < limit) {
    const status = await store.status()
    if (!status.ok) return
    const owed = status.value.streams.some(({ number, receipted }) => receipted < number)
    const missing = [...partners.values()].some(({ listener }) => listener.missing() > 0)
    if (!owed && !missing) return
    await sleep(wallClock, DRAIN_POLL)
  }
}
