import { createServer } from 'node:net'
import type { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'
import { PATIENCE_MS, waitUntil } from '../interop/mosquitto.ts'
import {
  CATALOG_NUMBER,
  createDaemonWorld,
  type DaemonWorld,
  devices,
  type Running,
  type Simulated,
} from '../station/daemon-world.ts'

// Every command, with nobody who reads what it prints: the pipe is closed before it starts (`azel … | true`).

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(address !== null && typeof address === 'object' ? address.port : 0))
    })
  })

let world: DaemonWorld
let simulated: Simulated
let config = ''
let port = 0
beforeAll(async () => {
  port = await freePort()
  world = createDaemonWorld()
  simulated = await world.simulate()
  config = world.configure((configuration) => {
    devices(simulated)(configuration)
    // Away from where the antenna begins, so that it has a way to go.
    Object.assign(configuration.antenna, { park: { azimuthDeg: 200, elevationDeg: 45 } })
  })
})
afterAll(() => world.destroy())

const unread = (words: readonly string[]): Running => {
  const running = world.azel(words)
  running.child.stdout?.destroy()
  return running
}

const SITE = '59.9,10.7,90'
const path = (name: string) => () => world.path(name)
const configuration = () => config

/** What to run, and the code it ends with; in the order in which they need each other. */
const PRINT_AND_END: readonly (readonly [string, readonly (string | (() => string))[], number])[] = [
  ['config check', [configuration], 0],
  ['keys create', [path('new.key')], 0],
  ['keys show', [path('new.key')], 0],
  ['broker access', ['--config', configuration], 0],
  ['catalog import', [path('elements.csv'), '--data', path('catalog')], 0],
  ['catalog list', ['--data', path('catalog')], 0],
  ['catalog show', [String(CATALOG_NUMBER), '--data', path('catalog')], 0],
  ['catalog check', [path('elements.csv')], 0],
  ['passes', ['--catalog', path('elements.csv'), '--site', SITE], 0],
  ['look', ['--body', 'sun', '--site', SITE], 0],
  ['plan', ['--config', configuration], 0],
  ['calibrate show', ['--config', configuration], 0],
  ['lock maintenance', ['--config', configuration], 0],
  ['unlock maintenance', ['--config', configuration], 0],
  ['lock wind', ['--config', configuration], 0],
  ['unlock wind', ['--config', configuration], 0],
  ['clear-fault', ['--config', configuration], 0],
  ['status', ['--config', configuration], 1],
  ['track', ['190,45', '--dry-run', '--config', configuration], 0],
  ['track', ['350,20', '--config', configuration], 0],
  ['confirm-turn', ['--config', configuration], 0],
  ['park', ['--config', configuration], 0],
  ['stop', ['--config', configuration], 0],
  ['calibrate antenna', ['--axes', '--dry-run', '--config', configuration], 0],
  // Before anything has moved.
  ['calibrate antenna', ['--axes', '--yes', '--config', configuration], 1],
  ['demo', ['--once'], 130],
]

/** Those that serve somebody else than the reader: they go on, and end when they are told to. */
const GO_ON: readonly (readonly [
  string,
  readonly (string | (() => string))[],
  (running: Running) => boolean,
])[] = [
  ['sim rotator', ['--listen', '127.0.0.1:0', '--state-json', path('other.json')], () => true],
  [
    'sim station',
    [
      ...['--elements', path('elements.csv'), '--transmitters', path('transmitters.json')],
      ...['--site', SITE, '--listen', '127.0.0.1:0', '--receiver-listen', '127.0.0.1:0'],
    ],
    () => true,
  ],
  [
    'rotctld',
    ['--listen', () => `127.0.0.1:${port}`, '--config', configuration],
    (running) => running.stderr().includes('Rotator connected'),
  ],
  ['run', ['--config', configuration], (running) => running.stderr().includes('Rotator connected')],
]

/** These print nothing here, for want of a broker, of a network and of scans that are kept. */
const SILENT_HERE = ['listen', 'catalog fetch', 'calibrate fit']

const leaves = (command: Command, words: readonly string[] = []): readonly string[] =>
  command.commands.length === 0
    ? [words.join(' ')]
    : command.commands.flatMap((child) => leaves(child, [...words, child.name()]))

const wordsOf = (command: string, words: readonly (string | (() => string))[]): readonly string[] => [
  ...command.split(' '),
  ...words.map((word) => (typeof word === 'string' ? word : word())),
]

describe('with nobody who reads what it prints', () => {
  it('every command is tried', () => {
    const tried = [...PRINT_AND_END, ...GO_ON].map(([command]) => command)
    expect(leaves(createProgram()).toSorted()).toEqual([...new Set([...tried, ...SILENT_HERE])].toSorted())
  })

  it.each(PRINT_AND_END)('azel %s ends without a crash', async (command, words, code) => {
    const running = unread(wordsOf(command, words))
    expect({ code: await running.ended, said: running.stderr() }).toEqual({
      code,
      said: expect.not.stringMatching(/^\s+at |EPIPE/m),
    })
    expect(simulated.moving()).toBe(false)
  })

  it.each(GO_ON)('azel %s goes on until it is told to end', async (command, words, serves) => {
    const running = unread(wordsOf(command, words))
    // What it prints first it has printed by then.
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    await waitUntil(
      () => serves(running),
      PATIENCE_MS,
      () => `it serves: ${running.stderr()}`,
    )
    expect(running.child.exitCode).toBe(null)
    running.kill('SIGTERM')
    expect(await running.ended).toBe(0)
    expect(running.stderr()).not.toMatch(/^\s+at |EPIPE/m)
  })
})
