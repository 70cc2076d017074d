import { rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Configuration } from '../../src/station/configuration/schema.ts'
import { waitUntil } from '../interop/mosquitto.ts'
import { createDaemonWorld, type DaemonWorld, type Running, type Simulated } from '../station/daemon-world.ts'
import { trackUntilMoving } from './moving-track.ts'

let world: DaemonWorld
beforeEach(() => {
  world = createDaemonWorld()
})
afterEach(() => world.destroy())

interface Moving {
  readonly antenna: Extract<Configuration['antenna'], { readonly kind: 'azimuth-elevation' }>
}

const ended = async (running: Running): Promise<{ code: number | string; said: string }> => ({
  code: await running.ended,
  said: running.stdout() + running.stderr(),
})

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(address !== null && typeof address === 'object' ? address.port : 0))
    })
  })

/** A station on a simulated rotator. */
const onSimulator = (simulated: Simulated): string =>
  world.configure((configuration) => {
    const { antenna } = configuration as unknown as Moving
    Object.assign(antenna.rotator, { port: simulated.rotator })
  })

describe('azel stop', () => {
  it('ends with 1 and one sentence where its configuration or the line cannot be used, within half a minute', async () => {
    const missing = await ended(world.azel(['stop', '--config', world.path('none.yaml')]))
    expect(missing.code).toBe(1)
    const started = performance.now()
    const noLine = await ended(world.azel(['stop', '--config', world.configure()]))
    expect(noLine.code).toBe(1)
    expect(noLine.said).toMatch(/STOP could not be sent: There is no serial port .*\[motion\.stop-not-sent\]/)
    expect(performance.now() - started).toBeLessThan(28_000)
  })

  it('stops the antenna past a process that hangs and has the port, and names it, within seconds', async () => {
    const simulated = await world.simulate({ pty: true })
    const config = onSimulator(simulated)
    const track = await trackUntilMoving(world, simulated, ['--config', config])
    track.kill('SIGSTOP')
    const started = performance.now()
    const stop = await ended(world.azel(['stop', '--config', config]))
    expect(performance.now() - started).toBeLessThan(15_000)
    expect(stop.code).toBe(0)
    expect(simulated.moving()).toBe(false)
    const process = `process ${track.child.pid}`
    expect(stop.said).toMatch(new RegExp(`hangs: node \\S+, ${process}; .* \\[control\\.hangs\\]`))
    expect(stop.said).toContain('The antenna stands.')
  })

  it('names within seconds the program that has the port, and says that STOP could not be sent', async () => {
    const simulated = await world.simulate({ pty: true })
    const config = onSimulator(simulated)
    // It has the port, and no socket at which it could be asked.
    const track = await trackUntilMoving(world, simulated, ['--config', config])
    rmSync(world.path('data/control.sock'))
    const started = performance.now()
    const stop = await ended(world.azel(['stop', '--config', config]))
    expect(performance.now() - started).toBeLessThan(15_000)
    expect(stop.code).toBe(1)
    expect(stop.said).toMatch(
      new RegExp(`STOP could not be sent: .*process ${track.child.pid}\\).* \\[motion\\.stop-not-sent\\]`),
    )
    track.kill('SIGKILL')
    await track.ended
    expect(await ended(world.azel(['stop', '--config', config]))).toMatchObject({ code: 0 })
    expect(simulated.moving()).toBe(false)
  })
})

describe('a daemon that serves programs', () => {
  it('lets a program have the antenna between passes, names it, and gives it to an operator', async () => {
    const simulated = await world.simulate()
    const port = await freePort()
    const config = world.configure((configuration) => {
      const { antenna } = configuration as unknown as Moving
      Object.assign(antenna.rotator, { port: simulated.rotator })
      Object.assign(configuration, {
        rotctld: { listen: `127.0.0.1:${port}`, precedence: 'programs-first' },
        requests: [],
      })
    })
    const daemon = world.azel(['run', '--config', config])
    await waitUntil(() => daemon.stderr().includes('(rotctld)'), 20_000, `it serves: ${daemon.stderr()}`)
    const served = await ended(world.azel(['rotctld', '--config', config]))
    expect(served.said).toContain(`The running daemon serves programs at 127.0.0.1:${port}`)

    let answers = ''
    const program = connect(port, '127.0.0.1')
    program.on('data', (chunk) => {
      answers += chunk.toString()
    })
    program.write('P 200 40\n')
    await waitUntil(() => answers === 'RPRT 0\n', 5_000, `taken: ${answers}`)
    const status = await ended(world.azel(['status', '--config', config]))
    expect(status.said).toMatch(/used by a program \(127\.0\.0\.1:\d+\), since /)

    const track = world.azel(['track', '170,50', '--config', config])
    await waitUntil(() => track.stdout().includes('pointing'), 20_000, `it points: ${track.stderr()}`)
    program.write('P 200 40\n')
    await waitUntil(() => answers.includes('RPRT -9\n'), 5_000, `refused: ${answers}`)
    track.kill('SIGINT')
    expect(await ended(track)).toMatchObject({ code: 0 })
    program.destroy()
    daemon.kill('SIGTERM')
    expect(await daemon.ended).toBe(0)
  })
})

describe('azel rotctld', () => {
  it('serves alone, and stops the antenna when it is told to end', async () => {
    const simulated = await world.simulate()
    const config = world.configure((configuration) => {
      const { antenna } = configuration as unknown as Moving
      Object.assign(antenna.rotator, { port: simulated.rotator })
    })
    const port = await freePort()
    const server = world.azel(['rotctld', '--config', config, '--listen', `127.0.0.1:${port}`])
    await waitUntil(() => server.stdout().includes('port'), 20_000, `it serves: ${server.stderr()}`)
    const program = connect(port, '127.0.0.1')
    program.write('P 350 20\n')
    await waitUntil(() => simulated.moving(), 10_000, 'it moves')
    server.kill('SIGTERM')
    expect(await server.ended).toBe(0)
    expect(simulated.moving()).toBe(false)
    program.destroy()
  })
})

describe('azel track, whose line is lost in a motion', () => {
  it('says that STOP could not be sent and why it ends, and ends with 1', async () => {
    const simulated = await world.simulate()
    const track = await trackUntilMoving(world, simulated, ['--config', onSimulator(simulated)])
    simulated.running.kill('SIGKILL')
    expect(await track.ended).toBe(1)
    expect(track.stderr()).toMatch(/^azel: STOP could not be sent: .*\[motion\.stop-not-sent\]$/m)
    expect(track.stderr()).toMatch(/^azel: .*\[link\.\w+\]$/m)
  })
})

describe('azel track, at the daemon', () => {
  it.each(['daemon', 'alone'])('follows a satellite that is up, to within its beam: %s', async (where) => {
    const simulated = await world.simulate()
    const config = world.configure((configuration) => {
      const { antenna } = configuration as unknown as Moving
      Object.assign(antenna.rotator, { port: simulated.rotator })
      Object.assign(configuration, { requests: [] })
    })
    const daemon = where === 'daemon' ? world.azel(['run', '--config', config]) : undefined
    if (daemon !== undefined)
      await waitUntil(() => daemon.stderr().includes('ready'), 20_000, `it is ready: ${daemon.stderr()}`)
    const track = world.azel(['track', 'high flyer', '--for', '0.5', '--json', '--config', config])
    expect(await track.ended).toBe(0)
    const looks = track
      .stdout()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly phase: string; readonly errorDeg: number })
    const followed = looks.filter(({ phase }) => phase === 'tracking').slice(-5)
    expect(followed).toHaveLength(5)
    for (const { errorDeg } of followed) expect(errorDeg).toBeLessThan(3)
    daemon?.kill('SIGTERM')
    expect(await daemon?.ended).toBe(where === 'daemon' ? 0 : undefined)
    expect(simulated.moving()).toBe(false)
  })
})
