import { rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { parseStrictJson } from '../formats/strict-json.ts'
import { type Fault, fault, messageOf } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { Station } from './station.ts'
import type { StatusReport } from './status-text.ts'

/** What an operator may ask of a running daemon, through a socket in its data folder that only its user can open. */
export const CONTROL_COMMANDS = ['status', 'stop', 'park', 'clear-fault'] as const
export type ControlCommand = (typeof CONTROL_COMMANDS)[number]

export type ControlAnswer =
  | { readonly ok: true; readonly report: StatusReport }
  | { readonly ok: false; readonly failure: Fault }

export const controlSocketPath = (dataFolder: string): string => `${dataFolder}/control.sock`

// A request is one short line; a client that sends more, or nothing, is cut off.
const REQUEST_BYTES_MAX = 256
const CONNECTIONS_MAX = 8
const IDLE_MS = 5_000

const isCommand = (value: unknown): value is ControlCommand =>
  typeof value === 'string' && (CONTROL_COMMANDS as readonly string[]).includes(value)

export interface ControlServer {
  readonly close: () => Promise<void>
}

/** Listens on the control socket. An old socket file of a daemon that died is replaced: the data folder is locked. */
export const startControlServer = (options: {
  readonly path: string
  readonly station: Station
  readonly report: () => StatusReport
  readonly log: Log
}): Promise<Result<ControlServer, Fault>> => {
  const { path, station, log } = options

  const carryOut = async (command: ControlCommand): Promise<ControlAnswer> => {
    if (command !== 'status') log.info(`asked by an operator: ${command}`)
    if (command === 'stop') {
      const stopped = await station.antenna.stop()
      if (!stopped.ok) return { ok: false, failure: stopped.error }
    }
    if (command === 'park') {
      const parked = station.antenna.park('operator')
      if (!parked.ok) return { ok: false, failure: parked.error }
    }
    if (command === 'clear-fault') station.antenna.clearFault()
    return { ok: true, report: options.report() }
  }

  const serve = (socket: Socket): void => {
    let received = Buffer.alloc(0)
    socket.setTimeout(IDLE_MS, () => socket.destroy())
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      const end = received.indexOf('\n')
      if (end < 0 && received.length <= REQUEST_BYTES_MAX) return
      socket.removeAllListeners('data')
      // A stop is confirmed by readings, which may take longer than an idle client is kept.
      socket.setTimeout(0)
      const request = parseStrictJson(received.subarray(0, Math.max(0, end)))
      const command =
        request.ok &&
        request.value !== null &&
        typeof request.value === 'object' &&
        'command' in request.value
          ? request.value.command
          : undefined
      const answering: Promise<ControlAnswer> = isCommand(command)
        ? carryOut(command)
        : Promise.resolve({ ok: false, failure: fault('cli.usage', 'The request was not understood') })
      void answering.then((answer) => socket.end(`${JSON.stringify(answer)}\n`))
    })
  }

  return new Promise((resolve) => {
    rmSync(path, { force: true })
    const server: Server = createServer(serve)
    server.maxConnections = CONNECTIONS_MAX
    server.on('error', (thrown) => {
      resolve(err(fault('control.socket', `The control socket ${path} cannot be made: ${messageOf(thrown)}`)))
    })
    server.on('listening', () => {
      resolve(
        ok({
          // Clients that are still there do not hold up the end.
          close: async () => {
            server.close()
          },
        }),
      )
    })
    // The socket is made within the call, with the permissions of its owner alone; the rest of the process keeps its own.
    const before = process.umask(0o177)
    try {
      server.listen(path)
    } finally {
      process.umask(before)
    }
  })
}
