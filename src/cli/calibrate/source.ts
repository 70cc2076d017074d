import { type Fault, fault } from '../../kernel/errors.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { formatDuration, formatUtc, type UtcMs, utcBetween } from '../../kernel/time.ts'
import { type Hz, hz, msToSec, SPEED_OF_LIGHT_KM_PER_SEC } from '../../kernel/units.ts'
import { createDoppler } from '../../orbit/doppler.ts'
import { createPropagator } from '../../orbit/propagator.ts'
import type { Listening } from '../../receiver/receiver.ts'
import type { ScanSource } from '../../station/calibration/sky-scan.ts'
import type { Configuration } from '../../station/configuration/schema.ts'
import { comingPass, type TrackedPass } from '../../station/operator.ts'
import { skyOutlookOf } from '../../station/sky-outlook.ts'
import { findAim } from '../control/track-target.ts'
import type { CalibrateOptions } from './options.ts'
import { capital } from './words.ts'

/** Something to scan, how to listen to it, and when it is up. */
export interface Scannable {
  readonly source: ScanSource
  readonly frequency: Hz
  readonly listening: Listening
  /** What the power of a carrier is multiplied with for its distance. */
  readonly spreadingAt: ((at: UtcMs) => number) | undefined
  readonly pass: TrackedPass
  readonly remarks: readonly string[]
}

// Where yagis for satellites are mostly made for.
const FREQUENCY_DEFAULT = hz(437_000_000)
// Wide enough that a carrier, or a station nearby, does not lift the median of the noise.
const NOISE_HALF_WIDTH = hz(50_000)
const CARRIER_HALF_WIDTH = hz(5_000)
const REFERENCE_KM = 1_000
/** 8 km/s over the speed of light. */
const DOPPLER_SHARE_MAX = 2.7e-5

/** Finds the Sun, or a satellite and its frequency. Faults: those of the elements, no frequency, nothing that rises. */
export const findScannable = async (
  configuration: Configuration,
  options: CalibrateOptions,
  nowUtcMs: UtcMs,
): Promise<Result<Scannable, Fault>> =>
  options.beacon === undefined
    ? findSun(configuration, options, nowUtcMs)
    : findBeacon(configuration, { ...options, beacon: options.beacon }, nowUtcMs)

const findSun = (
  configuration: Configuration,
  options: CalibrateOptions,
  nowUtcMs: UtcMs,
): Result<Scannable, Fault> => {
  const outlook = skyOutlookOf(configuration)
  if (!outlook.ok) return outlook
  const pass = comingPass({ body: 'sun' }, outlook.value, { fromUtcMs: nowUtcMs })
  if (!pass.ok) return pass
  const asked =
    options.frequency ??
    configuration.requests.find(({ frequencyHz }) => frequencyHz !== undefined)?.frequencyHz
  const frequency = asked === undefined ? FREQUENCY_DEFAULT : hz(asked)
  return ok({
    source: { name: 'the Sun', heardAs: 'noise', lookAt: pass.value.lookAt },
    frequency,
    listening: {
      centre: frequency,
      dopplerMax: hz(0),
      searchHalfWidth: NOISE_HALF_WIDTH,
      expectedAt: () => ({ frequency, sweepHzPerSec: 0 }),
    },
    spreadingAt: undefined,
    pass: pass.value,
    remarks: [],
  })
}

const findBeacon = async (
  configuration: Configuration,
  options: CalibrateOptions & { readonly beacon: string },
  nowUtcMs: UtcMs,
): Promise<Result<Scannable, Fault>> => {
  const aim = await findAim(
    { kind: 'satellite', text: options.beacon },
    { configuration, config: options.config, catalog: undefined, nowUtc: nowUtcMs },
  )
  if (!aim.ok) return aim
  const { name, remarks } = aim.value
  if (aim.value.kind !== 'moving' || !('elements' in aim.value.target)) {
    return err(fault('cli.usage', `${options.beacon} is no satellite`))
  }
  const { elements } = aim.value.target
  const asked =
    options.frequency ??
    configuration.requests.find(({ catalogNumber }) => catalogNumber === elements.catalogNumber)?.frequencyHz
  if (asked === undefined) {
    return err(
      fault('catalog.no-transmitter', `No request says on which frequency ${name} sends: give --frequency`),
    )
  }
  const frequency = hz(asked)
  const outlook = skyOutlookOf(configuration)
  if (!outlook.ok) return outlook
  const pass = comingPass({ elements }, outlook.value, { fromUtcMs: nowUtcMs })
  if (!pass.ok) return pass
  const propagator = createPropagator(elements)
  if (!propagator.ok) return propagator
  const { site } = outlook.value
  const doppler = createDoppler({ motion: propagator.value, site, transmitFrequency: frequency })
  return ok({
    source: { name, heardAs: 'carrier', lookAt: pass.value.lookAt },
    frequency,
    listening: {
      centre: frequency,
      dopplerMax: hz(frequency * DOPPLER_SHARE_MAX),
      searchHalfWidth: CARRIER_HALF_WIDTH,
      expectedAt: (utc) => {
        const shifted = doppler(utc)
        return shifted.ok
          ? { frequency: shifted.value.frequency, sweepHzPerSec: shifted.value.rate }
          : { frequency, sweepHzPerSec: 0 }
      },
    },
    spreadingAt: (at) => {
      const shifted = doppler(at)
      const km = shifted.ok ? msToSec(shifted.value.lightTime) * SPEED_OF_LIGHT_KM_PER_SEC : REFERENCE_KM
      return (km / REFERENCE_KM) ** 2
    },
    pass: pass.value,
    remarks,
  })
}

/** Where it is now, or when it rises, for people. */
export const whereabouts = ({ source, pass }: Scannable, nowUtcMs: UtcMs): string => {
  const name = capital(source.name)
  const now = pass.aosUtcMs <= nowUtcMs ? source.lookAt(nowUtcMs) : undefined
  return now === undefined
    ? `${name} is not up: it rises at ${formatUtc(pass.aosUtcMs, 0)}, in ${formatDuration(utcBetween({ from: nowUtcMs, to: pass.aosUtcMs }))}, at azimuth ${pass.aosAzimuthDeg.toFixed(0)}°`
    : `${name} is at azimuth ${now.azimuth.toFixed(1)}°, elevation ${now.elevation.toFixed(1)}°, and up until ${formatUtc(pass.losUtcMs, 0)}`
}
