import { basename } from 'node:path'
import type { Transmitter } from '../catalog/transmitters.ts'
import type { OpenByteStream } from '../kernel/byte-stream.ts'
import type { Clock } from '../kernel/clock.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Random } from '../kernel/random.ts'
import { err, invariant, ok, type Result } from '../kernel/result.ts'
import { MS_PER_HOUR } from '../kernel/time.ts'
import { deg, hz, type Ms, metres, ms, ppm } from '../kernel/units.ts'
import type { OpenBrokerLink } from '../network/broker-link.ts'
import type { ClockQuality } from '../observation/make-observation.ts'
import type { ElementSet } from '../orbit/element-set.ts'
import { UT1_MINUS_UTC_DEFAULT } from '../orbit/frames.ts'
import { createHorizonMask, type HorizonMask } from '../orbit/horizon-mask.ts'
import type { Site } from '../orbit/site.ts'
import type { AlongTrackModel } from '../orbit/uncertainty/along-track-model.ts'
import { DEFAULT_ALONG_TRACK_MODEL } from '../orbit/uncertainty/default-along-track-model.ts'
import type { Ut1MinusUtc } from '../orbit/ut1.ts'
import type { Store } from '../outbox/store.ts'
import type { PointingCorrection } from '../pointing/pointing-model.ts'
import { createReceiver } from '../receiver/receiver.ts'
import type { SigningKey } from '../sharing/keys.ts'
import type { AntennaMemory } from './antenna-memory.ts'
import { buildAntenna, horizonPoints, mountOf } from './build-antenna.ts'
import type { Configuration } from './configuration/schema.ts'
import { sharingOf } from './configuration/sharing.ts'
import type { LatchFile } from './latch-file.ts'
import type { AntennaToPlan } from './plan-sky.ts'
import { inlinePlanner, type Planner } from './planner.ts'
import { createSiteRefraction, type RefractionSettings } from './site-refraction.ts'
import { createStation, type Station, type StationEvent } from './station.ts'
import { createTarget, type Outlook } from './target.ts'

/** The world that a station is built into: real devices and clock, or simulated ones. */
export interface StationWorld {
  readonly clock: Clock
  /** The clock of the network, where that lives in another time (demo); else the same. */
  readonly linkClock: Clock
  readonly log: Log
  readonly random: Random
  readonly bootId: string
  readonly software: string
  readonly openRotator: OpenByteStream
  readonly openReceiver: OpenByteStream
  readonly clockQuality: () => ClockQuality
  readonly openBroker: OpenBrokerLink | undefined
  readonly store: Store
  readonly key: SigningKey
  /** Makes the timetables; absent: in the calling thread, which a virtual clock can wait for. */
  readonly planner?: Planner
  /** Where a latched motion fault is remembered; absent in worlds that end with the process. */
  readonly latch?: LatchFile
  /** How the cable is wound and who locked the antenna out; absent as above. */
  readonly memory?: AntennaMemory
  /** How the mount stands against the sky; absent as above, or where nobody has calibrated it. */
  readonly correction?: PointingCorrection
  readonly onEvent?: (event: StationEvent) => void
}

export interface StationData {
  readonly elementSets: readonly ElementSet[]
  readonly transmitters: readonly Transmitter[]
  /** Where a set is from, as records say it; absent: the file of the configuration. */
  readonly elementsSource?: (elements: ElementSet) => string
  /** 0 unless given. */
  readonly ut1MinusUtc?: Ut1MinusUtc
  /** What the station learned of its own history; absent: the shipped model. */
  readonly alongTrackModel?: AlongTrackModel
}

export const siteOf = ({ station }: Configuration): Site => ({
  latitude: deg(station.latitudeDeg),
  longitude: deg(station.longitudeDeg),
  height: metres(station.heightM),
})

export const maskOf = (configuration: Configuration): Result<HorizonMask, Fault> =>
  createHorizonMask({
    minimumElevation: deg(configuration.plan.minimumElevationDeg),
    points: horizonPoints(configuration.horizonMask),
  })

/** The refraction that the configuration asks for, if any. */
export const refractionOf = ({ station }: Configuration): RefractionSettings | undefined => {
  const { model, ...air } = station.refraction
  return model === 'none' ? undefined : { model, ...air }
}

/** What can be observed; what is wrong with the rest is told, and it is left out. */
export const outlookOf = (configuration: Configuration, data: StationData, log: Log): Outlook => {
  const site = siteOf(configuration)
  const settings = refractionOf(configuration)
  const refraction = settings && createSiteRefraction(settings, site)
  invariant(refraction?.ok !== false, 'a checked configuration has weather of this Earth')
  const ut1MinusUtc = data.ut1MinusUtc ?? UT1_MINUS_UTC_DEFAULT
  const elementsOf = new Map(data.elementSets.map((set) => [set.catalogNumber, set]))
  const transmittersOf = Map.groupBy(data.transmitters, ({ catalogNumber }) => catalogNumber)
  const targets = configuration.requests.flatMap((request) => {
    const target = createTarget({
      request: {
        id: request.id,
        catalogNumber: request.catalogNumber,
        priority: request.priority,
        frequency: request.frequencyHz === undefined ? undefined : hz(request.frequencyHz),
      },
      elementsOf: (catalogNumber) => elementsOf.get(catalogNumber),
      transmittersOf: (catalogNumber) => transmittersOf.get(catalogNumber) ?? [],
      site,
      refraction: refraction?.value,
      ut1MinusUtc,
      alongTrackModel: data.alongTrackModel ?? DEFAULT_ALONG_TRACK_MODEL,
    })
    if (target.ok) return [target.value]
    log.fault(target.error)
    return []
  })
  return {
    targets,
    refraction: settings && refraction && { ...settings, label: refraction.value.label },
    ut1MinusUtc,
  }
}

// The tracker's first command, landing, and settling of the readings.
const MANOEUVRE_MARGIN_SEC = 10

/** How long before a pass the antenna leaves for it: for its longest turn, or what is configured where that is more. */
export const turnaroundSecOf = ({ antenna, plan }: Configuration): number => {
  if (antenna.kind === 'fixed') return plan.turnaroundSec
  const longest = Math.max(
    ...[antenna.azimuth, antenna.elevation].map(
      ({ minimumDeg, maximumDeg, slewDegPerSec }) => (maximumDeg - minimumDeg) / slewDegPerSec,
    ),
  )
  return Math.max(plan.turnaroundSec, longest + MANOEUVRE_MARGIN_SEC)
}

/** What lies between two passes of a plan: what is configured, and the slew of the antenna that moves. Errors: as of `mountOf`. */
export const gapsOf = (
  configuration: Configuration,
  correction?: PointingCorrection,
): Result<{ readonly turnaround: Ms; readonly antenna?: AntennaToPlan }, Fault> => {
  const turnaround = ms(configuration.plan.turnaroundSec * 1000)
  const mount = mountOf(configuration, correction)
  if (!mount.ok) return mount
  if (mount.value.kind === 'fixed') return ok({ turnaround })
  const skyline = createHorizonMask({
    minimumElevation: mount.value.elevation.minimum,
    points: horizonPoints(configuration.horizonMask),
  })
  if (!skyline.ok) return skyline
  const margin = ms(MANOEUVRE_MARGIN_SEC * 1000)
  return ok({ turnaround, antenna: { mount: mount.value, skyline: skyline.value, margin } })
}

/** Builds the station of its configuration and its world. Errors: what in the configuration cannot be built. */
export const buildStation = (
  configuration: Configuration,
  data: StationData,
  world: StationWorld,
): Result<Station, Fault> => {
  const mask = maskOf(configuration)
  if (!mask.ok) return mask
  const sharing = sharingOf(configuration)
  if (!sharing.ok) return sharing
  const antenna = buildAntenna(configuration, world)
  if (!antenna.ok) return antenna
  const gaps = gapsOf(configuration, world.correction)
  if (!gaps.ok) return gaps
  const outlook = outlookOf(configuration, data, world.log)
  if (outlook.targets.length === 0 && configuration.requests.length > 0) {
    return err(fault('catalog.empty', 'None of the requests can be observed'))
  }
  const { station, receiver, plan } = configuration
  const step = station.publishedPlaceStepDeg
  const coarse = (angle: number): number =>
    step === 0 ? angle : Number((Math.round(angle / step) * step).toFixed(6))
  return ok(
    createStation({
      ...world,
      site: siteOf(configuration),
      mask: mask.value,
      minimumCulminationDeg: plan.minimumCulminationDeg,
      gaps: gaps.value,
      leadMs: turnaroundSecOf(configuration) * 1000,
      planHorizonMs: plan.horizonHours * MS_PER_HOUR,
      outlook,
      planner: world.planner ?? inlinePlanner,
      antenna: antenna.value,
      makeReceiver: (onLook) =>
        createReceiver({
          clock: world.clock,
          log: world.log,
          open: world.openReceiver,
          sampleRate: hz(receiver.sampleRateHz),
          gain: receiver.gainDb,
          calibratedDelay: ms(receiver.delayMs),
          // Three sigma: what the bound in a record promises.
          delayBound: ms(3 * receiver.delaySigmaMs),
          // The samples are counted with the nominal rate: a known error of the oscillator is an error there, too.
          rateSigma: ppm(Math.hypot(receiver.referenceSigmaPpm, receiver.referenceCorrectionPpm)),
          onLook,
        }),
      observing: {
        station: station.id,
        configuredDataMode: station.dataMode,
        label: configuration.label,
        reference: receiver.reference,
        referenceSigma: ppm(receiver.referenceSigmaPpm),
        referenceCorrection: ppm(receiver.referenceCorrectionPpm),
        calibratedDelay: ms(receiver.delayMs),
        delaySigma: ms(receiver.delaySigmaMs),
        elementsSource: data.elementsSource ?? (() => basename(configuration.catalog.elements ?? '')),
      },
      sharing: sharing.value,
      description: {
        name: station.name,
        software: world.software,
        latitudeDeg: coarse(station.latitudeDeg),
        longitudeDeg: coarse(station.longitudeDeg),
        placeResolutionDeg: step,
        antenna: { kind: configuration.antenna.kind, beamWidthDeg: configuration.antenna.beamWidthDeg },
      },
    }),
  )
}
