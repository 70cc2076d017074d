import type { Clock } from '../kernel/clock.ts'
import { describeFault, severityOf } from '../kernel/errors.ts'
import type { Log, LogFields } from '../kernel/log.ts'
import { formatUtc } from '../kernel/time.ts'

type Level = 'info' | 'notice' | 'warning' | 'error' | 'critical'

// syslog's numbers, as the journal reads them from a line's beginning (sd-daemon(3)).
const SYSLOG: Readonly<Record<Level, number>> = { critical: 2, error: 3, warning: 4, notice: 5, info: 6 }

const fieldText = (fields: LogFields | undefined): string =>
  Object.entries(fields ?? {})
    .filter(([, value]) => value !== undefined)
    .map(
      ([name, value]) =>
        ` ${name}=${typeof value === 'string' && /\s/.test(value) ? JSON.stringify(value) : value}`,
    )
    .join('')

/**
 * Lines on standard error: one event, one sentence. Under systemd the journal adds time and level by itself; elsewhere
 * they stand in front.
 */
export const createTextLog = (options: {
  readonly clock: Clock
  readonly underSystemd: boolean
  readonly write: (line: string) => void
}): Log => {
  const line = (level: Level, message: string, fields: LogFields | undefined): void => {
    const head = options.underSystemd
      ? `<${SYSLOG[level]}>`
      : `${formatUtc(options.clock.utcNow(), 0)} ${level.padEnd(8)} `
    options.write(`${head}${message.replace(/\s*\n\s*/g, ' ')}${fieldText(fields)}\n`)
  }
  return {
    info: (message, fields) => line('info', message, fields),
    warn: (message, fields) => line('warning', message, fields),
    fault: (failure, fields) => line(severityOf(failure), describeFault(failure), fields),
  }
}

export const createStderrLog = (clock: Clock): Log =>
  createTextLog({
    clock,
    underSystemd: process.env['JOURNAL_STREAM'] !== undefined,
    write: (text) => process.stderr.write(text),
  })

/** For commands that say themselves what they do: what is wrong, and nothing else. */
export const createTroubleLog = (clock: Clock): Log => ({ ...createStderrLog(clock), info: () => {} })
