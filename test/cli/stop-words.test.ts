import { mkdirSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Fault, fault } from '../../src/kernel/errors.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { err, ok, unwrap } from '../../src/kernel/result.ts'
import { type ControlServer, startControlServer } from '../../src/station/control-server.ts'
import type { StatusReport } from '../../src/station/status-text.ts'
import { createDaemonWorld, type DaemonWorld } from '../station/daemon-world.ts'
import { runInProcess } from './run-in-process.ts'

let world: DaemonWorld
let server: ControlServer | undefined
beforeEach(() => {
  world = createDaemonWorld()
})
afterEach(async () => {
  await server?.close()
  server = undefined
  await world.destroy()
})

const report: StatusReport = {
  station: 'oslo-1',
  nowUtcMs: 0,
  phase: 'held',
  fault: undefined,
  azimuthDeg: 10,
  elevationDeg: 20,
  commandedAzimuthDeg: undefined,
  commandedElevationDeg: undefined,
  ownAzimuthDeg: 10,
  turnCertain: true,
  isEstimate: false,
  lockOuts: [],
  holder: undefined,
  receiverConnected: true,
  heardInPass: undefined,
  brokerConfigured: false,
  brokerConnected: false,
  journaled: 0,
  queued: 0,
  lost: 0,
  sent: 0,
  sentAgain: 0,
  waitingForRelease: 0,
  pass: undefined,
}

/** What `azel stop` says of a daemon whose antenna was seen to stand, and is so after it. */
const stopAt = async (phase: string, failure?: Fault): Promise<string> => {
  let dataFolder = ''
  const config = world.configure((configuration) => {
    dataFolder = configuration.station.dataFolder
  })
  mkdirSync(dataFolder, { recursive: true })
  const nothing = () => err(fault('motion.latched', 'Nothing moves'))
  server = unwrap(
    await startControlServer({
      dataFolder,
      antenna: { clearFault: () => {}, setLockOut: () => {}, confirmTurn: nothing },
      operator: {
        stop: async () => ok('seen'),
        release: async () => ok('seen'),
        track: nothing,
        point: nothing,
        park: nothing,
        task: () => undefined,
        close: () => {},
      },
      report: () => ({ ...report, phase, fault: failure }),
      log: silentLog,
    }),
  )
  return (await runInProcess('stop', '--config', config)).stdout
}

it('azel stop says who lets go on what it holds', async () => {
  expect(await stopAt('held')).toBe(
    'The antenna stands, and is held there: "azel park", "azel track" or "azel clear-fault" lets it go on.\n',
  )
})

it('azel stop of an antenna with a fault says the fault, and promises nothing that is refused then', async () => {
  const said = await stopAt('faulted', fault('motion.stalled', 'The azimuth stands at 12°'))
  expect(said).toBe(
    'The antenna stands; nothing moves since this fault: The azimuth stands at 12°. Look at it, then "azel clear-fault".\n',
  )
})
