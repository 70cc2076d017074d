import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { Aedes } from 'aedes'
import { type Clock, sleep } from '../../kernel/clock.ts'
import { type Fault, fault, messageOf } from '../../kernel/errors.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { ms } from '../../kernel/units.ts'
import { type AccessPolicy, mayRead, mayWrite, mosquittoAccessFile } from '../../network/access.ts'

/** A broker of the demo's own, on loopback, with the access list of the agreements. */
export interface LocalBroker {
  readonly name: 'mosquitto' | 'aedes'
  readonly url: string
  readonly protocolVersion: 4 | 5
  /** What a person should know who draws conclusions from this run. */
  readonly remark: string
  readonly start: () => Promise<Result<void, Fault>>
  /** Ends it as a crash would: without a word to its clients. */
  readonly kill: () => Promise<void>
}

interface BrokerOptions {
  /** The broker lives in real time, whatever the station's clock does. */
  readonly clock: Clock
  readonly folder: string
  readonly access: AccessPolicy
  readonly partners: readonly string[]
}

const HOST = '127.0.0.1'
const START_TRIES = 200
const START_WAIT = ms(25)
// Debian keeps the daemon where ordinary users' PATH does not lead.
const MOSQUITTO_PLACES = ['mosquitto', '/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto']

export const createLocalBroker = async (options: BrokerOptions): Promise<Result<LocalBroker, Fault>> => {
  const port = await freePort()
  if (!port.ok) return port
  const program = MOSQUITTO_PLACES.find(
    (place) => spawnSync(place, ['-h'], { stdio: 'ignore' }).error === undefined,
  )
  return ok(program === undefined ? embedded(options, port.value) : mosquitto(program, options, port.value))
}

const freePort = (): Promise<Result<number, Fault>> =>
  new Promise((resolve) => {
    const server = createServer()
    server.on('error', (thrown) =>
      resolve(err(fault('broker.unreachable', `No port on loopback: ${messageOf(thrown)}`))),
    )
    server.listen(0, HOST, () => {
      const address = server.address()
      server.close(() => resolve(ok(address !== null && typeof address === 'object' ? address.port : 0)))
    })
  })

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, HOST)
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })

const mosquitto = (program: string, options: BrokerOptions, port: number): LocalBroker => {
  const { folder, clock } = options
  let child: ChildProcess | undefined
  const configuration = join(folder, 'mosquitto.conf')
  writeFileSync(join(folder, 'access'), mosquittoAccessFile(options.access, options.partners))
  // Started by root it would change to its own user, who cannot read in a folder for temporary files that is root's own.
  const user = process.getuid?.() === 0 ? 'user root\n' : ''
  writeFileSync(
    configuration,
    `${user}listener ${port} ${HOST}\nallow_anonymous true\nacl_file ${join(folder, 'access')}\n`,
  )
  // However this process ends, its broker does not outlive it.
  process.once('exit', () => child?.kill('SIGKILL'))
  return {
    name: 'mosquitto',
    url: `mqtt://${HOST}:${port}`,
    protocolVersion: 5,
    remark: 'a mosquitto of its own on loopback, MQTT 5, with the access list of the agreements',
    start: async () => {
      const begun = spawn(program, ['-c', configuration], { stdio: 'ignore' })
      child = begun
      for (let attempt = 0; attempt < START_TRIES && begun.exitCode === null; attempt += 1) {
        if (await answers(port)) return ok(undefined)
        await sleep(clock, START_WAIT)
      }
      return err(fault('broker.unreachable', `${program} was started and does not listen on port ${port}`))
    },
    kill: async () => {
      const dying = child
      child = undefined
      if (dying === undefined || dying.exitCode !== null) return
      const exited = new Promise((resolve) => dying.once('exit', resolve))
      dying.kill('SIGKILL')
      await exited
    },
  }
}

/** The broker in this very process, for machines without mosquitto. */
export const embedded = (options: Pick<BrokerOptions, 'access'>, port: number): LocalBroker => {
  let running: { readonly broker: Aedes; readonly server: Server; readonly sockets: Set<Socket> } | undefined
  return {
    name: 'aedes',
    url: `mqtt://${HOST}:${port}`,
    protocolVersion: 4,
    remark:
      'the embedded aedes broker, which speaks MQTT 3.1.1: it acknowledges even what its access list refuses, and does not say when nobody listens; "azel run" insists on MQTT 5. Install mosquitto to see the demo with it',
    start: async () => {
      const identities = new Map<string, string>()
      const broker = await Aedes.createBroker({
        authenticate: (client, username, _password, done) => {
          identities.set(client.id, username ?? '')
          done(null, true)
        },
        authorizePublish: (client, packet, done) => {
          const identity = client === null ? '' : (identities.get(client.id) ?? '')
          done(mayWrite(options.access, identity, packet.topic) ? null : new Error('not on the access list'))
        },
        authorizeForward: (client, packet) =>
          mayRead(options.access, identities.get(client.id) ?? '', packet.topic) ? packet : null,
      })
      const sockets = new Set<Socket>()
      const server = createServer((socket) => {
        sockets.add(socket)
        socket.on('close', () => sockets.delete(socket))
        broker.handle(socket)
      })
      running = { broker, server, sockets }
      return new Promise((resolve) => {
        server.on('error', (thrown) =>
          resolve(
            err(fault('broker.unreachable', `The embedded broker does not start: ${messageOf(thrown)}`)),
          ),
        )
        server.listen(port, HOST, () => resolve(ok(undefined)))
      })
    },
    kill: async () => {
      const dying = running
      running = undefined
      if (dying === undefined) return
      for (const socket of dying.sockets) socket.destroy()
      await new Promise<void>((resolve) => dying.server.close(() => resolve()))
      await new Promise<void>((resolve) => dying.broker.close(() => resolve()))
    },
  }
}
