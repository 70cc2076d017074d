import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PATIENCE_MS, waitUntil } from '../interop/mosquitto.ts'
import { createDaemonWorld, type DaemonWorld, devices, type Running } from '../station/daemon-world.ts'

// Processes that have the antenna and end in a way that nobody asked for: what they leave behind is an antenna that stands.

let world: DaemonWorld
beforeEach(() => {
  world = createDaemonWorld()
})
afterEach(() => world.destroy())

const settle = (running: Running, what: string) => () => `${what}: ${running.stdout()}${running.stderr()}`

/** A command that has the antenna, in the middle of a motion. */
const moving = async (words: readonly string[], flags: readonly string[] = []) => {
  const simulated = await world.simulate()
  const config = world.configure(devices(simulated))
  const running = world.azel([...words, '--config', config], { flags })
  await waitUntil(() => simulated.moving(), PATIENCE_MS, settle(running, 'it moves'))
  return { simulated, running, config }
}

/** An old Node at a terminal, as far as the launcher can see: it must start another one, and cannot turn into it. */
const oldNode = (): readonly string[] => {
  const preload = world.path('old-node.mjs')
  writeFileSync(
    preload,
    `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })
     process.execve = undefined
     process.stdin.isTTY = true`,
  )
  return ['--import', preload]
}

/** Processes that Azel's own launcher started, by its id. */
const childrenOf = (id: number | undefined): readonly string[] =>
  readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/stat`, 'utf8').includes(`) S ${id} `)
    } catch {
      // It has ended meanwhile.
      return false
    }
  })

const isRunning = (id: string): boolean => {
  try {
    return !readFileSync(`/proc/${id}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}

describe('azel started by a Node that is too old, which starts the one that it brings', () => {
  it('stops the antenna and ends when the launcher is killed', async () => {
    const { simulated, running } = await moving(['calibrate', 'antenna', '--axes', '--yes'], oldNode())
    const [child = ''] = childrenOf(running.child.pid)
    expect(isRunning(child)).toBe(true)
    running.kill('SIGKILL')
    // It closes when nobody holds its output any more.
    expect(await running.ended).toBe('SIGKILL')
    expect(simulated.moving()).toBe(false)
    expect(running.stdout()).toContain('The antenna stands.')
    await waitUntil(() => !isRunning(child), PATIENCE_MS, 'it has ended')
  })

  it('passes on a SIGINT that the launcher alone gets, though there is a terminal', async () => {
    const { simulated, running } = await moving(['track', '350,20'], oldNode())
    running.kill('SIGINT')
    expect(await running.ended).toBe(0)
    expect(running.stdout()).toContain('Ended; the antenna stands.')
    expect(simulated.moving()).toBe(false)
  })
})

describe('azel calibrate antenna', () => {
  it('stops the antenna when whoever reads what it prints has gone', async () => {
    const { simulated, running } = await moving(['calibrate', 'antenna', '--axes', '--yes'])
    running.child.stdout?.destroy()
    expect(await running.ended).toBe(1)
    expect(running.stderr()).toContain('[calibration.stopped]')
    expect(running.stderr()).not.toMatch(/^\s+at /m)
    expect(simulated.moving()).toBe(false)
  })

  it('stops the antenna first when it dies of a mistake', async () => {
    writeFileSync(
      world.path('mistake.mjs'),
      "process.on('SIGUSR2', () => { throw new Error('a mistake') })\n",
    )
    const { simulated, running } = await moving(
      ['calibrate', 'antenna', '--axes', '--yes'],
      ['--import', world.path('mistake.mjs')],
    )
    running.kill('SIGUSR2')
    expect(await running.ended).toBe(70)
    expect(running.stderr()).toContain('Azel ends: a mistake')
    expect(simulated.moving()).toBe(false)
  })
})
