import { rmSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { parseStrictJson } from '../formats/strict-json.ts'
import { type Fault, fault, messageOf } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { Antenna } from './antenna.ts'
import { carryOutForOperator } from './carry-out.ts'
import { type ControlRequest, readControlRequest } from './control-request.ts'
import { controlSocketPath } from './control-socket.ts'
import type { Operator } from './operator.ts'
import type { StatusReport } from './status-text.ts'

export type ControlAnswer =
  | {
      readonly ok: true
      readonly report: StatusReport
      /** Of a stop: whether the antenna was seen to stand, or cannot be seen. */
      readonly stopped?: 'seen' | 'sent'
      /** Of a track: the stay above the horizon that is followed. */
      readonly pass?: {
        readonly name: string
        readonly aosUtcMs: number
        readonly aosAzimuthDeg: number
        readonly losUtcMs: number
        readonly maximumElevationDeg: number
      }
    }
  | { readonly ok: false; readonly failure: Fault }

// A request is one short line, the longest is an element set of some 600 bytes; a client that sends more, or nothing,
// is cut off.
const REQUEST_BYTES_MAX = 4_096
const CONNECTIONS_MAX = 8
const IDLE_MS = 5_000
// A stop is confirmed by readings within half a minute; nothing else takes any time.
const ANSWER_MS = 60_000

export interface ControlServer {
  /** Settles when all who have asked by now have their answers. */
  readonly answered: () => Promise<void>
  readonly close: () => Promise<void>
}

type Served = Pick<Antenna, 'clearFault' | 'setLockOut' | 'confirmTurn'>

const carryOut = async (
  request: ControlRequest,
  { antenna, operator, log }: { readonly antenna: Served; readonly operator: Operator; readonly log: Log },
): Promise<Result<Omit<Extract<ControlAnswer, { ok: true }>, 'ok' | 'report'>, Fault>> => {
  switch (request.command) {
    case 'status':
      return ok({})
    case 'stop':
    case 'release':
    case 'park':
    case 'point':
    case 'track': {
      const done = await carryOutForOperator(request, operator)
      if (!done.ok || done.value.pass === undefined) return done
      const { lookAt: _, ...pass } = done.value.pass
      return ok({ pass })
    }
    case 'clear-fault':
      log.info('asked by an operator: clear-fault')
      antenna.clearFault()
      return ok({})
    case 'lock':
    case 'unlock':
      log.info(`asked by an operator: ${request.command} ${request.kind}`)
      antenna.setLockOut(request.kind, request.command === 'lock')
      return ok({})
    case 'confirm-turn': {
      const confirmed = antenna.confirmTurn(request.azimuthDeg)
      return confirmed.ok ? ok({}) : confirmed
    }
  }
}

/**
 * Listens on the control socket in the data folder, which only the daemon's user can open. An old socket file of a process that
 * died is replaced. Faults: `control.busy` where another process listens there, who has the antenna; `control.socket`.
 */
export const startControlServer = async (options: {
  readonly dataFolder: string
  readonly antenna: Served
  readonly operator: Operator
  readonly report: () => StatusReport
  readonly log: Log
}): Promise<Result<ControlServer, Fault>> => {
  const path = controlSocketPath(options.dataFolder)
  if (await isServed(path)) {
    return err(fault('control.busy', `Another process has the antenna: it answers at ${path}`))
  }

  const answer = async (line: Buffer): Promise<ControlAnswer> => {
    const content = parseStrictJson(line)
    const request = readControlRequest(content.ok ? content.value : undefined)
    if (!request.ok) return { ok: false, failure: request.error }
    const outcome = await carryOut(request.value, options)
    return outcome.ok
      ? { ok: true, ...outcome.value, report: options.report() }
      : { ok: false, failure: outcome.error }
  }

  const answerSafely = async (line: Buffer): Promise<ControlAnswer> => {
    try {
      return await answer(line)
    } catch (thrown) {
      // The antenna goes on being watched, whatever a question led to.
      const failure = fault('internal.mistake', `A request could not be answered: ${messageOf(thrown)}`)
      options.log.fault(failure)
      return { ok: false, failure }
    }
  }

  const sockets = new Set<Socket>()
  // As many as there are connections, each until it is closed.
  const pending = new Set<Promise<void>>()
  // Those who have not asked yet, or have their answer, the oldest first.
  const silent = new Set<Socket>()

  /** A stop is never kept out by those who say nothing: the one who has been silent longest makes room. */
  const makeRoom = (): boolean => {
    if (sockets.size < CONNECTIONS_MAX) return true
    const [longest] = silent
    if (longest === undefined) return false
    forget(longest)
    longest.destroy()
    return true
  }
  const forget = (socket: Socket): void => {
    sockets.delete(socket)
    silent.delete(socket)
  }

  const serve = (socket: Socket): void => {
    if (!makeRoom()) {
      socket.destroy()
      return
    }
    sockets.add(socket)
    silent.add(socket)
    socket.on('close', () => forget(socket))
    let received = Buffer.alloc(0)
    socket.setTimeout(IDLE_MS, () => socket.destroy())
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      const end = received.indexOf('\n')
      if (end < 0 && received.length <= REQUEST_BYTES_MAX) return
      socket.removeAllListeners('data')
      silent.delete(socket)
      socket.setTimeout(ANSWER_MS)
      const line = received.subarray(0, end > REQUEST_BYTES_MAX ? 0 : Math.max(0, end))
      const answering = answerSafely(line).then(
        (answered) =>
          new Promise<void>((taken) => {
            // Whoever does not take it is not waited for.
            socket.setTimeout(IDLE_MS)
            socket.on('close', () => taken())
            socket.end(`${JSON.stringify(answered)}\n`, () => {
              if (!socket.destroyed) silent.add(socket)
              taken()
            })
          }),
      )
      pending.add(answering)
      void answering.then(() => pending.delete(answering))
    })
  }

  return new Promise((resolve) => {
    rmSync(path, { force: true })
    const server: Server = createServer(serve)
    server.on('error', (thrown) => {
      resolve(err(fault('control.socket', `The control socket ${path} cannot be made: ${messageOf(thrown)}`)))
    })
    server.on('listening', () => {
      resolve(
        ok({
          answered: async () => {
            await Promise.all(pending)
          },
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

/** Whether a process listens there: the file alone says nothing. */
const isServed = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = connect(path)
    probe.on('connect', () => {
      probe.destroy()
      resolve(true)
    })
    probe.on('error', () => resolve(false))
  })
