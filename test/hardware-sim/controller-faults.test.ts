import type { SerialPortMock } from 'serialport'
import { describe, expect, test } from 'vitest'
import type { SimulatedFault } from '../../hardware-sim/station/faults.ts'
import { createSimulatedStation, type SimulatedStationOptions } from '../../hardware-sim/station/station.ts'
import { createRandom } from '../../src/kernel/random.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { ms } from '../../src/kernel/units.ts'
import { createVirtualClock } from '../../src/kernel/virtual-clock.ts'
import { MID_PASS, SITE } from './iss.ts'

const setUp = async (more: Partial<SimulatedStationOptions> = {}) => {
  const clock = createVirtualClock({ startUtc: MID_PASS })
  const station = unwrap(
    createSimulatedStation({
      clock,
      random: createRandom(1),
      site: SITE,
      elementSets: [],
      transmitters: [],
      ...more,
    }),
  )
  const port = unwrap(await station.openSerialPort())
  const heard: string[] = []
  port.on('data', (bytes: Buffer) => heard.push(bytes.toString('latin1')))
  const wait = (seconds: number): Promise<void> => clock.advance(ms(seconds * 1000))
  const ask = async (question: string, seconds = 0.3): Promise<string> => {
    heard.length = 0
    port.write(question)
    await wait(seconds)
    return heard.join('')
  }
  const azimuth = (): number => station.truth.axisAt(station.truth.utcNow(), 'azimuth')?.motor ?? Number.NaN
  const wear = () => station.truth.axisAt(station.truth.utcNow(), 'azimuth')
  return { clock, station, port, heard, wait, ask, azimuth, wear }
}
const COUNTED = { firmware: 'easycomm3', mount: 'easycomm-fast' } as const

describe('answers that go wrong on the way', () => {
  const STANDING = 'AZ=180  EL=045\r\n'
  const answersUnder = async (fault: SimulatedFault, questions: number): Promise<string[]> => {
    const { station, ask } = await setUp()
    station.injectFault(fault)
    const answers: string[] = []
    for (let count = 0; count < questions; count += 1) answers.push(await ask('C2\r', 3))
    return answers
  }

  test('doubled, merged, without their ends of line, without an end', async () => {
    expect(await answersUnder('controller-doubled-reply', 1)).toEqual([STANDING + STANDING])
    expect(await answersUnder('controller-merged-reply', 2)).toEqual(['', STANDING + STANDING])
    expect(await answersUnder('controller-no-newline', 1)).toEqual(['AZ=180  EL=045'])
    const [endless = ''] = await answersUnder('controller-endless', 1)
    expect(endless.slice(16)).toMatch(/^A{2000}$/)
  })

  test('split: each byte by itself, with pauses', async () => {
    const { station, ask, heard } = await setUp()
    station.injectFault('controller-split-reply')
    expect(await ask('C2\r', 1)).toBe(STANDING)
    expect(heard).toHaveLength(STANDING.length)
  })

  test('stale: each is the answer to the question before', async () => {
    const { station, ask } = await setUp()
    station.injectFault('controller-stale-reply')
    expect([await ask('C\r'), await ask('B\r'), await ask('C2\r')]).toEqual(['', 'AZ=180\r\n', 'EL=045\r\n'])
  })

  test('noisy: the bytes are all there, in their order, and others between', async () => {
    const [noisy = ''] = await answersUnder('controller-noise', 1)
    expect(noisy.length).toBeGreaterThan(STANDING.length)
    let from = 0
    for (const letter of STANDING) {
      const at = noisy.indexOf(letter, from)
      expect(at).toBeGreaterThanOrEqual(from)
      from = at + 1
    }
  })
})

describe('a controller without power', () => {
  test('stops, and after it counters show zero where the antenna stands, until it has been home', async () => {
    const { station, ask, wait, azimuth } = await setUp(COUNTED)
    await ask('AZ300.0 EL45.0\n', 2)
    station.injectFault('power-cut')
    await wait(3)
    const stood = azimuth()
    expect(stood).toBeGreaterThan(190)
    expect(stood).toBeLessThan(299)
    expect(await ask('AZ EL\n')).toBe('')
    station.clearFault('power-cut')
    expect(await ask('AZ EL\n')).toBe('AZ0.0 EL0.0\n')
    expect(await ask('GS\nGE\n')).toBe('GS8\nGE4\n')
    expect(azimuth()).toBe(stood)
    await ask('RESET\n', 30)
    expect(await ask('GE\n')).toBe('GE0\n')
    expect(azimuth()).toBeCloseTo(0, 1)
  })

  test('forgets half a command, and what it was set to', async () => {
    const { station, ask } = await setUp(COUNTED)
    await ask('CW7,90.0\nAZ30')
    station.injectFault('controller-reboot')
    expect(await ask('0.0\nCR7\n')).toBe('CR7,0.00\n')
    expect(station.truth.axisAt(station.truth.utcNow(), 'azimuth')).toMatchObject({ motor: 180, velocity: 0 })
  })

  test('with potentiometers knows where it is', async () => {
    const { station, ask } = await setUp()
    station.injectFault('power-cut')
    station.clearFault('power-cut')
    expect(await ask('C\r')).toBe('AZ=180\r\n')
  })

  test('hears at once what an adapter held', async () => {
    const { station, ask, wait, azimuth } = await setUp()
    station.injectFault('stale-write')
    await ask('W300 045\r', 5)
    expect(azimuth()).toBe(180)
    station.clearFault('stale-write')
    await wait(5)
    expect(azimuth()).toBeGreaterThan(190)
  })
})

describe('the adapter', () => {
  const reopen = async (
    world: Awaited<ReturnType<typeof setUp>>,
    port: SerialPortMock,
    hupcl: boolean,
  ): Promise<SerialPortMock> => {
    await new Promise((resolve) => port.close(resolve))
    await world.wait(0.01)
    return unwrap(await world.station.openSerialPort({ hupcl }))
  }

  test('boots a board whose reset hangs on DTR at each opening, unless the one before left DTR raised', async () => {
    const world = await setUp({ ...COUNTED, rotator: { resetsOnDtr: true } })
    const homeKnown = () => world.station.plant.isHomeKnown()
    world.station.plant.setHomeLost(world.clock.monoNow(), false)
    const second = await reopen(world, world.port, false)
    expect(homeKnown()).toBe(false)
    world.station.plant.setHomeLost(world.clock.monoNow(), false)
    const third = await reopen(world, second, true)
    expect(homeKnown()).toBe(true)
    third.set({ dtr: false })
    expect(homeKnown()).toBe(true)
    third.set({ dtr: true })
    expect(homeKnown()).toBe(false)
  })

  test('boots nothing that does not hang on DTR', async () => {
    const world = await setUp(COUNTED)
    await reopen(world, world.port, true)
    expect(world.station.plant.isHomeKnown()).toBe(true)
  })

  test('comes back under another path with the serial number that it had', async () => {
    const { station } = await setUp()
    const [before] = station.listSerialPorts()
    station.injectFault('adapter-renamed')
    expect(station.listSerialPorts()).toEqual([])
    station.clearFault('adapter-renamed')
    const [after] = station.listSerialPorts()
    expect(after?.serialNumber).toBe(before?.serialNumber)
    expect(after?.path).not.toBe(before?.path)
    expect(station.serialPath).toBe(after?.path)
    const old = await station.openSerialPort({ path: before?.path ?? '' })
    expect(old).toMatchObject({ ok: false, error: { code: 'serial.missing' } })
    expect(await station.openSerialPort({ path: after?.path ?? '' })).toMatchObject({ ok: true })
  })
})

describe('faults of the motion', () => {
  test('a hard stop is hit at speed, and the reading stands', async () => {
    const { station, ask, wait, wear } = await setUp()
    await ask('W300 045\r', 3)
    station.injectFault('hard-stop-azimuth')
    await wait(3)
    expect(wear()).toMatchObject({ velocity: 0, stopHits: 1, hardestHit: 6 })
    expect(await ask('C\r')).toBe(await ask('C\r'))
  })

  test('an encoder jumps in one reading further than the antenna can turn', async () => {
    const { station, ask } = await setUp()
    station.injectFault('encoder-jump-azimuth')
    expect(await ask('C\r')).toBe('AZ=217\r\n')
  })

  test('a noisy encoder scatters while the antenna stands', async () => {
    const { station, ask, azimuth } = await setUp()
    station.injectFault('encoder-noise')
    const readings = new Set<string>()
    for (let count = 0; count < 20; count += 1) readings.add(await ask('C\r', 0.1))
    expect(readings.size).toBeGreaterThan(3)
    expect(azimuth()).toBe(180)
  })

  test('a storm is on the speed', async () => {
    const { station, ask, wait, wear } = await setUp()
    station.injectFault('storm')
    await ask('R\r', 2)
    const speeds: number[] = []
    for (let count = 0; count < 20; count += 1) {
      await wait(0.5)
      speeds.push(wear()?.velocity ?? 0)
    }
    expect(Math.max(...speeds) - Math.min(...speeds)).toBeGreaterThan(0.5)
  })
})
