import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Debian keeps the daemon in /usr/sbin, which is not on every PATH. */
const PROGRAMS = ['mosquitto', '/usr/sbin/mosquitto']
export const mosquittoProgram = PROGRAMS.find(
  (program) => spawnSync(program, ['-h'], { stdio: 'ignore' }).error === undefined,
)

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(address !== null && typeof address === 'object' ? address.port : 0))
    })
  })

export const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))

/**
 * The limit of a wait whose length proves nothing: what is waited for takes a second or two, and on a machine with other
 * work perhaps ten times that.
 */
export const PATIENCE_MS = 60_000

export const waitUntil = async (
  done: () => boolean | Promise<boolean>,
  limitMs: number,
  what: string | (() => string),
): Promise<void> => {
  const end = performance.now() + limitMs
  while (!(await done())) {
    if (performance.now() > end) {
      // Asked for now, it can tell how far things have come.
      throw new Error(`not within ${limitMs} ms: ${typeof what === 'string' ? what : what()}`)
    }
    await wait(20)
  }
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })

export interface Mosquitto {
  readonly url: string
  readonly port: number
  readonly start: () => Promise<void>
  /** Puts another access list in place, as an administrator does: file, then SIGHUP. */
  readonly setAccess: (text: string) => void
  /** kill -9. */
  readonly kill: () => Promise<void>
  readonly destroy: () => Promise<void>
}

/** A mosquitto of the test's own on loopback, with its default limits. */
export const createMosquitto = async (options: {
  readonly accessFile?: string
  readonly settings?: readonly string[]
}): Promise<Mosquitto> => {
  const program = mosquittoProgram
  if (program === undefined) throw new Error('mosquitto is not installed')
  const folder = mkdtempSync(join(tmpdir(), 'azel-mosquitto-'))
  // Run as root it changes to the user mosquitto, who must be able to read and write here.
  chmodSync(folder, 0o777)
  const port = await freePort()
  const lines = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'persistence true',
    `persistence_location ${folder}/`,
    ...(options.settings ?? []),
  ]
  if (options.accessFile !== undefined) {
    writeFileSync(join(folder, 'acl'), options.accessFile, { mode: 0o644 })
    lines.push(`acl_file ${join(folder, 'acl')}`)
  }
  writeFileSync(join(folder, 'mosquitto.conf'), `${lines.join('\n')}\n`)
  let child: ChildProcess | undefined
  const kill = async (): Promise<void> => {
    const dying = child
    child = undefined
    if (dying === undefined || dying.exitCode !== null) return
    const exited = new Promise((resolve) => dying.once('exit', resolve))
    dying.kill('SIGKILL')
    await exited
  }
  return {
    url: `mqtt://127.0.0.1:${port}`,
    port,
    start: async () => {
      child = spawn(program, ['-c', join(folder, 'mosquitto.conf')], { stdio: 'ignore' })
      await waitUntil(() => answers(port), 10_000, 'mosquitto listens')
    },
    setAccess: (text) => {
      writeFileSync(join(folder, 'acl'), text, { mode: 0o644 })
      child?.kill('SIGHUP')
    },
    kill,
    destroy: async () => {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
