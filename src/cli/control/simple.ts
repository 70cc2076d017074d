import { fault } from '../../kernel/errors.ts'
import { createRealClock } from '../../kernel/real-clock.ts'
import { deg } from '../../kernel/units.ts'
import type { LockOutKind } from '../../pointing/lock-out.ts'
import type { Configuration } from '../../station/configuration/schema.ts'
import type { ControlRequest } from '../../station/control-request.ts'
import { endWith, printFault, printLine } from '../output.ts'
import { createTroubleLog } from '../text-log.ts'
import { askDaemon } from './ask.ts'
import { type ControlOptions, configurationOf } from './options.ts'

type Remembered =
  | { readonly command: 'lock' | 'unlock'; readonly kind: LockOutKind }
  | { readonly command: 'clear-fault' }

/** What is only remembered: at the daemon, or for its next start. */
export const runSimple = async (request: Remembered, options: ControlOptions): Promise<void> => {
  const configuration = await configurationOf(options)
  if (configuration === undefined) return
  const told = await tellDaemon(configuration, request, options)
  if (told) return
  const { mayLeaveFiles } = await import('./alone.ts')
  const may = mayLeaveFiles(configuration)
  if (!may.ok) return printFault(may.error)
  const { openAntennaFiles } = await import('../../station/antenna-files.ts')
  const log = createTroubleLog(createRealClock())
  const { latch, memory } = openAntennaFiles(configuration, log)
  if (request.command === 'clear-fault') latch.clear()
  else {
    const others = memory.lockOuts().filter((kind) => kind !== request.kind)
    memory.setLockOuts(request.command === 'lock' ? [...others, request.kind] : others)
    await memory.flush()
    const { memory: kept } = openAntennaFiles(configuration, log)
    if (kept.lockOuts().includes(request.kind) !== (request.command === 'lock')) {
      return printFault(
        fault('store.write', `The lock-out could not be written to ${configuration.station.dataFolder}`),
      )
    }
  }
  printLine(
    options.json === true
      ? JSON.stringify({ ok: true, where: 'alone' })
      : 'No daemon runs; it holds from the next start, of the daemon or of a command that moves the antenna.',
  )
}

/** `azel confirm-turn`: at the daemon, or alone with the azimuth that the controller shows. */
export const runConfirmTurn = async (
  azimuthDeg: number | undefined,
  options: ControlOptions,
): Promise<void> => {
  const configuration = await configurationOf(options)
  if (configuration === undefined) return
  const turn = azimuthDeg === undefined ? undefined : deg(azimuthDeg)
  const request = { command: 'confirm-turn', ...(turn === undefined ? {} : { azimuthDeg: turn }) } as const
  if (await tellDaemon(configuration, request, options)) return
  const clock = createRealClock()
  const { buildAloneAntenna, mayLeaveFiles } = await import('./alone.ts')
  const may = mayLeaveFiles(configuration)
  if (!may.ok) return printFault(may.error)
  const antenna = buildAloneAntenna(configuration, { clock, log: createTroubleLog(clock), purpose: 'move' })
  if (!antenna.ok) return printFault(antenna.error)
  const connected = await antenna.value.connect()
  // Where it is unknown, that is what is told here.
  const mayConfirm = connected.ok || connected.error.code === 'rotator.place-unknown'
  const confirmed = mayConfirm ? antenna.value.confirmTurn(turn) : connected
  const closed = await antenna.value.close()
  for (const result of [confirmed, closed]) if (!result.ok) printFault(result.error)
  if (confirmed.ok && closed.ok) printLine('The turn of the cable is confirmed.')
  endWith(confirmed.ok && closed.ok ? 0 : 1)
}

/** Whether there was a daemon to tell; what it said is printed. */
const tellDaemon = async (
  configuration: Configuration,
  request: ControlRequest,
  { json }: ControlOptions,
): Promise<boolean> => {
  const asked = await askDaemon(configuration.station.dataFolder, request)
  if (asked.ok && asked.value === 'nobody') return false
  if (!asked.ok || asked.value === 'nobody') {
    if (!asked.ok) printFault(asked.error)
    return true
  }
  const answer = asked.value
  if (json === true) printLine(JSON.stringify(answer))
  if (!answer.ok) printFault(answer.failure)
  else if (json !== true) {
    const { statusLines } = await import('../../station/status-text.ts')
    for (const line of statusLines(answer.report)) printLine(line)
  }
  return true
}
