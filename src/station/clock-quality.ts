import { execFile } from 'node:child_process'
import { parseChronyTracking } from '../formats/chrony.ts'
import { type Clock, every } from '../kernel/clock.ts'
import { ms } from '../kernel/units.ts'
import type { ClockQuality } from '../observation/make-observation.ts'

// chronyd itself updates every minute or so.
const PERIOD = ms(30_000)
const COMMAND_TIMEOUT_MS = 5_000

/** How good the machine's clock is, asked again and again of whoever keeps it. */
export interface ClockWatch {
  readonly quality: () => ClockQuality
  readonly stop: () => void
}

const UNKNOWN: ClockQuality = { source: 'unknown', synchronised: false, errorBound: undefined }

const ask = (program: string, parameters: readonly string[]): Promise<string | undefined> =>
  new Promise((resolve) => {
    execFile(program, [...parameters], { timeout: COMMAND_TIMEOUT_MS, maxBuffer: 65_536 }, (thrown, output) =>
      resolve(thrown === null ? output : undefined),
    )
  })

const askMachine = async (): Promise<ClockQuality> => {
  const tracking = await ask('chronyc', ['-c', 'tracking'])
  if (tracking !== undefined) {
    const parsed = parseChronyTracking(tracking)
    if (parsed.ok) return parsed.value
  }
  // systemd-timesyncd says whether, but not how well.
  const shown = await ask('timedatectl', ['show', '--property=NTPSynchronized', '--value'])
  return shown === undefined
    ? UNKNOWN
    : { source: 'systemd', synchronised: shown.trim() === 'yes', errorBound: undefined }
}

/** Watches the real clock. Until the first answer nothing good is claimed of it. */
export const watchClock = async (clock: Clock): Promise<ClockWatch> => {
  let quality = await askMachine()
  const repeating = every(clock, PERIOD, () => {
    void askMachine().then((answer) => {
      quality = answer
    })
  })
  return { quality: () => quality, stop: repeating.stop }
}
