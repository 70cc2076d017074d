import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Transmitter } from '../../catalog/transmitters.ts'
import type { ByteStream } from '../../kernel/byte-stream.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Fault } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import type { Random } from '../../kernel/random.ts'
import { ok, type Result } from '../../kernel/result.ts'
import { formatUtc } from '../../kernel/time.ts'
import { ms } from '../../kernel/units.ts'
import type { VirtualClock } from '../../kernel/virtual-clock.ts'
import { mqttLinkOpener } from '../../network/mqtt-link.ts'
import type { ElementSet } from '../../orbit/element-set.ts'
import type { Store } from '../../outbox/store.ts'
import { openWorkerStore } from '../../outbox/worker-store.ts'
import type { SigningKey } from '../../sharing/keys.ts'
import { buildStation } from '../../station/build.ts'
import { sharingOf } from '../../station/configuration/sharing.ts'
import type { Station } from '../../station/station.ts'
import { createLocalBroker } from './local-broker.ts'
import { drainPartners, startPartners, waitForPartners } from './partners.ts'
import { PARTNER_IDS, type PartnerId, type Scenario } from './scenario.ts'
import type { KnownTruth, Scores } from './score.ts'
import type { DemoState } from './state.ts'
import { type DemoFault, paceOf, planFaults } from './timing.ts'
import { scoreEverySecond, watchRun } from './watch-run.ts'

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
  readonly fault: DemoFault | undefined
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
  const run = watchRun({ ...options, truth: hardware.truth })
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
  planFaults(clock, { ...options, jamMotors: hardware.jamMotors }, broker.value, run.note)

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
  if (!options.stop.aborted) await drainPartners(wallClock, store, partners)
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

const isParked = (station: Station): boolean => {
  const { phase } = station.status().antenna
  return phase === 'idle' || phase === 'fixed' || phase === 'faulted'
}
