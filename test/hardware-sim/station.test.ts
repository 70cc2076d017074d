import type { SerialPortMock } from 'serialport'
import { describe, expect, test } from 'vitest'
import { rtlTcpHeader, SIMULATED_TUNER_TYPE } from '../../hardware-sim/dongle/rtl-tcp-protocol.ts'
import { SIMULATED_FAULTS, type SimulatedFault } from '../../hardware-sim/station/faults.ts'
import {
  createSimulatedStation,
  type SimulatedStation,
  type SimulatedStationOptions,
} from '../../hardware-sim/station/station.ts'
import type { ByteStream } from '../../src/kernel/byte-stream.ts'
import { createRandom } from '../../src/kernel/random.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { type UtcMs, utcMs, utcPlus } from '../../src/kernel/time.ts'
import { db, deg, hz, ms } from '../../src/kernel/units.ts'
import { createVirtualClock, type VirtualClock } from '../../src/kernel/virtual-clock.ts'
import { ISS, MID_PASS, SITE } from './iss.ts'

const BEACON = hz(437_800_000)

const setUp = (
  seed = 1,
  more: Partial<SimulatedStationOptions> = {},
  startUtc: UtcMs = MID_PASS,
): { clock: VirtualClock; station: SimulatedStation } => {
  const clock = createVirtualClock({ startUtc })
  const station = unwrap(
    createSimulatedStation({
      clock,
      random: createRandom(seed),
      site: SITE,
      elementSets: [ISS],
      transmitters: [{ catalogNumber: 25544, frequency: BEACON, name: 'beacon' }],
      ...more,
    }),
  )
  return { clock, station }
}

interface Heard {
  readonly atMs: number
  readonly text: string
}

const listen = (clock: VirtualClock, port: SerialPortMock): Heard[] => {
  const heard: Heard[] = []
  port.on('data', (bytes: Buffer) => heard.push({ atMs: clock.monoNow(), text: bytes.toString('latin1') }))
  return heard
}
const textOf = (heard: readonly Heard[]): string => heard.map(({ text }) => text).join('')

describe('the simulated serial port', () => {
  test('moves the antenna and answers at the pace of the line', async () => {
    const { clock, station } = setUp()
    const port = unwrap(await station.openSerialPort())
    const heard = listen(clock, port)
    port.write('C2\r')
    await clock.advance(ms(1000))
    // 3 bytes there, 5 ms of thought, 16 bytes back, at 10 bits a byte and 9600 baud.
    expect(heard).toEqual([
      { atMs: expect.closeTo((3 + 16) * (10_000 / 9600) + 5, 6), text: 'AZ=180  EL=045\r\n' },
    ])
    port.write('W200 060\r')
    await clock.advance(ms(20_000))
    port.write('C2\r')
    await clock.advance(ms(1000))
    expect(heard.at(-1)?.text).toBe('AZ=200  EL=060\r\n')
    const { azimuth, elevation } = station.truth.boresightAt(station.truth.utcNow())
    expect(Math.abs(azimuth - 200)).toBeLessThan(0.6)
    expect(Math.abs(elevation - 60)).toBeLessThan(0.6)
  })

  test('is one connection at a time, a new port object each, and hears nothing of the one before', async () => {
    const { clock, station } = setUp()
    const first = unwrap(await station.openSerialPort())
    expect(await station.openSerialPort()).toMatchObject({ ok: false, error: { code: 'serial.busy' } })
    first.write('C2\r')
    await clock.advance(ms(2))
    await new Promise<void>((resolve) => first.close(() => resolve()))
    const second = unwrap(await station.openSerialPort())
    expect(second).not.toBe(first)
    const heard = listen(clock, second)
    second.write('C\r')
    await clock.advance(ms(200))
    expect(textOf(heard).endsWith('AZ=180\r\n')).toBe(true)
  })

  test('gives nonsense to a host at another baud rate', async () => {
    const { clock, station } = setUp()
    const port = unwrap(await station.openSerialPort({ baudRate: 4800 }))
    const heard = listen(clock, port)
    for (let query = 0; query < 5; query += 1) {
      port.write('C2\r')
      await clock.advance(ms(200))
    }
    expect(textOf(heard)).not.toContain('AZ=')
  })

  test('hands replies over in pieces when asked to', async () => {
    const { clock, station } = setUp(3, { rotator: { fragmentReplies: true } })
    const port = unwrap(await station.openSerialPort())
    const heard = listen(clock, port)
    for (let query = 0; query < 4; query += 1) {
      port.write('C2\r')
      await clock.advance(ms(200))
    }
    expect(heard.length).toBeGreaterThan(4)
    expect(textOf(heard)).toBe('AZ=180  EL=045\r\n'.repeat(4))
  })

  test('does not stop time where nobody reads, or where the port closes on the way', async () => {
    const { clock, station } = setUp()
    const port = unwrap(await station.openSerialPort())
    port.write('C2\rC2\rC2\r')
    await clock.advance(ms(500))
    port.on('error', () => {})
    port.write('C2\r')
    port.close()
    await clock.advance(ms(500))
    expect(clock.monoNow()).toBe(1000)
  })

  test('is the same run for the same seed', async () => {
    const run = async (seed: number): Promise<readonly Heard[]> => {
      const { clock, station } = setUp(seed)
      const port = unwrap(await station.openSerialPort())
      const heard = listen(clock, port)
      for (let turn = 0; turn < 30; turn += 1) {
        port.write(`W${180 + 3 * turn} 0${10 + turn}\r`)
        port.write('C2\r')
        await clock.advance(ms(430))
      }
      return heard
    }
    expect(await run(4)).toEqual(await run(4))
    expect(await run(4)).not.toEqual(await run(5))
  })

  test('is not there for a fixed antenna', async () => {
    const { station } = setUp(1, { mount: 'fixed' })
    expect(await station.openSerialPort()).toMatchObject({ ok: false, error: { code: 'serial.missing' } })
    expect(station.truth.boresightAt(MID_PASS)).toEqual({ azimuth: 0, elevation: 90 })
  })
})

describe('faults', () => {
  const withFault = async (name: SimulatedFault) => {
    const { clock, station } = setUp()
    const port = unwrap(await station.openSerialPort())
    const heard = listen(clock, port)
    let closed: Error | null | undefined
    port.on('close', (error: Error | null) => {
      closed = error
    })
    station.injectFault(name)
    await clock.advance(ms(100))
    if (port.isOpen) port.write('W240 090\r')
    if (port.isOpen) port.write('C2\r')
    await clock.advance(ms(3000))
    return {
      clock,
      station,
      port,
      text: textOf(heard),
      heard,
      closed,
      axis: station.truth.axisAt(station.truth.utcNow(), 'azimuth'),
    }
  }

  test('a stuck motor answers and does not move', async () => {
    const { axis, text } = await withFault('stuck-motor')
    expect(axis).toMatchObject({ motor: 180, velocity: 0 })
    expect(text).toBe('AZ=180  EL=045\r\n')
  })

  test('crossed wires turn it away from its target', async () => {
    expect((await withFault('wrong-way-azimuth')).axis?.velocity).toBe(-6)
  })

  test('a mute controller obeys, a dead one does not', async () => {
    const mute = await withFault('controller-mute')
    expect(mute.text).toBe('')
    expect(mute.axis?.velocity).toBe(6)
    const dead = await withFault('controller-dead')
    expect(dead.text).toBe('')
    expect(dead.axis?.velocity).toBe(0)
  })

  test('garbage, false digits and late answers are what their names say', async () => {
    expect((await withFault('controller-garbage')).text).not.toContain('AZ')
    const wrong = (await withFault('controller-wrong-reply')).text
    expect(wrong).toMatch(/^AZ=\d{3} {2}EL=\d{3}\r\n$/)
    expect(wrong).not.toBe('AZ=180  EL=045\r\n')
    const late = (await withFault('controller-late-reply')).heard[0]
    expect(late?.atMs).toBeGreaterThan(700)
  })

  test('an unplugged adapter closes its port with an error and comes back', async () => {
    const { station, closed } = await withFault('adapter-unplugged')
    expect(closed).toBeInstanceOf(Error)
    expect(await station.openSerialPort()).toMatchObject({ ok: false, error: { code: 'serial.missing' } })
    station.clearFault('adapter-unplugged')
    expect(await station.openSerialPort()).toMatchObject({ ok: true })
  })

  test.each(SIMULATED_FAULTS)('%s is over when it is cleared', async (name) => {
    const { clock, station, port: first } = await withFault(name)
    station.clearFault(name)
    const port = first.isOpen ? first : unwrap(await station.openSerialPort())
    await clock.advance(ms(2000))
    const heard = listen(clock, port)
    port.write('W100 020\r')
    await clock.advance(ms(90_000))
    port.write('C2\r')
    await clock.advance(ms(500))
    expect(textOf(heard)).toBe('AZ=100  EL=020\r\n')
  })
})

const command = (code: number, value: number): Uint8Array => {
  const bytes = new Uint8Array(5)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, code)
  view.setUint32(1, value)
  return bytes
}

const collect = (stream: ByteStream): Uint8Array[] => {
  const chunks: Uint8Array[] = []
  stream.onBytes((bytes) => chunks.push(bytes))
  return chunks
}

describe('the simulated receiver', () => {
  test('announces itself as simulated and takes one client', async () => {
    const { clock, station } = setUp()
    const stream = unwrap(await station.openReceiver())
    expect(stream.provenance).toBe('simulated')
    const chunks = collect(stream)
    expect(await station.openReceiver()).toMatchObject({ ok: false, error: { code: 'link.refused' } })
    await clock.advance(ms(30))
    expect(chunks[0]).toEqual(rtlTcpHeader())
    expect(new DataView(rtlTcpHeader().buffer).getUint32(4)).toBe(SIMULATED_TUNER_TYPE)
    await stream.close()
    expect(await station.openReceiver()).toMatchObject({ ok: true })
  })

  test('sends at the commanded rate, and ignores what it does not know or cannot do', async () => {
    const { clock, station } = setUp()
    const stream = unwrap(await station.openReceiver())
    const chunks = collect(stream)
    await stream.write(command(0x0d, 1))
    await stream.write(command(0x02, 10))
    // A command may come in pieces.
    await stream.write(command(0x02, 1_024_000).slice(0, 2))
    await stream.write(command(0x02, 1_024_000).slice(2))
    await clock.advance(ms(1100))
    const bytes = chunks.slice(1).reduce((sum, chunk) => sum + chunk.length, 0)
    expect(bytes / 2 / 1.05).toBeGreaterThan(1_000_000)
    expect(bytes / 2 / 1.1).toBeLessThan(1_024_100)
  })

  test('delivers after its latency and never before, in order', async () => {
    const { clock, station } = setUp()
    const stream = unwrap(await station.openReceiver())
    const lags: number[] = []
    let count = 0
    stream.onBytes((bytes) => {
      if (bytes.length === 12) return
      count += 1
      lags.push(clock.monoNow() - count * 50)
    })
    await clock.advance(ms(20_000))
    expect(lags).toHaveLength(399)
    expect(Math.min(...lags)).toBeGreaterThanOrEqual(12 - 0.1)
    const mean = lags.reduce((sum, lag) => sum + lag, 0) / lags.length
    expect(mean).toBeGreaterThan(13.5)
    expect(mean).toBeLessThan(14.5)
  })

  test('has the carrier where the truth says, in phase over a second of chunks', async () => {
    // As strong as the converter takes without clipping; the pass is at its steepest Doppler. The crystal is as bad as a
    // cheap one's and the carrier far off the middle, so that its error shows in the sampling as well as in the tuning.
    const { clock, station } = setUp(11, {
      sky: { referenceDbHz: db(54), beamWidth: deg(400), offsetPpm: 20 },
    })
    const start = station.truth.utcNow()
    const stream = unwrap(await station.openReceiver())
    const chunks = collect(stream)
    await stream.write(command(0x01, 437_720_000))
    await clock.advance(ms(1500))
    const iq = chunks.slice(1).flatMap((chunk) => [...chunk])
    const truth = (seconds: number) => {
      const carrier = station.truth.carrierAt(utcPlus(start, ms(seconds * 1000)), 25544, BEACON)
      if (carrier === undefined) throw new Error('no carrier')
      return carrier
    }
    // Cycles of the carrier against the receiver's own idea of 437.72 MHz, by Simpson's rule over the truth.
    const stepSec = 0.01
    const rate = 240_000
    const cycles: number[] = [0]
    for (let k = 0; k < 100; k += 1) {
      const f = (seconds: number): number => truth(seconds).expectedReportHz - 437_720_000
      const t = k * stepSec
      cycles.push((cycles[k] ?? 0) + (stepSec / 6) * (f(t) + 4 * f(t + stepSec / 2) + f(t + stepSec)))
    }
    const coherent = (from: number, to: number, offsetHz: number): number => {
      let real = 0
      let imaginary = 0
      for (let n = from; n < to; n += 1) {
        const step = Math.floor(n / 2400)
        const u = n / 2400 - step
        const f = truthSlope(cycles, step, u)
        const angle = -2 * Math.PI * (f + (offsetHz * n) / rate)
        const i = (iq[2 * n] ?? 0) - 127.5
        const q = (iq[2 * n + 1] ?? 0) - 127.5
        real += i * Math.cos(angle) - q * Math.sin(angle)
        imaginary += i * Math.sin(angle) + q * Math.cos(angle)
      }
      return Math.hypot(real, imaginary) / (to - from)
    }
    const density = truth(0.5).carrierToNoiseDensityDbHz
    const amplitude = 20 * Math.sqrt((2 * 10 ** (density / 10)) / rate)
    // Coherent over a second: 0.1 Hz off would lose 2 %, a jump of phase at a chunk more.
    expect(coherent(0, rate - 2400, 0) / amplitude).toBeGreaterThan(0.985)
    expect(coherent(0, rate - 2400, 0) / amplitude).toBeLessThan(1.015)
    expect(coherent(0, rate - 2400, 0.5) / amplitude).toBeLessThan(0.7)
  })

  test('hears through its side lobes alone when the antenna looks away', async () => {
    const { clock, station } = setUp()
    const port = unwrap(await station.openSerialPort())
    const at = station.truth.satelliteAt(station.truth.utcNow(), 25544)
    const away = Math.round(((at?.direction.azimuth ?? 0) + 180) % 360)
    port.write(`W${String(away).padStart(3, '0')} 000\r`)
    await clock.advance(ms(35_000))
    const carrier = station.truth.carrierAt(station.truth.utcNow(), 25544, BEACON)
    const spreading = 20 * Math.log10((carrier?.range ?? 0) / 1000)
    expect(carrier?.carrierToNoiseDensityDbHz).toBeCloseTo(48 - spreading - 20, 9)
  })

  test('does not follow a step of the wall clock', async () => {
    const { clock, station } = setUp()
    const before = station.truth.satelliteAt(station.truth.utcNow(), 25544)
    clock.stepWall(ms(3_600_000))
    expect(station.truth.utcNow()).toBe(MID_PASS)
    expect(station.truth.satelliteAt(station.truth.utcNow(), 25544)).toEqual(before)
  })

  test('is silent, or gone with its connection, when told to be', async () => {
    const { clock, station } = setUp()
    const stream = unwrap(await station.openReceiver())
    const chunks = collect(stream)
    let lost: string | undefined
    stream.onClose((failure) => {
      lost = failure?.code
    })
    await clock.advance(ms(200))
    station.injectFault('receiver-silent')
    const heard = chunks.length
    await clock.advance(ms(500))
    expect(chunks).toHaveLength(heard)
    station.clearFault('receiver-silent')
    await clock.advance(ms(500))
    expect(chunks.length).toBeGreaterThan(heard)
    station.injectFault('receiver-gone')
    expect(lost).toBe('link.closed')
    expect(await stream.write(command(1, 1))).toMatchObject({ ok: false })
    expect(await station.openReceiver()).toMatchObject({ ok: false, error: { code: 'link.refused' } })
    expect(clock.pendingTimers()).toBe(0)
  })

  test('scatters its crystal by a few tenths of a ppm, and the truth counts it', () => {
    const errors = Array.from({ length: 200 }, (_, seed) =>
      setUp(seed).station.truth.receiverErrorAt(MID_PASS),
    )
    const rms = Math.sqrt(errors.reduce((sum, value) => sum + value * value, 0) / errors.length)
    expect(rms).toBeGreaterThan(0.25e-6)
    expect(rms).toBeLessThan(0.35e-6)
    const { station } = setUp(9)
    const later = utcMs(MID_PASS + 100_000)
    const carrier = station.truth.carrierAt(later, 25544, BEACON)
    const error = station.truth.receiverErrorAt(later)
    expect(error).not.toBe(station.truth.receiverErrorAt(MID_PASS))
    expect(carrier?.expectedReportHz).toBeCloseTo((carrier?.arrivingHz ?? 0) / (1 + error), 5)
  })

  test('sends the same samples for the same seed', async () => {
    const run = async (seed: number): Promise<number> => {
      const { clock, station } = setUp(seed)
      const stream = unwrap(await station.openReceiver())
      let hash = 0
      stream.onBytes((bytes) => {
        for (const byte of bytes) hash = (Math.imul(hash, 31) + byte) | 0
      })
      await stream.write(command(0x01, 437_790_000))
      await clock.advance(ms(2000))
      return hash
    }
    expect(await run(1)).toBe(await run(1))
    expect(await run(1)).not.toBe(await run(2))
  })
})

/** The phase within one step, by the cubic through it and its neighbours. */
const truthSlope = (cycles: readonly number[], step: number, u: number): number => {
  const base = Math.min(Math.max(step - 1, 0), cycles.length - 4)
  const x = step - base + u
  const [a = 0, b = 0, c = 0, d = 0] = cycles.slice(base, base + 4)
  return (
    (-a * (x - 1) * (x - 2) * (x - 3)) / 6 +
    (b * x * (x - 2) * (x - 3)) / 2 -
    (c * x * (x - 1) * (x - 3)) / 2 +
    (d * x * (x - 1) * (x - 2)) / 6
  )
}
