import type { UtcMs } from '../../kernel/time.ts'
import type { Look } from '../../receiver/receiver.ts'
import type { PowerLook, ScanSource } from './sky-scan.ts'

/** Keeps what the receiver heard of late, as powers. */
export interface PowerLooks {
  readonly take: (look: Look) => void
  readonly since: (since: UtcMs) => readonly PowerLook[]
}

// Some minutes of five looks a second; a place of a scan takes seconds.
const LOOKS_MAX = 2_000

const linear = (decibels: number): number => 10 ** (decibels / 10)

/**
 * `noise`: the density of the noise beside all carriers; `carrier`: the carrier over the noise, set right for its
 * distance by `spreadingAt`, where it moves.
 */
export const createPowerLooks = (options: {
  readonly heardAs: ScanSource['heardAs']
  /** What a carrier's power is multiplied with for an instant. */
  readonly spreadingAt?: (at: UtcMs) => number
}): PowerLooks => {
  const looks: PowerLook[] = []
  return {
    take: ({ midUtcMs, carrier }) => {
      const spreading = options.spreadingAt?.(midUtcMs) ?? 1
      const power =
        options.heardAs === 'noise'
          ? linear(carrier.noiseFloorDbfsPerHz)
          : carrier.detected
            ? linear(carrier.carrierToNoiseDensityDbHz) * spreading
            : undefined
      looks.push({ midUtcMs, power })
      if (looks.length > LOOKS_MAX) looks.shift()
    },
    since: (since) => looks.filter(({ midUtcMs }) => midUtcMs >= since),
  }
}
