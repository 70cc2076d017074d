import type { Clock } from '../kernel/clock.ts'
import { fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { ServedAntenna } from '../rotator/rotctld-server/served-antenna.ts'
import { type RotctldServer, startRotctldServer } from '../rotator/rotctld-server/server.ts'
import { readListenPlace } from './configuration/rotctld.ts'
import type { Configuration } from './configuration/schema.ts'

/** The rotctld server of a configuration, if it has one. Why there is none although it should be is told in the log. */
export const serveRotctld = async (
  configuration: Pick<Configuration, 'rotctld' | 'station'>,
  { clock, log, antenna }: { readonly clock: Clock; readonly log: Log; readonly antenna: ServedAntenna },
): Promise<RotctldServer | undefined> => {
  const { rotctld, station } = configuration
  if (rotctld === undefined) return undefined
  const listen = readListenPlace(rotctld.listen)
  const title = `Azel station ${station.id}`
  const started =
    listen === undefined
      ? { ok: false as const, error: fault('rotctld.listen', `${rotctld.listen} is no address`) }
      : await startRotctldServer({ clock, log, antenna, title, listen, allow: rotctld.allow })
  if (started.ok) return started.value
  log.fault(started.error)
  return undefined
}
