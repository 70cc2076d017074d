import { type Hz, hz } from '../kernel/units.ts'

/**
 * Where to tune so that a carrier keeps off 0 Hz of the baseband, where the receiver's own offset stands, and stays
 * inside the band with all of its Doppler shift: the carrier comes to lie `offset` above the tuned frequency.
 *
 * Where the Doppler span is too wide for both (S-band at 240 kS/s), staying inside the band comes first, and the
 * carrier crosses 0 Hz once in the pass.
 */
export const tuningOffset = (options: {
  readonly sampleRate: Hz
  /** Largest shift to either side, search width included. */
  readonly halfSpan: Hz
}): Hz => {
  const wished = Math.max(OFFSET_MIN_HZ, options.halfSpan + GUARD_HZ)
  const room = USABLE_BAND_SHARE * options.sampleRate - options.halfSpan
  return hz(Math.max(0, Math.min(wished, room)))
}

/** Far from 0 Hz and its flicker noise, yet near the middle of the band, where the filters are flat. */
const OFFSET_MIN_HZ = 30_000
const GUARD_HZ = 2_000
/** As in the estimator: beyond it the anti-alias filter rolls off. */
const USABLE_BAND_SHARE = 0.45
