import { connect } from 'node:net'
import { type Fault, fault, messageOf } from '../../kernel/errors.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import type { ControlRequest } from '../../station/control-request.ts'
import type { ControlAnswer } from '../../station/control-server.ts'
import { controlSocketPath } from '../../station/control-socket.ts'

// A stop repeats itself until the antenna stands; the daemon bounds that, this bounds the wait for the daemon.
const ANSWER_LIMIT_MS = 30_000
const ANSWER_BYTES_MAX = 65_536

const NOBODY: ReadonlySet<unknown> = new Set(['ENOENT', 'ECONNREFUSED'])

/** Asks the running daemon. `nobody`: there is none. Fault `control.absent`: there is one that does not answer. */
export const askDaemon = (
  dataFolder: string,
  request: ControlRequest,
): Promise<Result<ControlAnswer | 'nobody', Fault>> =>
  new Promise((resolve) => {
    const path = controlSocketPath(dataFolder)
    let text = ''
    const socket = connect(path)
    socket.setEncoding('utf8')
    socket.setTimeout(ANSWER_LIMIT_MS, () => socket.destroy(new Error('no answer came')))
    socket.on('connect', () => socket.write(`${JSON.stringify(request)}\n`))
    socket.on('data', (chunk: string) => {
      text += chunk
      if (text.length > ANSWER_BYTES_MAX) socket.destroy(new Error('the answer was too long'))
    })
    socket.on('error', (thrown: NodeJS.ErrnoException) => {
      if (NOBODY.has(thrown.code)) resolve(ok('nobody'))
      else resolve(err(fault('control.absent', `No station answers at ${path}: ${messageOf(thrown)}`)))
    })
    socket.on('close', () => {
      try {
        // The other end is this same program.
        resolve(ok(JSON.parse(text) as ControlAnswer))
      } catch {
        resolve(err(fault('control.absent', `The station at ${path} gave no answer`)))
      }
    })
  })
