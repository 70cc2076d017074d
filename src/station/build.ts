import { basename } from 'node:path'
import type { Transmitter } from '../catalog/transmitters.ts'
import type { OpenByteStream } from '../kernel/byte-stream.ts'
import type { Clock } from '../kernel/clock.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Random } from '../kernel/random.ts'
import { err, invariant, ok, type Result } from '../kernel/result.ts'
import { MS_PER_HOUR } from '../kernel/time.ts'
import { deg, degPerSec, hz, metres, ms, ppm } from '../kernel/units.ts'
import type { OpenBrokerLink } from '../network/broker-link.ts'
import type { ClockQuality } from '../observation/make-observation.ts'
import type { ElementSet } from '../orbit/element-set.ts'
import {
  createHorizonMask,
  type HorizonMask,
  type HorizonPoint,
  maskElevation,
} from '../orbit/horizon-mask.ts'
import type { Site } from '../orbit/site.ts'
import type { Store } from '../outbox/store.ts'
import { checkMount, type Mount } from '../pointing/mount.ts'
import { createReceiver } from '../receiver/receiver.ts'
import { findDriver } from '../rotator/registry.ts'
import type { SigningKey } from '../sharing/keys.ts'
import { type Antenna, createFixedAntenna } from './antenna.ts'
import type { Configuration } from './configuration/schema.ts'
import { sharingOf } from './configuration/sharing.ts'
import type { LatchFile } from './latch-file.ts'
import { createMovingAntenna } from './moving-antenna.ts'
import { inlinePlanner, type Planner } from './planner.ts'
import { createStation, type Station, type StationEvent } from './station.ts'
import { createTarget, type Target } from './target.ts'

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
  readonly onEvent?: (event: StationEvent) => void
}

export interface StationData {
  readonly elementSets: readonly ElementSet[]
  readonly transmitters: readonly Transmitter[]
  /** Where a set is from, as records say it; absent: the file of the configuration. */
  readonly elementsSource?: (elements: ElementSet) => string
}

export const siteOf = ({ station }: Configuration): Site => ({
  latitude: deg(station.latitudeDeg),
  longitude: deg(station.longitudeDeg),
  height: metres(station.heightM),
})

const horizonPoints = (configuration: Configuration): readonly HorizonPoint[] =>
  configuration.horizonMask.map(({ azimuthDeg, elevationDeg }) => ({
    azimuth: deg(azimuthDeg),
    elevation: deg(elevationDeg),
  }))

export const maskOf = (configuration: Configuration): Result<HorizonMask, Fault> =>
  createHorizonMask({
    minimumElevation: deg(configuration.plan.minimumElevationDeg),
    points: horizonPoints(configuration),
  })

/** The targets that can be observed; what is wrong with the others is told, and they are left out. */
export const targetsOf = (configuration: Configuration, data: StationData, log: Log): readonly Target[] => {
  const site = siteOf(configuration)
  const elementsOf = new Map(data.elementSets.map((set) => [set.catalogNumber, set]))
  const transmittersOf = Map.groupBy(data.transmitters, ({ catalogNumber }) => catalogNumber)
  return configuration.requests.flatMap((request) => {
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
    })
    if (target.ok) return [target.value]
    log.fault(target.error)
    return []
  })
}

/** The mount as configured, with the resolution of its controller. Errors: an unknown driver, contradicting limits. */
export const mountOf = ({ antenna }: Configuration): Result<Mount, Fault> => {
  const beamWidth = deg(antenna.beamWidthDeg)
  if (antenna.kind === 'fixed') {
    const boresight = { azimuth: deg(antenna.azimuthDeg), elevation: deg(antenna.elevationDeg) }
    return checkMount({ kind: 'fixed', boresight, beamWidth })
  }
  const driver = findDriver(antenna.rotator.driver)
  if (!driver.ok) return driver
  const axis = (settings: typeof antenna.azimuth) => ({
    minimum: deg(settings.minimumDeg),
    maximum: deg(settings.maximumDeg),
    slewRate: degPerSec(settings.slewDegPerSec),
  })
  return checkMount({
    kind: 'azel',
    azimuth: axis(antenna.azimuth),
    elevation: axis(antenna.elevation),
    park: { azimuth: deg(antenna.park.azimuthDeg), elevation: deg(antenna.park.elevationDeg) },
    beamWidth,
    resolution: driver.value.capabilities.resolution,
  })
}

const buildAntenna = (configuration: Configuration, world: StationWorld): Result<Antenna, Fault> => {
  const { antenna } = configuration
  const mount = mountOf(configuration)
  if (!mount.ok) return mount
  if (mount.value.kind === 'fixed') return ok(createFixedAntenna(mount.value))
  invariant(antenna.kind !== 'fixed', 'a fixed antenna has a fixed mount')
  const driver = findDriver(antenna.rotator.driver)
  if (!driver.ok) return driver
  const skyline = createHorizonMask({
    minimumElevation: mount.value.elevation.minimum,
    points: horizonPoints(configuration),
  })
  if (!skyline.ok) return skyline
  return ok(
    createMovingAntenna({
      clock: world.clock,
      log: world.log,
      // The skyline keeps the beam off trees; the least elevation worth observing is the plan's business.
      envelope: {
        mount: mount.value,
        minimumElevationAt: (azimuth) => maskElevation(skyline.value, azimuth),
      },
      driver: driver.value,
      open: world.openRotator,
      ...(world.latch === undefined ? {} : { latch: world.latch }),
    }),
  )
}

// The tracker's first command, run-up and landing, and settling of the readings.
const MANOEUVRE_MARGIN_SEC = 10

/** Time between passes: what is configured, but at least what the antenna needs for its longest turn. */
export const turnaroundSecOf = ({ antenna, plan }: Configuration): number => {
  if (antenna.kind === 'fixed') return plan.turnaroundSec
  const longest = Math.max(
    ...[antenna.azimuth, antenna.elevation].map(
      ({ minimumDeg, maximumDeg, slewDegPerSec }) => (maximumDeg - minimumDeg) / slewDegPerSec,
    ),
  )
  return Math.max(plan.turnaroundSec, longest + MANOEUVRE_MARGIN_SEC)
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
  const targets = targetsOf(configuration, data, world.log)
  if (targets.length === 0 && configuration.requests.length > 0) {
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
      turnaroundMs: turnaroundSecOf(configuration) * 1000,
      planHorizonMs: plan.horizonHours * MS_PER_HOUR,
      targets,
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
