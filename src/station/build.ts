import { basename } from 'node:path'
import type { OpenByteStream } from '../kernel/byte-stream.ts'
import type { Clock } from '../kernel/clock.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Random } from '../kernel/random.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { MS_PER_HOUR } from '../kernel/time.ts'
import { hz, ms, ppm } from '../kernel/units.ts'
import type { OpenBrokerLink } from '../network/broker-link.ts'
import type { ClockQuality } from '../observation/make-observation.ts'
import type { Store } from '../outbox/store.ts'
import type { PointingCorrection } from '../pointing/pointing-model.ts'
import { createReceiver } from '../receiver/receiver.ts'
import type { SigningKey } from '../sharing/keys.ts'
import type { AntennaMemory } from './antenna-memory.ts'
import { buildAntenna } from './build-antenna.ts'
import type { Configuration } from './configuration/schema.ts'
import { sharingOf } from './configuration/sharing.ts'
import { gapsOf, turnaroundSecOf } from './configured-gaps.ts'
import { maskOf, siteOf } from './configured-site.ts'
import { outlookOf, type StationData } from './configured-sky.ts'
import type { LatchFile } from './latch-file.ts'
import { inlinePlanner, type Planner } from './planner.ts'
import { createStation, type Station, type StationEvent } from './station.ts'

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
