import { connect } from 'node:net'
import { withTimeout } from '../../kernel/clock.ts'
import { type Fault, fault, messageOf } from '../../kernel/errors.ts'
import { createRealClock } from '../../kernel/real-clock.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { ms } from '../../kernel/units.ts'
import type { ControlRequest } from '../../station/control-request.ts'
import type { ControlAnswer } from '../../station/control-server.ts'
import { controlSocketPath } from '../../station/control-socket.ts'
import { listenerAt } from './daemon-process.ts'

// A stop repeats itself until the antenna stands; the daemon bounds that, this bounds the wait for the daemon.
const ANSWER_LIMIT_MS = 30_000
const ANSWER_BYTES_MAX = 65_536

const NOBODY: ReadonlySet<unknown> = new Set(['ENOENT', 'ECONNREFUSED'])

// Most answers come at once. Whoever is silent for longer is asked how it is, which takes a live one milliseconds, and one
// that is busy with a plan some tenths of a second.
const SILENCE_LIMIT = ms(1_500)
const PULSE_LIMIT = ms(2_500)

/**
 * Asks the running daemon. `nobody`: there is none. Faults: `control.absent` where there is one that gives no answer;
 * `control.hangs`, with its process, within four seconds where it does not even say how it is.
 */
export const askDaemon = async (dataFolder: string, request: ControlRequest): Promise<Asked> => {
  const path = controlSocketPath(dataFolder)
  const clock = createRealClock()
  const done = new AbortController()
  try {
    const asked = exchange(path, request, done.signal)
    const early = await withTimeout(clock, SILENCE_LIMIT, asked)
    if (early !== undefined) return early
    const pulse = exchange(path, { command: 'status' }, done.signal)
    const lives = await withTimeout(clock, PULSE_LIMIT, Promise.race([asked, pulse]))
    if (lives !== undefined) return await asked
    const who = await listenerAt(path)
    return err(
      fault(
        'control.hangs',
        `The process that has the antenna hangs: ${who ?? 'of another user'}; it does not answer at ${path}`,
      ),
    )
  } finally {
    done.abort()
  }
}

type Asked = Result<ControlAnswer | 'nobody', Fault>

const exchange = (path: string, request: ControlRequest, signal: AbortSignal): Promise<Asked> =>
  new Promise((resolve) => {
    let text = ''
    const socket = connect({ path, signal })
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
