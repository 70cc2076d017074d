import { execFile } from 'node:child_process'
import { type Clock, every, type Repeating } from '../kernel/clock.ts'
import { messageOf } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { ms } from '../kernel/units.ts'

/** What the service manager is told (sd_notify(3)); nothing is done where there is none. */
export interface ServiceNotifier {
  /** Started: whoever waits for the service may go on. */
  readonly ready: () => void
  /** One line for `systemctl status`; only what changed is sent. */
  readonly status: (line: string) => void
  /** From now on the watchdog is petted at half its period, each time only if the answer is yes. */
  readonly watch: (healthy: () => Promise<boolean>) => void
  readonly stopping: () => void
}

// Of the program that carries a message; the manager is on this machine.
const MESSAGE_TIMEOUT_MS = 5_000
const STATUS_CHARACTERS_MAX = 200

/** systemd gives microseconds; half of it leaves room for one late message. */
const watchdogPeriod = (text: string | undefined): number | undefined => {
  const microseconds = Number(text)
  return text !== undefined && Number.isFinite(microseconds) && microseconds > 0
    ? microseconds / 2_000
    : undefined
}

/**
 * Node cannot write to the manager's socket (unix datagram), so `systemd-notify` carries the messages; the unit says
 * `NotifyAccess=all`. One at a time: what comes meanwhile is joined, so that at most one message waits.
 */
export const createServiceNotifier = (options: {
  readonly clock: Clock
  readonly log: Log
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Replaced in tests. */
  readonly program?: string
}): ServiceNotifier => {
  const { clock, log, environment } = options
  if (environment['NOTIFY_SOCKET'] === undefined || environment['NOTIFY_SOCKET'] === '') {
    return { ready: () => {}, status: () => {}, watch: () => {}, stopping: () => {} }
  }
  const waiting = new Map<string, string>()
  let sending = false
  let complained = false
  let petting: Repeating | undefined
  let lastStatus = ''

  const send = (): void => {
    if (sending || waiting.size === 0) return
    sending = true
    const assignments = [...waiting].map(([name, value]) => `${name}=${value}`)
    waiting.clear()
    const message = { timeout: MESSAGE_TIMEOUT_MS, killSignal: 'SIGKILL' } as const
    execFile(options.program ?? 'systemd-notify', assignments, message, (thrown) => {
      if (thrown !== null && !complained) {
        complained = true
        log.warn(`the service manager cannot be told how Azel is: ${messageOf(thrown)}`)
      }
      sending = false
      send()
    })
  }
  const tell = (name: string, value: string): void => {
    waiting.set(name, value)
    send()
  }

  return {
    ready: () => tell('READY', '1'),
    status: (line) => {
      const short = line.replace(/\s+/g, ' ').slice(0, STATUS_CHARACTERS_MAX)
      if (short === lastStatus) return
      lastStatus = short
      tell('STATUS', short)
    },
    watch: (healthy) => {
      const periodMs = watchdogPeriod(environment['WATCHDOG_USEC'])
      if (periodMs === undefined) return
      let asking = false
      petting?.stop()
      petting = every(clock, ms(periodMs), () => {
        if (asking) return
        asking = true
        void healthy()
          .catch(() => false)
          .then((well) => {
            asking = false
            if (well) tell('WATCHDOG', '1')
          })
      })
    },
    stopping: () => {
      petting?.stop()
      waiting.set('STOPPING', '1')
      // A last time: the stop is bounded by itself, and must not be cut short with the antenna moving.
      tell('WATCHDOG', '1')
    },
  }
}
