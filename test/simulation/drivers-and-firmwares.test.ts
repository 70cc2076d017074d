import { describe, expect, it } from 'vitest'
import { createController } from '../../hardware-sim/controller/controller.ts'
import { FIRMWARES, type FirmwareName, usualMount } from '../../hardware-sim/firmware/registry.ts'
import { MOUNTS } from '../../hardware-sim/plant/mounts.ts'
import { createPlant } from '../../hardware-sim/plant/plant.ts'
import { createRandom } from '../../src/kernel/random.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { utcMs } from '../../src/kernel/time.ts'
import { deg, ms } from '../../src/kernel/units.ts'
import { createVirtualClock } from '../../src/kernel/virtual-clock.ts'
import { createConnection } from '../../src/rotator/connection.ts'
import { findDriver } from '../../src/rotator/registry.ts'
import { createScriptedStream } from '../support/scripted-stream.ts'

// Each was written from the manual by itself: what they agree on is what the manual says.
const pairs: readonly (readonly [driver: string, firmware: FirmwareName])[] = [
  ['gs232a', 'gs232a'],
  ['gs232b', 'gs232b'],
  ['gs232a', 'gs232b'],
  ['gs232b', 'gs232a'],
  ['gs232b', 'gs232b-wrapped'],
  ['gs232b', 'gs232b-cr'],
  ['gs232b', 'gs232b-echo'],
  ['gs232b', 'gs232b-k3ng'],
  ['easycomm1', 'easycomm1'],
  ['easycomm2', 'easycomm2'],
  ['easycomm2', 'easycomm2-separate'],
  ['easycomm2', 'easycomm2-k3ng'],
  ['easycomm3', 'easycomm3'],
  ['easycomm3', 'easycomm3-satnogs'],
  ['rot1prog', 'rot1prog'],
  ['rot2prog', 'rot2prog'],
  ['md01', 'md01'],
  ['md01', 'md01-logs'],
  ['rt21', 'rt21'],
]

const bench = (driverName: string, firmware: FirmwareName, baudRate?: number) => {
  const driver = unwrap(findDriver(driverName))
  const clock = createVirtualClock({ startUtc: utcMs(1_787_443_200_000) })
  const random = createRandom(1)
  const plant = createPlant({ mount: MOUNTS[usualMount(firmware)], random, start: clock.monoNow() })
  const controller = createController({
    clock,
    random,
    firmware: FIRMWARES[firmware](),
    plant,
    ...(baudRate === undefined ? {} : { baudRate }),
  })
  const line = controller.attach({ baudRate: controller.baudRate, deliver: (bytes) => stream.say(bytes) })
  const stream = createScriptedStream({
    onWrite: (text) => line.write(Uint8Array.from(text, (character) => character.charCodeAt(0))),
  })
  const troubles: (string | undefined)[] = []
  let noise = 0
  const connection = createConnection({
    clock,
    stream,
    driver,
    onNoise: () => {
      noise += 1
    },
    onRefused: (reason) => troubles.push(`refused: ${reason}`),
    onStatus: ({ trouble }) => troubles.push(trouble),
    onLost: () => {},
  })
  /** Lets time go on until it is done. */
  const during = async <Value>(work: Promise<Value>): Promise<Value> => {
    let done = false
    const watched = work.finally(() => {
      done = true
    })
    for (let passed = 0; !done && passed < 20_000; passed += 10) await clock.advance(ms(10))
    if (!done) throw new Error('still not done')
    return watched
  }
  return {
    clock,
    plant,
    driver,
    connection,
    during,
    noise: () => noise,
    troubles: () => troubles.filter((trouble) => trouble !== undefined && trouble !== ''),
    query: async () => unwrap(await during(connection.query())),
  }
}

describe.each(pairs)('the driver %s and the firmware %s', (driverName, firmware) => {
  it('agree on where the antenna is, where it shall go, and that it stops', async () => {
    const { clock, plant, driver, connection, during, query, noise, troubles } = bench(driverName, firmware)
    const { capabilities } = driver
    const axes =
      capabilities.axes === 'azimuth' ? (['azimuth'] as const) : (['azimuth', 'elevation'] as const)
    const truth = () => plant.read(clock.monoNow())
    // An encoder's noise and the backlash, and what is rounded there and back.
    const slack = 1 + 2 * capabilities.resolution

    const sees = async (): Promise<void> => {
      if (!capabilities.readBack) return
      const seen = await query()
      for (const axis of axes)
        expect(Math.abs((seen?.[axis] ?? Number.NaN) - truth()[axis])).toBeLessThan(slack)
    }

    // K3NG ignores motions for five seconds after its boot.
    await clock.advance(ms(6_000))
    unwrap(await during(connection.send(driver.encodeStop())))
    for (let polls = 0; polls < 3 && capabilities.readBack; polls += 1) await query()
    await sees()

    const start = truth()
    const target = { azimuth: deg(Math.round(start.azimuth) + 24), elevation: deg(33) }
    unwrap(await during(connection.send(unwrap(connection.encodeMoveTo(target)))))
    await clock.advance(ms(60_000))
    for (const axis of axes) expect(Math.abs(truth()[axis] - target[axis])).toBeLessThan(slack)
    await sees()

    // A stop on the way.
    const far = { azimuth: deg(target.azimuth + 90), elevation: deg(60) }
    unwrap(await during(connection.send(unwrap(connection.encodeMoveTo(far)))))
    await clock.advance(ms(2_000))
    expect(Math.abs(truth().azimuth - far.azimuth)).toBeGreaterThan(20)
    unwrap(await during(connection.send(driver.encodeStop())))
    // The brake takes a moment.
    await clock.advance(ms(3_000))
    const stopped = truth()
    await clock.advance(ms(5_000))
    for (const axis of axes) expect(Math.abs(truth()[axis] - stopped[axis])).toBeLessThan(0.5)
    expect(Math.abs(stopped.azimuth - far.azimuth)).toBeGreaterThan(5)
    await sees()
    expect(troubles()).toEqual([])
    expect(noise()).toBe(0)
  })
})

describe.each(['gs232b', 'gs232b-cr', 'gs232b-k3ng'] as const)(
  'the driver gs232b and the firmware %s',
  (firmware) => {
    // The slower the line, the later the answer to the empty line that follows a STOP: behind the next question at last.
    it.each([9600, 4800, 2400, 1200, 600])('take no STOP for refused at %i baud', async (baudRate) => {
      const { driver, connection, during, query, troubles, noise } = bench('gs232b', firmware, baudRate)
      for (let times = 0; times < 3; times += 1) {
        unwrap(await during(connection.send(driver.encodeStop())))
        expect(await query()).toBeDefined()
      }
      expect(troubles()).toEqual([])
      expect(noise()).toBe(0)
    })
  },
)
