import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Configuration } from '../../src/station/configuration/schema.ts'
import { PATIENCE_MS, waitUntil } from '../interop/mosquitto.ts'
import { createDaemonWorld, type DaemonWorld, type Running, type Simulated } from '../station/daemon-world.ts'
import { trackUntilMoving } from './moving-track.ts'
import { refusalOf, runInProcess } from './run-in-process.ts'

let world: DaemonWorld
beforeEach(() => {
  world = createDaemonWorld()
})
afterEach(() => world.destroy())

interface Moving {
  readonly antenna: Extract<Configuration['antenna'], { readonly kind: 'azimuth-elevation' }>
}

/** A station on a simulated rotator. */
const onSimulator = (simulated: Simulated): string =>
  world.configure((configuration) => {
    const { antenna } = configuration as unknown as Moving
    Object.assign(antenna.rotator, { port: simulated.rotator })
  })

const ended = async (running: Running): Promise<{ code: number | string; said: string }> => ({
  code: await running.ended,
  said: running.stdout() + running.stderr(),
})

/** Where the antenna truly is. */
const trueAzimuth = (): number => {
  const state = JSON.parse(readFileSync(world.path('state.json'), 'utf8'))
  return state.axes.azimuth.antenna
}

describe('bad input to azel track', () => {
  it.each(['nan,5', '1e9,5', '10,181', '10,', ',', '10,20,30', '10;20,5', '0x10,5', '721,0'])(
    '%s is refused before anything is opened',
    async (target) => {
      const outcome = await runInProcess('track', target, '--config', world.configure())
      expect(refusalOf(outcome)).toMatch(/A direction is AZ,EL in degrees|There is no "/)
    },
  )

  it.each([
    [['--for', '0'], 'Give minutes above 0'],
    [['--for', 'nan'], 'Give minutes above 0'],
    [['--for', '1e9'], 'Give minutes above 0'],
    [['--until', 'tomorrow'], 'until'],
    [['--until', '2020-01-01T00:00:00Z'], 'has gone by'],
    [['--for', '5', '--until', '2126-01-01T00:00:00Z'], 'not both'],
  ])('%j too', async (words, sentence) => {
    const outcome = await runInProcess('track', '10,20', ...words, '--config', world.configure())
    expect(refusalOf(outcome)).toContain(sentence)
  })

  it('suggests the name that was probably meant', async () => {
    const outcome = await runInProcess('track', 'hihg flyer', '--config', world.configure())
    expect(refusalOf(outcome)).toContain('the nearest name is "HIGH FLYER"')
  })
})

describe('a rehearsal', () => {
  it('says what would be done, and that nothing forbids it', async () => {
    const config = world.configure()
    const direction = await runInProcess('track', '10,20', '--dry-run', '--config', config)
    expect(direction).toMatchObject({ ended: 0 })
    expect(direction.stdout).toContain('The antenna would point at azimuth 10°, elevation 20°.')
    const satellite = await runInProcess('track', 'high flyer', '--dry-run', '--config', config)
    expect(satellite.stdout).toMatch(/HIGH FLYER .*is up: up to \d+°, until /)
    expect(satellite.stdout).toMatch(/followed within \d+\.\d°/)
    const sun = await runInProcess('track', 'sun', '--dry-run', '--json', '--config', config)
    expect(JSON.parse(sun.stdout)).toMatchObject({ ok: true, name: 'Sun', forbids: [] })
  })

  it('says what forbids it: the range, a lock-out, a latched fault', async () => {
    const config = world.configure()
    const low = await runInProcess('track', '--config', config, '--dry-run', '--', '10,-20')
    expect(low).toMatchObject({ ended: 1 })
    expect(low.stdout).toContain("is outside the antenna's range")
    expect(await runInProcess('lock', 'maintenance', '--config', config)).toMatchObject({ ended: 0 })
    const locked = await runInProcess('track', '10,20', '--dry-run', '--config', config)
    expect(locked).toMatchObject({ ended: 1 })
    expect(locked.stdout).toContain('maintenance')
    expect((await runInProcess('status', '--config', config)).stdout).toContain('locked out for maintenance')
    await runInProcess('unlock', 'maintenance', '--config', config)
    const free = await runInProcess('track', '10,20', '--dry-run', '--config', config)
    expect(free).toMatchObject({ ended: 0 })
  })
})

describe('what azel track is given', () => {
  it('may be an azimuth below 0°, where the antenna turns so far', async () => {
    const config = world.configure((configuration) => {
      const { antenna } = configuration as unknown as Moving
      // Its controller knows signs.
      Object.assign(antenna.rotator, { driver: 'easycomm2' })
      Object.assign(antenna, { azimuth: { minimumDeg: -180, maximumDeg: 540, slewDegPerSec: 6 } })
    })
    for (const words of [['-10,30'], ['--json', '-.5,30'], ['--', '-10,30']]) {
      const outcome = await runInProcess('track', '--dry-run', '--config', config, ...words)
      expect(outcome).toMatchObject({ ended: 0, stderr: '' })
    }
    expect(refusalOf(await runInProcess('track', '-10,30x', '--config', config))).toContain('AZ,EL')
    expect(refusalOf(await runInProcess('track', '-x', '--config', config))).toContain('unknown option')
  })

  it('may be an end, which is not told as if it set then', async () => {
    const words = ['track', 'high flyer', '--dry-run', '--config', world.configure()]
    expect((await runInProcess(...words, '--for', '0.5')).stdout).toMatch(/ is up: .*, followed until /)
    expect((await runInProcess(...words)).stdout).toMatch(/ is up: [^,]*, until /)
  })
})

describe('azel stop', () => {
  it('says that the stop of a person on the mast is hardware', async () => {
    for (const command of ['stop', 'lock']) {
      const { stdout } = await runInProcess(command, '--help')
      expect(stdout).toContain('This is software. An emergency stop')
      expect(stdout).toContain('are hardware: a switch')
    }
  })

  it('is content where nothing moves', async () => {
    const config = world.configure((configuration) =>
      Object.assign(configuration, {
        antenna: { kind: 'fixed', beamWidthDeg: 40, azimuthDeg: 180, elevationDeg: 45 },
      }),
    )
    const fixed = await ended(world.azel(['stop', '--config', config]))
    expect(fixed).toEqual({ code: 0, said: 'The antenna is fixed: there is nothing to stop.\n' })
  })

  it('says of a controller that cannot be asked what it could do, and nothing else', async () => {
    let heard = ''
    const controller = createServer((line) => {
      line.on('data', (bytes) => {
        heard += bytes.toString()
      })
      line.on('error', () => line.destroy())
    })
    const port = await new Promise((resolve) => {
      controller.listen(0, '127.0.0.1', () => {
        const address = controller.address()
        resolve(address !== null && typeof address === 'object' ? address.port : 0)
      })
    })
    const config = world.configure((configuration) => {
      const { antenna } = configuration as unknown as Moving
      Object.assign(antenna.rotator, { driver: 'easycomm1', port: `tcp://127.0.0.1:${port}` })
    })
    const outcome = await ended(world.azel(['stop', '--config', config]))
    controller.close()
    expect(outcome).toEqual({
      code: 0,
      said: 'STOP was sent; this controller cannot say whether the antenna stands. Look at it.\n',
    })
    expect(heard.split('SA SE').length).toBeGreaterThan(2)
  })

  it('stops an antenna that a daemon left moving when it was killed', async () => {
    const simulated = await world.simulate()
    const config = onSimulator(simulated)
    // The antenna begins at 180°, 45°; a slew of half a minute.
    const track = await trackUntilMoving(world, simulated, ['--config', config])
    track.kill('SIGKILL')
    await track.ended
    expect(simulated.moving()).toBe(true)
    expect(await ended(world.azel(['stop', '--config', config]))).toEqual({
      code: 0,
      said: 'The antenna stands.\n',
    })
    expect(simulated.moving()).toBe(false)
    expect(trueAzimuth()).toBeLessThan(300)
  })
})

describe('azel track, alone', () => {
  it('goes there, says where it is, and stops the antenna at Ctrl-C', async () => {
    const simulated = await world.simulate()
    const track = await trackUntilMoving(world, simulated, ['--json', '--config', onSimulator(simulated)])
    await waitUntil(() => track.stdout().split('\n').length > 3, PATIENCE_MS, 'three lines')
    track.kill('SIGINT')
    expect(await track.ended).toBe(0)
    expect(simulated.moving()).toBe(false)
    const [first] = track.stdout().split('\n')
    expect(JSON.parse(first ?? '')).toMatchObject({
      phase: 'pointing',
      wantedAzimuthDeg: 350,
      wantedElevationDeg: 20,
    })
  })
})

describe('beside a command that has the antenna without a daemon', () => {
  const begin = async () => {
    const simulated = await world.simulate()
    const config = world.configure((configuration) => {
      const { antenna } = configuration as unknown as Moving
      Object.assign(antenna.rotator, { port: simulated.rotator })
      Object.assign(antenna, { stow: { azimuthDeg: 185, elevationDeg: 45 } })
    })
    const track = await trackUntilMoving(world, simulated, ['--config', config])
    return { simulated, config, track }
  }

  it('azel stop stops the antenna, and the command ends; others are refused, and told why', async () => {
    const { simulated, config, track } = await begin()
    const other = await runInProcess('track', '10,20', '--config', config)
    expect(refusalOf(other)).toContain('"azel track azimuth 350°, elevation 20°" has the antenna')
    const status = await runInProcess('status', '--config', config)
    expect(status.stdout).toContain(
      'No daemon runs; "azel track azimuth 350°, elevation 20°" has the antenna.',
    )
    expect(await ended(world.azel(['stop', '--config', config]))).toMatchObject({
      code: 0,
      said: expect.stringMatching(/^The antenna stands, and is held there/),
    })
    expect(simulated.moving()).toBe(false)
    expect(await track.ended).toBe(1)
    expect(track.stderr()).toContain('The antenna was stopped by somebody else')
    expect(trueAzimuth()).toBeLessThan(340)
  })

  it('azel lock wind stows the antenna, within a second, and the command ends with the reason', async () => {
    const { simulated, config, track } = await begin()
    // What is timed is the answer, not the loading of the command.
    await import('../../src/cli/control/simple.ts')
    const asked = performance.now()
    const locked = await runInProcess('lock', 'wind', '--config', config)
    expect(locked.stdout).toContain('The antenna is locked out for wind, by an operator.')
    expect(performance.now() - asked).toBeLessThan(1_000)
    expect(await track.ended).toBe(1)
    expect(track.stderr()).toContain('The antenna is locked out for wind (by an operator)')
    expect(simulated.moving()).toBe(false)
    expect(Math.abs(trueAzimuth() - 185)).toBeLessThan(3)
  })
})

describe('azel rotctld', () => {
  it.each(['0.0.0.0:4533', '[::]:4533', 'host:1', 'nonsense'])(
    'refuses %s: others can reach it and there is no list of who may, or it is no address',
    async (listen) => {
      const refused = await runInProcess('rotctld', '--config', world.configure(), '--listen', listen)
      expect(refusalOf(refused)).toMatch(/list who may connect under rotctld.allow|is no ADDRESS:PORT/)
    },
  )
})
