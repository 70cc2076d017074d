import { type ChildProcess, spawn } from 'node:child_process'
import { constants, type FileHandle, lstat, open, stat } from 'node:fs/promises'
import { type Fault, fault, messageOf } from '../../src/kernel/errors.ts'
import { err, ok, type Result } from '../../src/kernel/result.ts'
import type { Controller } from './controller.ts'

export interface PtyLine {
  /** What the host opens as its serial port. */
  readonly path: string
  /** Takes terminal and link away. */
  readonly close: () => Promise<void>
  /** Resolves when the terminal is gone, by `close` or because socat was ended by somebody else. */
  readonly ended: Promise<void>
}

// Found on the PATH; most systems have it or can install it.
const SOCAT = 'socat'
// socat's notices before the terminal is there are a few lines; more would be something else talking.
const NOTICE_CHARACTERS_MAX = 4096
// Commas, colons, quotes and the like separate socat's own words.
const LINK_PATH = /^[\w./+@ -]+$/
// A host that does not read loses what does not fit, as at a real port.
const UNREAD_BYTES_MAX = 32_768

/** socat replaces whatever stands at the path of its link: that must be nothing, or a link left by a dead simulator. */
const objectionTo = async (path: string): Promise<string | undefined> => {
  if (!LINK_PATH.test(path)) return `"${path}" has characters that socat would take for its own`
  try {
    const found = await lstat(path)
    if (!found.isSymbolicLink())
      return `There is something at ${path} already, and it is no link to a terminal`
  } catch {
    return undefined
  }
  try {
    await stat(path)
  } catch {
    return undefined
  }
  return `${path} leads to a terminal already: another simulator uses it, or left it and it can be removed`
}

/**
 * Offers the controller's serial line as a pseudo-terminal, made by socat, with a link at `path` where one is given.
 * Real clock. A pseudo-terminal has no modem lines and takes any baud rate; the controller paces the bytes.
 */
export const serveControllerOnPty = async (options: {
  readonly controller: Controller
  readonly path?: string
}): Promise<Result<PtyLine, Fault>> => {
  const objection = options.path === undefined ? undefined : await objectionTo(options.path)
  return objection === undefined ? startSocat(options) : err(fault('sim.pty', objection))
}

const startSocat = (options: {
  readonly controller: Controller
  readonly path?: string
}): Promise<Result<PtyLine, Fault>> =>
  new Promise((resolve) => {
    const { controller } = options
    const link = options.path === undefined ? '' : `,link=${options.path}`
    const child: ChildProcess = spawn(SOCAT, ['-d', '-d', '-', `pty,raw,echo=0${link}`], {
      stdio: ['pipe', 'pipe', 'pipe'],
      // A Ctrl-C on the terminal is for us, who then close the line in order; socat ends with its input in any case.
      detached: true,
    })
    let notices = ''
    let settled = false
    let serving = false
    const settle = (result: Result<PtyLine, Fault>): void => {
      if (settled) return
      settled = true
      resolve(result)
    }
    const ended = new Promise<void>((resolveEnd) => {
      child.once('close', () => resolveEnd())
      child.once('error', (error) => {
        settle(err(fault('sim.pty', `A pseudo-terminal cannot be made: ${messageOf(error)}`)))
        resolveEnd()
      })
    })
    child.once('exit', () => {
      const reason = /\bE (.+)$/m.exec(notices)?.[1] ?? 'socat ended'
      settle(err(fault('sim.pty', `A pseudo-terminal cannot be made: ${reason}`)))
    })
    child.stdin?.on('error', () => {})

    const serve = async (terminal: string): Promise<void> => {
      let keptOpen: FileHandle
      try {
        // With our own hand on it the terminal outlives each host that opens and closes it.
        keptOpen = await open(terminal, constants.O_RDWR | constants.O_NOCTTY)
      } catch (error) {
        child.kill()
        settle(err(fault('sim.pty', `The pseudo-terminal ${terminal} does not open: ${messageOf(error)}`)))
        return
      }
      const line = controller.attach({
        baudRate: controller.baudRate,
        deliver: (bytes) => {
          if ((child.stdin?.writableLength ?? 0) < UNREAD_BYTES_MAX) child.stdin?.write(bytes)
        },
      })
      // A host that writes faster than the line carries is kept waiting by the terminal, and loses nothing.
      const fromHost = child.stdout
      fromHost?.on('data', (bytes: Buffer) => {
        if (!child.killed && child.exitCode === null) fromHost.pause()
        line.write(bytes, () => fromHost.resume())
      })
      // What is still in the pipe of a dead socat would keep its end from being seen.
      child.once('exit', () => fromHost?.resume())
      const gone = ended.then(async () => {
        line.detach()
        await keptOpen.close()
      })
      settle(
        ok({
          path: options.path ?? terminal,
          ended,
          close: async () => {
            line.detach()
            child.kill()
            await gone
          },
        }),
      )
    }

    child.stderr?.on('data', (bytes: Buffer) => {
      if (settled || serving) return
      notices = (notices + bytes.toString('latin1')).slice(-NOTICE_CHARACTERS_MAX)
      const terminal = /PTY is (\S+)/.exec(notices)?.[1]
      // The name comes first and the link to it after; only this notice says that both are there.
      if (terminal === undefined || !notices.includes('starting data transfer loop')) return
      serving = true
      void serve(terminal)
    })
  })
