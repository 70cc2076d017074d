import { utcMs } from '../kernel/time.ts'
import type { CatalogNumber, MovingObject } from './motion.ts'
import type { Culmination, Pass } from './pass.ts'
import type { SkySample } from './sky-sample.ts'

/** Puts passes together from what happens in the order of time. */
export class PassCollector<Key extends CatalogNumber> {
  readonly passes: Pass<Key>[] = []
  readonly #object: MovingObject<Key>
  #rise: { readonly sample: SkySample; readonly open: boolean } | undefined
  #culminations: Culmination[] = []

  constructor(object: MovingObject<Key>) {
    this.#object = object
  }

  get isOpen(): boolean {
    return this.#rise !== undefined
  }

  rises(sample: SkySample, open: boolean): void {
    this.#rise = { sample, open }
    this.#culminations = []
  }

  culminates({ atMs, look }: SkySample): void {
    if (this.#rise === undefined) return
    this.#culminations.push({ utcMs: utcMs(atMs), azimuth: look.azimuth, elevation: look.elevation })
  }

  sets(sample: SkySample, open: boolean): void {
    const rise = this.#rise
    this.#rise = undefined
    if (rise === undefined || sample.atMs <= rise.sample.atMs) return
    const ends = [rise.sample, sample].map(({ atMs, look }) => ({
      utcMs: utcMs(atMs),
      azimuth: look.azimuth,
      elevation: look.elevation,
    }))
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
      openStart: rise.open,
      openEnd: open,
    })
  }
}
