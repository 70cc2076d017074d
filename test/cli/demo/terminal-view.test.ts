import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { DemoState } from '../../../src/cli/demo/state.ts'
import { COLOURED, layOut, spectrumLine, UNCOLOURED } from '../../../src/cli/demo/terminal-view.ts'
import { fitColumns } from '../../../src/cli/display-width.ts'
import { fault } from '../../../src/kernel/errors.ts'
import { utcMs } from '../../../src/kernel/time.ts'
import { deg, hz } from '../../../src/kernel/units.ts'

const AOS = 1_787_000_000_000
const LOS = AOS + 600_000
const direction = (azimuth: number, elevation: number) => ({
  azimuth: deg(azimuth),
  elevation: deg(elevation),
})

const state = (change: Partial<DemoState> = {}): DemoState => ({
  nowUtc: utcMs(AOS + 150_000),
  speed: 30,
  broker: { name: 'mosquitto', connected: true },
  pass: {
    name: 'ISS (ZARYA)',
    catalogNumber: 25_544,
    transmitter: 'ISS: voice and SSTV (FM)',
    aosUtc: utcMs(AOS),
    tcaUtc: utcMs(AOS + 300_000),
    losUtc: utcMs(LOS),
    maximumElevationDeg: 58,
    track: [direction(280, 5), direction(340, 58), direction(80, 5)],
  },
  antenna: {
    phase: 'tracking',
    user: 'plan',
    isEstimate: false,
    turnCertain: true,
    lockOuts: [],
    fault: undefined,
    commanded: direction(365, 40),
    reported: direction(364, 39.5),
    provenance: 'simulated',
    alive: true,
  },
  target: direction(5.2, 40.1),
  offByDeg: 0.7,
  look: {
    spectrum: new Float64Array(60).fill(-120).with(40, -90),
    snrDb: 38.2,
    frequency: hz(145_803_326.5),
    sigmaHz: 0.04,
    nominal: hz(145_800_000),
  },
  journaled: 150,
  partners: [
    {
      id: 'ally',
      terms: 'agreement: everything, at once',
      verified: 150,
      waiting: 0,
      withheld: 0,
      reason: '',
    },
    { id: 'neighbour', terms: '300 s late', verified: 0, waiting: 15, withheld: 135, reason: 'thinned' },
    { id: 'stranger', terms: 'none', verified: 0, waiting: 0, withheld: 150, reason: 'no agreement' },
  ],
  note: 'connected to the broker',
  ...change,
})

/** Columns by the rules that matter here, written apart from the code: wide letters two, marks none. */
const columns = (line: string): number =>
  Array.from(stripVTControlCharacters(line)).reduce((sum, letter) => {
    const code = letter.codePointAt(0) ?? 0
    if (code >= 0x300 && code < 0x370) return sum
    return sum + ((code >= 0x3040 && code < 0xa000) || code >= 0x1f300 ? 2 : 1)
  }, 0)

const LONG = '衛星ステーション'.repeat(20)
const broken = fault(
  'motion.stalled',
  `The azimuth stands at 305° and has not moved ${'for long '.repeat(30)}`,
)
const { antenna, pass, look } = state()
const STATES: Readonly<Record<string, DemoState>> = {
  'in the middle of a pass': state(),
  'before the pass, nothing known yet': state({
    nowUtc: utcMs(AOS - 75_000),
    look: undefined,
    target: undefined,
    offByDeg: undefined,
    antenna: { ...antenna, reported: undefined, commanded: undefined, phase: 'pre-positioning' },
    pass: { ...pass, track: [] },
  }),
  'with long names everywhere': state({
    pass: { ...pass, name: LONG, transmitter: 'A very long description of a transmitter '.repeat(4) },
    partners: state().partners.map((partner) => ({
      ...partner,
      id: 'a-partner-with-a-long-name-000001',
      verified: 1_234_567,
      reason: LONG,
    })),
    note: 'e\u0301🚀'.repeat(100),
    broker: { name: 'a broker with a long name', connected: false },
  }),
  'with the broker away': state({ broker: { name: 'mosquitto', connected: false } }),
  'with an odd speed and a weak, far shifted carrier': state({
    speed: 123_456.789012,
    look:
      look === undefined
        ? undefined
        : { ...look, frequency: hz(2_400_012_345.678), nominal: hz(145_800_000), sigmaHz: 12_345.678 },
  }),
  'with a fault': state({ antenna: { ...antenna, phase: 'faulted', fault: broken }, note: broken.message }),
  'with control characters in a name': state({ pass: { ...pass, name: 'EVIL\u001b[2J\u0007\nSAT' } }),
  'long after the pass, past the zenith': state({
    nowUtc: utcMs(LOS + 3_000_000),
    speed: Number.POSITIVE_INFINITY,
    antenna: { ...antenna, reported: direction(449.9, 179.9), commanded: direction(449.9, 179.9) },
  }),
}

describe('the page of the demo', () => {
  it.each(Object.entries(STATES))('never exceeds 80 columns and 24 rows %s', (_name, shown) => {
    for (const style of [COLOURED, UNCOLOURED]) {
      const lines = layOut(shown, style)
      expect(lines.length).toBeLessThanOrEqual(24)
      for (const line of lines) {
        expect(columns(line), line).toBeLessThanOrEqual(80)
        expect(stripVTControlCharacters(line)).not.toMatch(/\p{Control}/u)
      }
    }
  })

  it('says the same with colour as without', () => {
    for (const shown of Object.values(STATES)) {
      expect(layOut(shown, COLOURED).map(stripVTControlCharacters)).toEqual(layOut(shown, UNCOLOURED))
    }
    expect(layOut(state(), UNCOLOURED).join('')).not.toContain('\u001b')
  })

  it('shows what matters, marked as simulated', () => {
    const page = layOut(state(), UNCOLOURED).join('\n')
    for (const text of [
      'SIMULATED',
      'ISS (ZARYA) (25544)',
      '25 %',
      'sets in',
      '145.803326 MHz ± 0.04 Hz',
      'Doppler 3.33 kHz',
      'truly off by 0.7°, tracking',
      // In the antenna's own range it stands past north, on the sky a little east of it.
      '4.0° N',
      'ally       150 verified',
      'neighbour    0 verified, 15 due, 135 withheld: thinned',
      'mosquitto connected',
    ])
      expect(page).toContain(text)
  })

  it('says in full where the pass is, before, in and after it', () => {
    for (const nowUtc of [AOS - 3_600_000, AOS, AOS + 1, LOS, LOS + 300_000]) {
      const shown = layOut(state({ nowUtc: utcMs(nowUtc) }), UNCOLOURED)
      expect(shown[2]).toMatch(/% {2}(rises in|sets in|has set;) [^…]+$/)
    }
  })

  it('tells the fault and that records are kept without a broker', () => {
    expect(layOut(STATES['with a fault'] ?? state(), UNCOLOURED).at(-1)).toMatch(
      /^The azimuth stands at 305°/,
    )
    expect(layOut(STATES['with the broker away'] ?? state(), UNCOLOURED).join('\n')).toMatch(
      /mosquitto away; records are kept$/m,
    )
  })
})

describe('the spectrum line', () => {
  it('shows a carrier where it is, and noise low', () => {
    const line = spectrumLine(new Float64Array(60).fill(-120).with(30, -80), 20)
    expect(Array.from(line)).toHaveLength(20)
    expect(Array.from(line).indexOf('█')).toBe(10)
    expect(line.replace('█', '')).toMatch(/^▁+$/)
  })

  it('survives a spectrum without numbers', () => {
    expect(Array.from(spectrumLine(new Float64Array(60).fill(Number.NaN), 44))).toHaveLength(44)
    expect(Array.from(spectrumLine(new Float64Array(0), 44))).toHaveLength(44)
  })
})

describe('fitting a line', () => {
  it('counts what is seen, not what is sent', () => {
    expect(fitColumns('\u001b[1mabc\u001b[0m', 3)).toBe('\u001b[1mabc\u001b[0m')
    expect(fitColumns('\u001b[1mabcd\u001b[0m', 3)).toBe('\u001b[1mab…\u001b[0m')
    expect(fitColumns('衛星衛', 5)).toBe('衛星…')
    expect(fitColumns('e\u0301e\u0301', 2)).toBe('e\u0301e\u0301')
  })
})
