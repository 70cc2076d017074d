import { createRealClock } from '../../kernel/real-clock.ts'
import { createCalmLog } from '../../station/calm-log.ts'
import { endWith, printFault, printLine, untilStoppedOrUnread } from '../output.ts'
import { createTroubleLog } from '../text-log.ts'
import { openDesk, watchDesk } from './desk.ts'
import { type ControlOptions, configurationOf } from './options.ts'

/** `azel park`: at the daemon it is asked for; alone it is waited for, and Ctrl-C stops the antenna. */
export const runPark = async (options: ControlOptions): Promise<void> => {
  const configuration = await configurationOf(options)
  if (configuration === undefined) return
  const stopAsked = new AbortController()
  void untilStoppedOrUnread().then(() => stopAsked.abort())
  const clock = createRealClock()
  const desk = await openDesk(configuration, {
    clock,
    log: createCalmLog(clock, createTroubleLog(clock)),
    command: 'azel park',
    stopAsked: stopAsked.signal,
  })
  if (!desk.ok) {
    printFault(desk.error)
    return endWith(1)
  }
  const { where, ask, close } = desk.value
  let outcome = await ask({ command: 'park' })
  let parked = false
  if (outcome.ok && where === 'alone') {
    const watched = await watchDesk(desk.value, {
      clock,
      until: stopAsked.signal,
      onLook: ({ phase }) => {
        parked = phase === 'idle'
        return parked
      },
    })
    if (!watched.ok) outcome = watched
  }
  const closed = await close()
  for (const result of [outcome, closed]) if (!result.ok) printFault(result.error)
  if (!outcome.ok || !closed.ok) return endWith(1)
  const text =
    where === 'daemon'
      ? 'The antenna goes to its resting place.'
      : parked
        ? 'The antenna rests.'
        : 'The antenna stands.'
  printLine(options.json === true ? JSON.stringify({ ok: true, where, parked }) : text)
  endWith(0)
}
