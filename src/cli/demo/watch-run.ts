import { type Clock, every } from '../../kernel/clock.ts'
import { describeFault } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import { type UtcMs, utcMs } from '../../kernel/time.ts'
import { hz, ms } from '../../kernel/units.ts'
import type { Station, StationEvent } from '../../station/station.ts'
import type { LocalBroker } from './local-broker.ts'
import type { DemoPartner } from './partners.ts'
import { PARTNER_IDS, type PartnerId, type Scenario } from './scenario.ts'
import { createScore, type KnownTruth } from './score.ts'
import type { DemoState, PartnerState } from './state.ts'

const LOOK_FOR_TRACK = 90
const SCORE_PERIOD = ms(1_000)

/** What the run has seen so far, from the station's own events. */
export const watchRun = (options: {
  readonly clock: Clock
  readonly scenario: Scenario
  readonly truth: KnownTruth
  readonly log: Log
  readonly speed: number
}) => {
  const { clock, scenario, truth } = options
  const { pass } = scenario
  const score = createScore(truth)
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
      score.takeObservation(event.observation, pass.target.transmitFrequency)
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

export type RunWatch = ReturnType<typeof watchRun>

/** Holds the true boresight against the true satellite once a second, from rise to set. */
export const scoreEverySecond = (clock: Clock, run: RunWatch, { task }: Scenario['pass']) =>
  every(clock, SCORE_PERIOD, () => {
    const now = clock.utcNow()
    if (now >= task.startUtcMs && now <= task.stopUtcMs) run.takePointing(now)
  })
