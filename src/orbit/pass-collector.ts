import { utcMs } from '../kernel/time.ts'
import type { Deg } from '../kernel/units.ts'
import type { CatalogNumber, MovingObject } from './motion.ts'
import type { Culmination, Pass } from './pass.ts'
import type { SkySample } from './sky-sample.ts'

/** How a pass is cut off, where it is: by the window, or for a reason. */
interface Cut {
  readonly open?: true
  readonly reason?: string
}

/** Puts passes together from what happens in the order of time. */
export class PassCollector<Key extends CatalogNumber> {
  readonly passes: Pass<Key>[] = []
  readonly #object: MovingObject<Key>
  readonly #shownElevation: (geometric: Deg) => Deg
  #rise: { readonly sample: SkySample; readonly cut: Cut } | undefined
  #culminations: Culmination[] = []

  /** Elevations are given as `shownElevation` makes them of geometric ones; it must rise with them. */
  constructor(object: MovingObject<Key>, shownElevation: (geometric: Deg) => Deg) {
    this.#object = object
    this.#shownElevation = shownElevation
  }

  get isOpen(): boolean {
    return this.#rise !== undefined
  }

  rises(sample: SkySample, cut: Cut = {}): void {
    this.#rise = { sample, cut }
    this.#culminations = []
  }

  culminates(sample: SkySample): void {
    if (this.#rise !== undefined) this.#culminations.push(this.#shown(sample))
  }

  sets(sample: SkySample, cut: Cut = {}): void {
    const rise = this.#rise
    this.#rise = undefined
    if (rise === undefined || sample.atMs <= rise.sample.atMs) return
    const ends = [this.#shown(rise.sample), this.#shown(sample)]
    let highest: Culmination | undefined
    for (const candidate of [...this.#culminations, ...ends]) {
      if (highest === undefined || candidate.elevation > highest.elevation) highest = candidate
    }
    if (highest === undefined) return
    this.passes.push({
      catalogNumber: this.#object.catalogNumber,
      name: this.#object.name,
      aosUtcMs: utcMs(rise.sample.atMs),
      aosAzimuth: rise.sample.look.azimuth,
      losUtcMs: utcMs(sample.atMs),
      losAzimuth: sample.look.azimuth,
      tcaUtcMs: highest.utcMs,
      tcaAzimuth: highest.azimuth,
      maximumElevation: highest.elevation,
      culminations: this.#culminations,
      openStart: rise.cut.open === true,
      openEnd: cut.open === true,
      ...(rise.cut.reason === undefined ? {} : { openStartReason: rise.cut.reason }),
      ...(cut.reason === undefined ? {} : { openEndReason: cut.reason }),
    })
  }

  #shown({ atMs, look }: SkySample): Culmination {
    return { utcMs: utcMs(atMs), azimuth: look.azimuth, elevation: this.#shownElevation(look.elevation) }
  }
}
