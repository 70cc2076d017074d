import type { AzEl } from '../kernel/angle.ts'
import type { Fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { ok, type Result } from '../kernel/result.ts'
import type { UtcMs } from '../kernel/time.ts'
import { db, type Hz, hz, type Ms, type Ppm, SPEED_OF_LIGHT_KM_PER_SEC } from '../kernel/units.ts'
import {
  type ClockQuality,
  makeObservation,
  type ObservationContext,
} from '../observation/make-observation.ts'
import { type DataMode, effectiveDataMode, type Label, type Observation } from '../observation/record.ts'
import type { ElementSet } from '../orbit/element-set.ts'
import { correctionAt, type PointingCorrection } from '../pointing/pointing-model.ts'
import type { Listening, Look, Receiver } from '../receiver/receiver.ts'
import type { PassClock } from './pass-clock.ts'
import type { ScheduledPass } from './schedule.ts'
import type { Target } from './target.ts'

export interface ObserverSettings {
  readonly station: string
  readonly configuredDataMode: DataMode
  readonly label: Label
  readonly reference: ObservationContext['reference']
  readonly referenceSigma: Ppm
  readonly referenceCorrection: Ppm
  readonly calibratedDelay: Ms
  readonly delaySigma: Ms
  /** What an element set was taken from, for the record's reference to it. */
  readonly elementsSource: (elements: ElementSet) => string
}

/** Turns what the receiver hears in a pass into records. */
export interface Observer {
  readonly begin: (
    pass: ScheduledPass,
    passClock: PassClock,
  ) => Promise<Result<{ readonly tuned: Hz }, Fault>>
  readonly end: () => void
  /** To be given every look of the receiver. */
  readonly take: (look: Look) => void
}

// The fastest object that stays in orbit, at perigee and straight at the station.
const RANGE_RATE_MAX_KM_PER_SEC = 11
// An old element set can be seconds off along the track; a search wider than this finds somebody else's carrier.
const ELEMENT_TIME_ERROR_SEC = 5
const TRANSMITTER_ERROR_PPM = 5

export const createObserver = (options: {
  readonly settings: ObserverSettings
  readonly log: Log
  readonly receiver: Receiver
  readonly clockQuality: () => ClockQuality
  /** Provenance of whatever moves the antenna. */
  readonly antennaProvenance: () => 'real' | 'simulated'
  readonly commanded: () => AzEl | undefined
  readonly reported: () => AzEl | undefined
  /** By which both are corrected. */
  readonly pointingCorrection?: PointingCorrection
  readonly newId: () => string
  readonly onObservation: (observation: Observation) => void
}): Observer => {
  const { settings, receiver } = options
  let current: { readonly pass: ScheduledPass; readonly passClock: PassClock } | undefined

  const record = (
    { pass, passClock }: NonNullable<typeof current>,
    look: Look,
    midUtc: UtcMs,
  ): Observation | undefined => {
    const { carrier, frequency } = look
    if (!carrier.detected || frequency === undefined) return undefined
    const { target } = pass
    const { elements } = target
    const predicted = target.doppler(midUtc)
    if (!predicted.ok) return undefined
    const quality = target.qualityAt(midUtc)
    const { pointingCorrection } = options
    const reported = options.reported()
    const mode = effectiveDataMode({
      configured: settings.configuredDataMode,
      // A correction that was found on a simulator makes nothing of what it points real.
      provenances: [
        look.provenance,
        options.antennaProvenance(),
        ...(pointingCorrection === undefined ? [] : [pointingCorrection.provenance]),
      ],
    })
    return makeObservation({
      id: `${settings.station}.${options.newId()}`,
      context: {
        station: settings.station,
        ...mode,
        passId: pass.task.passId,
        satellite: {
          catalogNumber: elements.catalogNumber,
          objectId: elements.objectId,
          name: elements.name,
        },
        nominalFrequency: target.nominalFrequency,
        reference: settings.reference,
        referenceSigma: settings.referenceSigma,
        referenceCorrection: settings.referenceCorrection,
        elements: {
          source: settings.elementsSource(elements),
          epochUtc: elements.epochUtcMs,
          sha256: target.elementsHash,
        },
        label: settings.label,
      },
      measurement: {
        midUtc,
        integration: look.integrationMs,
        frequency,
        sigma: hz(carrier.sigmaHz),
        sweepHzPerSec: look.sweepHzPerSec,
        snr: db(carrier.snrDb),
        carrierToNoiseDensity: db(carrier.carrierToNoiseDensityDbHz),
        powerDbfs: db(carrier.powerDbfs),
        timeMethod: look.time.method,
        timeSigma: look.time.sigmaMs,
        timeErrorBound: look.time.errorBoundMs,
        calibratedDelay: settings.calibratedDelay,
        delaySigma: settings.delaySigma,
      },
      // Which of the two times is right nobody here knows: the stamp is the one that the satellite was found by, and marked.
      clock:
        look.time.wallStepped || passClock.stepped()
          ? { ...options.clockQuality(), synchronised: false, errorBound: undefined }
          : options.clockQuality(),
      predictedFrequency: predicted.value.frequency,
      commanded: options.commanded(),
      reported,
      ...(pointingCorrection === undefined || reported === undefined
        ? {}
        : {
            pointingCorrection: {
              name: pointingCorrection.name,
              added: correctionAt(pointingCorrection.model, reported),
            },
          }),
      predicted: target.geometricLookAt(midUtc),
      predictedApparent: target.predictedBy.refraction === 'none' ? undefined : target.lookAt(midUtc),
      prediction: {
        elementsAge: quality.age,
        alongTrackSigma: quality.inflatedSigma,
        timeSigma: quality.timeSigma,
        manoeuvreShare: quality.jumpShare,
        ...target.predictedBy,
      },
    })
  }

  return {
    begin: async (pass, passClock) => {
      const listening = await receiver.listen(listeningOf(pass.target, passClock))
      if (listening.ok) current = { pass, passClock }
      return listening.ok ? ok(listening.value) : listening
    },
    end: () => {
      current = undefined
      receiver.stopListening()
    },
    take: (look) => {
      if (current === undefined) return
      const { startUtcMs, stopUtcMs } = current.pass.task
      const midUtc = current.passClock.toPassTime(look.midUtcMs)
      if (midUtc < startUtcMs || midUtc > stopUtcMs) return
      const observation = record(current, look, midUtc)
      if (observation !== undefined) options.onObservation(observation)
    },
  }
}

/** Where to tune and how far about the prediction to look: what elements, transmitter and oscillator can be off. */
const listeningOf = (target: Target, passClock: PassClock): Listening => {
  const centre = target.transmitFrequency
  const dopplerMax = (centre * RANGE_RATE_MAX_KM_PER_SEC) / SPEED_OF_LIGHT_KM_PER_SEC
  // 8 km/s at 400 km gives the steepest sweep; an error in time moves the carrier by the sweep times it.
  const sweepMax = (centre * 8 ** 2) / 400 / SPEED_OF_LIGHT_KM_PER_SEC
  const expectedAt = (utc: UtcMs): { readonly frequency: Hz; readonly sweepHzPerSec: number } => {
    const doppler = target.doppler(passClock.toPassTime(utc))
    return doppler.ok
      ? { frequency: doppler.value.frequency, sweepHzPerSec: doppler.value.rate }
      : { frequency: centre, sweepHzPerSec: 0 }
  }
  return {
    centre,
    dopplerMax: hz(dopplerMax),
    searchHalfWidth: hz(centre * TRANSMITTER_ERROR_PPM * 1e-6 + sweepMax * ELEMENT_TIME_ERROR_SEC),
    expectedAt,
  }
}
