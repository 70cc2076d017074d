import { createRealClock } from '../../kernel/real-clock.ts'
import { configurationOf } from '../control/options.ts'
import { goOnUnread, printFault } from '../output.ts'
import { concludeAndTell } from './conclude.ts'
import type { CalibrateOptions } from './options.ts'

/** `azel calibrate fit`: from the scans that are kept. */
export const runFit = async (options: CalibrateOptions): Promise<void> => {
  const configuration = await configurationOf(options)
  if (configuration === undefined) return
  goOnUnread()
  const concluded = await concludeAndTell(configuration, {
    nowUtcMs: createRealClock().utcNow(),
    since: options.since,
    apply: options.apply === true,
  })
  if (!concluded.ok) printFault(concluded.error)
}
