import { type AzEl, greatCircleSeparation } from '../../src/kernel/angle.ts'
import { type Fault, fault } from '../../src/kernel/errors.ts'
import type { Random } from '../../src/kernel/random.ts'
import { err, ok, type Result } from '../../src/kernel/result.ts'
import type { UtcMs } from '../../src/kernel/time.ts'
import { type Db, db, type Hz, hz, km, type Sec, sec } from '../../src/kernel/units.ts'
import type { ElementSet } from '../../src/orbit/element-set.ts'
import type { Site } from '../../src/orbit/site.ts'
import { carrierToNoiseDensity, type LinkBudget } from './link-budget.ts'
import { createReceptionTrack, lightTimeRateAt, type ReceptionTrack } from './reception-track.ts'
import { createTrueOrbit, directionOf, type Reception, type TrueOrbit } from './true-orbit.ts'

/** An unmodulated carrier on a satellite. */
export interface Transmitter {
  readonly catalogNumber: number
  /** As published; the true one is off by a seeded amount. */
  readonly frequency: Hz
  readonly name: string
}

export interface SkySpread {
  /** 1σ of how far a satellite is ahead of its elements, km. */
  readonly alongTrackKm: number
  /** 1σ of how far it is beside its track, km. */
  readonly crossTrackKm: number
  /** 1σ of a transmitter's offset from its published frequency, Hz. */
  readonly transmitterOffsetHz: number
}

/** A carrier as it arrives at the antenna at one instant. */
export interface ArrivingCarrier {
  readonly transmitter: Transmitter
  /** Stable while the simulation lasts; the sample generator keeps its phase by it. */
  readonly index: number
  readonly arrivingHz: number
  readonly carrierToNoiseDensityDbHz: Db
}

export interface RadioSky {
  /** Carriers above the horizon that arrive within half a bandwidth of a frequency. Offsets from the start. */
  readonly carriersAt: (
    offset: Sec,
    receiver: { readonly boresight: AzEl; readonly centerHz: number; readonly bandwidthHz: number },
  ) => readonly ArrivingCarrier[]
  /** The true reception of a satellite, and how fast its light time changes, by the direct way. */
  readonly receptionOf: (
    catalogNumber: number,
    offset: Sec,
  ) => { readonly reception: Reception; readonly lightTimeRate: number } | undefined
  /** What the satellite really transmits where it is published to transmit `nominal`. */
  readonly trueTransmitFrequency: (catalogNumber: number, nominal: Hz) => Hz | undefined
}

interface Body {
  readonly orbit: TrueOrbit
  readonly track: ReceptionTrack
}

interface Source {
  readonly transmitter: Transmitter
  readonly index: number
  readonly trueHz: number
  readonly body: Body
}

// The Doppler of anything that circles the Earth stays below 8 km/s over c.
const DOPPLER_FRACTION_MAX = 2.7e-5

/** Each satellite's and transmitter's offsets depend on the seed and its own number, not on who else is there. */
export const createRadioSky = (options: {
  readonly start: UtcMs
  readonly site: Site
  readonly elementSets: readonly ElementSet[]
  readonly transmitters: readonly Transmitter[]
  readonly budget: LinkBudget
  readonly spread: SkySpread
  readonly random: Random
}): Result<RadioSky, Fault> => {
  const { start, site, budget, spread } = options
  const bodies = new Map<number, Body>()
  for (const elements of options.elementSets) {
    const random = options.random.fork(`orbit ${elements.catalogNumber}`)
    const orbit = createTrueOrbit({
      elements,
      site,
      reference: start,
      alongTrack: km(random.normal() * spread.alongTrackKm),
      crossTrack: km(random.normal() * spread.crossTrackKm),
    })
    bodies.set(elements.catalogNumber, { orbit, track: createReceptionTrack(orbit) })
  }
  const sources: Source[] = []
  for (const [index, transmitter] of options.transmitters.entries()) {
    const body = bodies.get(transmitter.catalogNumber)
    if (body === undefined) {
      const message = `The transmitter "${transmitter.name}" is on satellite ${transmitter.catalogNumber}, of which there are no elements`
      return err(fault('catalog.unknown-satellite', message))
    }
    const random = options.random.fork(`transmitter ${transmitter.catalogNumber} ${transmitter.frequency}`)
    const trueHz = transmitter.frequency + random.normal() * spread.transmitterOffsetHz
    sources.push({ transmitter, index, trueHz, body })
  }

  return ok({
    carriersAt: (offset, receiver) => {
      const carriers: ArrivingCarrier[] = []
      for (const { transmitter, index, trueHz, body } of sources) {
        const farthest = receiver.bandwidthHz / 2 + trueHz * DOPPLER_FRACTION_MAX
        if (Math.abs(trueHz - receiver.centerHz) > farthest) continue
        const point = body.track.pointAt(offset)
        if (point === undefined || point.up <= 0) continue
        const arrivingHz = trueHz * point.dopplerFactor
        if (Math.abs(arrivingHz - receiver.centerHz) > receiver.bandwidthHz / 2) continue
        const offBoresight = greatCircleSeparation(directionOf(point), receiver.boresight)
        const density = carrierToNoiseDensity(budget, { rangeKm: point.rangeKm, offBoresight })
        carriers.push({ transmitter, index, arrivingHz, carrierToNoiseDensityDbHz: db(density) })
      }
      return carriers
    },
    receptionOf: (catalogNumber, offset) => {
      const orbit = bodies.get(catalogNumber)?.orbit
      const reception = orbit?.receivedAt(offset)
      const lightTimeRate = orbit === undefined ? undefined : lightTimeRateAt(orbit, sec(offset))
      return reception === undefined || lightTimeRate === undefined ? undefined : { reception, lightTimeRate }
    },
    trueTransmitFrequency: (catalogNumber, nominal) => {
      const source = sources.find(
        ({ transmitter }) => transmitter.catalogNumber === catalogNumber && transmitter.frequency === nominal,
      )
      return source === undefined ? undefined : hz(source.trueHz)
    },
  })
}
