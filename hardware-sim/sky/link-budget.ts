import { type Db, type Deg, db } from '../../src/kernel/units.ts'

export interface LinkBudget {
  /** Carrier to noise density at 1000 km on boresight, dBHz. */
  readonly referenceDbHz: Db
  /** Full width of the main lobe at half power. */
  readonly beamWidth: Deg
  /** What the side lobes let through, below boresight; negative. */
  readonly sideLobes: Db
}

const REFERENCE_RANGE_KM = 1000

/** Gain relative to boresight of a Gaussian main lobe on a floor of side lobes, dB. */
export const beamGain = (budget: LinkBudget, offBoresight: Deg): Db =>
  db(Math.max(-12 * (offBoresight / budget.beamWidth) ** 2, budget.sideLobes))

/** Carrier to noise density for a range and an angle off boresight, dBHz: free-space spreading and beam. */
export const carrierToNoiseDensity = (
  budget: LinkBudget,
  geometry: { readonly rangeKm: number; readonly offBoresight: Deg },
): Db =>
  db(
    budget.referenceDbHz -
      20 * Math.log10(geometry.rangeKm / REFERENCE_RANGE_KM) +
      beamGain(budget, geometry.offBoresight),
  )
