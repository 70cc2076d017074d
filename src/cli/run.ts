import type { Command } from 'commander'
import type { Daemon } from '../station/daemon.ts'
import { endWith, goOnUnread, printConfigurationFailure, printFault, untilStopped } from './output.ts'
import { programVersion } from './version.ts'

export const registerRunCommand = (program: Command): void => {
  program
    .command('run')
    .requiredOption('-c, --config <file>', 'the configuration')
    .description('the daemon: follow the planned passes, measure, record, share')
    .action(async ({ config }: { readonly config: string }) => {
      // From here on: a signal that comes while files are read must not be lost.
      const stopAsked = untilStopped()
      await run(config, stopAsked)
    })
}

// The line for `systemctl status` is made anew this often.
const STATUS_PERIOD_MS = 10_000

const run = async (path: string, stopAsked: Promise<NodeJS.Signals>): Promise<void> => {
  const { loadConfiguration } = await import('../station/configuration/load.ts')
  const loaded = loadConfiguration(path)
  if (!loaded.ok) return printConfigurationFailure(path, loaded.error)

  const { every } = await import('../kernel/clock.ts')
  const { createRealClock } = await import('../kernel/real-clock.ts')
  const { ms } = await import('../kernel/units.ts')
  const { prepareDaemon } = await import('../station/daemon.ts')
  const { createCalmLog } = await import('../station/calm-log.ts')
  const { createServiceNotifier } = await import('../station/service-notify.ts')
  const { createStderrLog } = await import('./text-log.ts')
  const { installLastResort } = await import('./last-resort.ts')

  const clock = createRealClock()
  const log = createCalmLog(clock, createStderrLog(clock))
  const service = createServiceNotifier({ clock, log, environment: process.env })
  let daemon: Daemon | undefined
  installLastResort({ clock, log, stopAntenna: async () => daemon?.station.antenna.stop() })
  // Whoever read the log has gone; the station has not.
  goOnUnread()

  log.info(`Azel ${programVersion()} starts with ${path}`)
  const preparing = prepareDaemon({
    configuration: loaded.value,
    clock,
    log,
    software: `azel ${programVersion()}`,
  })
  const prepared = await Promise.race([preparing, stopAsked.then(() => undefined)])
  // Asked to stop before any device was touched.
  if (prepared === undefined) return endWith(0)
  if (!prepared.ok) return printFault(prepared.error)
  daemon = prepared.value

  const running = daemon
  const started = await Promise.race([running.start(), stopAsked.then(() => undefined)])
  if (started?.ok === true) {
    service.status(running.statusLine())
    service.ready()
    service.watch(running.healthy)
    const telling = every(clock, ms(STATUS_PERIOD_MS), () => service.status(running.statusLine()))
    const signal = await stopAsked
    telling.stop()
    log.info(`${signal}: the antenna is stopped, then everything is put away`)
  }
  service.stopping()
  const stopped = await running.stop()
  if (started?.ok === false) printFault(started.error)
  if (stopped.ok) log.info('stopped: the antenna stands, what was measured is on the disk')
  else printFault(stopped.error)
  // A part that did not come to rest within its bound must not keep the process.
  endWith(stopped.ok && started?.ok !== false ? 0 : 1)
}
