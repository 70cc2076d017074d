import { fault } from '../../kernel/errors.ts'
import { createRealClock } from '../../kernel/real-clock.ts'
import type { Configuration } from '../../station/configuration/schema.ts'
import { controlSocketPath } from '../../station/control-socket.ts'
import { printFault, printLine } from '../output.ts'
import { createStderrLog } from '../text-log.ts'
import { askDaemon } from './ask.ts'
import { type ControlOptions, configurationOf } from './options.ts'

/** `azel status`: ends with 1 where no station runs, or its antenna is faulted. */
export const runStatus = async (options: ControlOptions): Promise<void> => {
  const configuration = await configurationOf(options)
  if (configuration === undefined) return
  const { dataFolder } = configuration.station
  const asked = await askDaemon(dataFolder, { command: 'status' })
  if (!asked.ok) return printFault(asked.error)
  if (asked.value === 'nobody') {
    // The rotator is not asked: whoever opens its line sends STOP first, and somebody else may be using it.
    printFault(fault('control.absent', `No station answers at ${controlSocketPath(dataFolder)}`))
    if (options.json !== true) for (const line of await rememberedLines(configuration)) printLine(line)
    return
  }
  const answer = asked.value
  if (options.json === true) printLine(JSON.stringify(answer))
  if (!answer.ok) return printFault(answer.failure)
  if (options.json !== true) {
    const { statusLines } = await import('../../station/status-text.ts')
    for (const line of statusLines(answer.report)) printLine(line)
  }
  if (answer.report.fault !== undefined) process.exitCode = 1
}

/** What the last process that moved the antenna left on the disk. */
const rememberedLines = async (configuration: Configuration): Promise<readonly string[]> => {
  const { openAntennaFiles } = await import('../../station/antenna-files.ts')
  const { latch, memory } = openAntennaFiles(configuration, createStderrLog(createRealClock()))
  const latched = latch.read()
  const place = memory.place()?.position
  return [
    ...(place === undefined
      ? []
      : [
          `The antenna was last seen at azimuth ${place.azimuth}°, elevation ${place.elevation}° of its own.`,
        ]),
    ...(latched === undefined ? [] : [`Nothing moves since this fault: ${latched.message}.`]),
    ...memory.lockOuts().map((kind) => `The antenna is locked out for ${kind}.`),
  ]
}
