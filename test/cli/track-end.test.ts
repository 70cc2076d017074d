import { describe, expect, it } from 'vitest'
import { type AskedTrack, judgeTrack } from '../../src/cli/control/track-end.ts'
import { fault } from '../../src/kernel/errors.ts'
import { utcMs } from '../../src/kernel/time.ts'
import type { AntennaReport } from '../../src/station/status-text.ts'

const NOW = utcMs(1_787_443_200_000)
const SINCE = NOW - 60_000
const LOS = NOW + 300_000

const look = (phase: string, more: Partial<AntennaReport> = {}): AntennaReport => ({
  phase,
  fault: undefined,
  azimuthDeg: 10,
  elevationDeg: 20,
  commandedAzimuthDeg: 10,
  commandedElevationDeg: 20,
  ownAzimuthDeg: 10,
  turnCertain: true,
  isEstimate: false,
  lockOuts: [],
  holder: undefined,
  ...more,
})
const mine = { user: 'operator', what: 'track ISS (ZARYA)', sinceUtcMs: SINCE } as const

const asked = (more: Partial<AskedTrack> = {}): AskedTrack => ({
  name: 'ISS (ZARYA)',
  losUtcMs: LOS,
  untilUtcMs: undefined,
  sinceUtcMs: SINCE,
  ...more,
})
const DIRECTION = asked({ name: 'azimuth 10°, elevation 20°', losUtcMs: undefined })
const LOST = fault('serial.failed', 'The line was lost')

const verdictOf = (report: AntennaReport, what = asked(), now = NOW): string => {
  const verdict = judgeTrack(report, what, now)
  if (verdict.kind === 'failed') return `${verdict.fault.code}: ${verdict.fault.message}`
  return verdict.kind === 'done' ? verdict.why : verdict.kind
}

describe('azel track', () => {
  it('goes on while the antenna does what was asked for', () => {
    for (const phase of ['pre-positioning', 'tracking', 'pointing'])
      expect(verdictOf(look(phase, { holder: mine }))).toBe('goes-on')
  })

  it('is done when it has set, and when the time that was given is over', () => {
    expect(verdictOf(look('idle'), asked(), utcMs(LOS))).toBe('ISS (ZARYA) has set.')
    const until = asked({ untilUtcMs: utcMs(LOS) })
    expect(verdictOf(look('stopping'), until, utcMs(LOS - 500))).toBe('The time is over.')
    expect(verdictOf(look('tracking', { holder: mine }), until, utcMs(LOS))).toBe('The time is over.')
  })

  it('has failed when somebody else stopped the antenna, took it or sent it to rest', () => {
    for (const phase of ['idle', 'stopping', 'held'])
      expect(verdictOf(look(phase))).toBe('motion.held: The antenna was stopped by somebody else')
    expect(verdictOf(look('parking'))).toMatch(/^motion\.occupied: .* to its resting place by somebody else$/)
    const program = { user: 'program', what: '127.0.0.1:4533', sinceUtcMs: NOW } as const
    expect(verdictOf(look('pointing', { holder: program }))).toBe(
      'motion.occupied: The antenna was taken by a program (127.0.0.1:4533)',
    )
    const another = { user: 'operator', what: 'track NOAA 19', sinceUtcMs: NOW } as const
    expect(verdictOf(look('tracking', { holder: another }))).toBe(
      'motion.occupied: The antenna was taken by another operator (track NOAA 19)',
    )
  })

  it('waits through a lost line for a pass, which is resumed, until it has set; not for a direction', () => {
    const lost = look('unreachable', { fault: LOST })
    expect(verdictOf(lost)).toBe('goes-on')
    expect(verdictOf(lost, asked(), utcMs(LOS))).toBe('serial.failed: The line was lost')
    expect(verdictOf(lost, DIRECTION)).toBe('serial.failed: The line was lost')
  })
})
