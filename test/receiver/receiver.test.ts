import { afterEach, describe, expect, it } from 'vitest'
import { every, type Repeating } from '../../src/kernel/clock.ts'
import type { Fault } from '../../src/kernel/errors.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { createRandom } from '../../src/kernel/random.ts'
import { ok, unwrap } from '../../src/kernel/result.ts'
import { utcMs } from '../../src/kernel/time.ts'
import { hz, ms } from '../../src/kernel/units.ts'
import { createVirtualClock, type VirtualClock } from '../../src/kernel/virtual-clock.ts'
import { createReceiver, type Listening, type Look, type Receiver } from '../../src/receiver/receiver.ts'
import { connectRtlTcp } from '../../src/receiver/rtl-tcp-client.ts'
import { createScriptedStream, type ScriptedStream } from '../support/scripted-stream.ts'

const RATE = 240_000
const START = utcMs(1_787_443_200_000)

const header = (tunerType: number): Uint8Array => {
  const bytes = new Uint8Array(12)
  bytes.set([0x52, 0x54, 0x4c, 0x30])
  new DataView(bytes.buffer).setUint32(4, tunerType)
  new DataView(bytes.buffer).setUint32(8, 29)
  return bytes
}

interface Radio {
  readonly stream: ScriptedStream
  readonly start: () => void
  readonly stop: () => void
  /** The frequency in each frequency command that came. */
  readonly tunings: number[]
}

/** An rtl_tcp server in a few lines: the carrier at an absolute frequency as a function of UTC. */
const createRadio = (
  clock: VirtualClock,
  options: {
    readonly tunerType?: number
    readonly provenance?: 'real' | 'simulated'
    readonly carrierHz: (utc: number) => number
    readonly chunkSplit?: number
  },
): Radio => {
  const random = createRandom(21)
  const tunings: number[] = []
  let tuned = 100e6
  let phase = 0
  let heldBack: Uint8Array = new Uint8Array(0)
  let feeding: Repeating | undefined
  const stream = createScriptedStream({
    ...(options.provenance === undefined ? {} : { provenance: options.provenance }),
    onWrite: (text) => {
      if (text.charCodeAt(0) !== 1) return
      tuned = new DataView(Uint8Array.from(text, (c) => c.charCodeAt(0)).buffer).getUint32(1)
      tunings.push(tuned)
    },
  })
  const samplesPerChunk = RATE / 50
  const chunk = (): void => {
    const bytes = new Uint8Array(2 * samplesPerChunk)
    const startUtc = clock.utcNow() - 20
    for (let n = 0; n < samplesPerChunk; n += 1) {
      const frequency = options.carrierHz(startUtc + (n * 1000) / RATE) - tuned
      phase = (phase + (2 * Math.PI * frequency) / RATE) % (2 * Math.PI)
      bytes[2 * n] = Math.round(127.5 + 20 * Math.cos(phase) + 24 * (random.uniform() - 0.5))
      bytes[2 * n + 1] = Math.round(127.5 + 20 * Math.sin(phase) + 24 * (random.uniform() - 0.5))
    }
    const split = options.chunkSplit ?? 0
    // With an odd split every chunk ends in the middle of a sample.
    stream.say(Buffer.concat([heldBack, bytes.subarray(0, split)]))
    heldBack = bytes.subarray(split % 2 === 1 ? bytes.length - 1 : bytes.length)
    stream.say(bytes.subarray(split, bytes.length - heldBack.length))
  }
  return {
    stream,
    tunings,
    start: () => {
      stream.say(header(options.tunerType ?? 5).subarray(0, 5))
      stream.say(header(options.tunerType ?? 5).subarray(5))
      feeding = every(clock, ms(20), chunk)
    },
    stop: () => feeding?.stop(),
  }
}

const CENTRE = 437_800_000
/** A carrier that sweeps at -90 Hz/s through a Doppler shift of 3 kHz, with an oscillator 700 Hz off. */
const truth = (utc: number): number => CENTRE + 700 + 3_000 - 0.09 * (utc - START)
const listening: Listening = {
  centre: hz(CENTRE),
  dopplerMax: hz(10_000),
  searchHalfWidth: hz(2_500),
  // The prediction does not know the oscillator's error.
  expectedAt: (utc) => ({ frequency: hz(truth(utc) - 700), sweepHzPerSec: -90 }),
}

let receiver: Receiver | undefined
afterEach(async () => {
  await receiver?.close()
})

const connected = async (
  clock: VirtualClock,
  radio: Radio,
  looks: Look[],
  faults: Fault[] = [],
): Promise<Receiver> => {
  const made = createReceiver({
    clock,
    open: async () => ok(radio.stream),
    log: silentLog,
    delayBound: ms(5),
    onLook: (look) => looks.push(look),
    onFault: (failure) => faults.push(failure),
  })
  receiver = made
  const connecting = made.connect()
  clock.setTimer(ms(10), radio.start)
  await clock.advance(ms(50))
  unwrap(await connecting)
  return made
}

describe('the receiver', () => {
  it('measures the carrier that is there and not the one predicted, at the instant it says', async () => {
    const clock = createVirtualClock({ startUtc: START })
    const looks: Look[] = []
    const radio = createRadio(clock, { carrierHz: truth, chunkSplit: 1001 })
    const made = await connected(clock, radio, looks)
    const { tuned } = unwrap(await made.listen(listening))
    expect(radio.tunings).toEqual([tuned])
    expect(CENTRE - tuned).toBe(30_000)
    await clock.advance(ms(8_000))
    radio.stop()
    expect(looks.length).toBeGreaterThanOrEqual(6)
    for (const look of looks) {
      if (!look.carrier.detected || look.frequency === undefined) throw new Error('not detected')
      expect(Math.abs(look.frequency - truth(look.midUtcMs))).toBeLessThan(4.5 * look.carrier.sigmaHz + 0.02)
      expect(look.carrier.sigmaHz).toBeLessThan(0.1)
      // I and Q that had changed places would show as a weaker image.
      expect(Math.abs(look.carrier.powerDbfs - 20 * Math.log10(20 / 127.5))).toBeLessThan(0.2)
      expect(look.spectrum).toHaveLength(60)
    }
    expect(looks.at(-1)?.time.method).toBe('sample-count')
    // One tuning for the whole pass.
    expect(radio.tunings).toEqual([tuned])
  })

  it('sends rate, gain and gain control as rtl_tcp reads them', async () => {
    const clock = createVirtualClock({ startUtc: START })
    const radio = createRadio(clock, { carrierHz: truth })
    await connected(clock, radio, [])
    radio.stop()
    expect(radio.stream.written.map((bytes) => Buffer.from(bytes).toString('hex'))).toEqual([
      '020003a980',
      '0300000000',
      '0800000000',
    ])
  })

  it('refuses a second tuning while it listens', async () => {
    const clock = createVirtualClock({ startUtc: START })
    const radio = createRadio(clock, { carrierHz: truth })
    const made = await connected(clock, radio, [])
    unwrap(await made.listen(listening))
    const second = await made.listen({ ...listening, centre: hz(145_800_000) })
    expect(second).toMatchObject({ ok: false, error: { code: 'receiver.busy' } })
    expect(radio.tunings).toHaveLength(1)
    made.stopListening()
    expect((await made.listen({ ...listening, centre: hz(145_800_000) })).ok).toBe(true)
    radio.stop()
  })

  it('takes a device for real only if both its line and its tuner can be', async () => {
    for (const [provenance, tunerType, tuner, expected] of [
      ['real', 5, 'R820T', 'real'],
      ['real', 6, 'R828D', 'real'],
      ['real', 0, 'type 0', 'simulated'],
      ['real', 7, 'type 7', 'simulated'],
      ['real', 0x53494d00, 'simulator', 'simulated'],
      ['simulated', 5, 'R820T', 'simulated'],
    ] as const) {
      const clock = createVirtualClock({ startUtc: START })
      const radio = createRadio(clock, { provenance, tunerType, carrierHz: truth })
      const made = await connected(clock, radio, [])
      expect(made.status()).toMatchObject({ provenance: expected, tuner })
      radio.stop()
      await made.close()
    }
  })

  it('comes back with the same tuning after the link was cut in a pass', async () => {
    const clock = createVirtualClock({ startUtc: START })
    const radios = [createRadio(clock, { carrierHz: truth }), createRadio(clock, { carrierHz: truth })]
    const looks: Look[] = []
    const faults: Fault[] = []
    let opened = 0
    receiver = createReceiver({
      clock,
      open: async () => {
        const radio = radios[opened]
        opened += 1
        if (radio === undefined) throw new Error('opened too often')
        clock.setTimer(ms(5), radio.start)
        return ok(radio.stream)
      },
      log: silentLog,
      onLook: (look) => looks.push(look),
      onFault: (failure) => faults.push(failure),
    })
    const connecting = receiver.connect()
    await clock.advance(ms(50))
    unwrap(await connecting)
    const { tuned } = unwrap(await receiver.listen(listening))
    await clock.advance(ms(3_000))
    const before = looks.length
    radios[0]?.stop()
    radios[0]?.stream.cut()
    await clock.advance(ms(6_000))
    radios[1]?.stop()
    expect(faults.map((failure) => failure.code)).toEqual(['link.closed'])
    expect(radios[1]?.tunings).toEqual([tuned])
    expect(looks.length).toBeGreaterThan(before)
    for (const look of looks) {
      expect(Math.abs((look.frequency ?? 0) - truth(look.midUtcMs))).toBeLessThan(1)
    }
  })

  it('gives up a server that stops talking, and tries again', async () => {
    const clock = createVirtualClock({ startUtc: START })
    const radio = createRadio(clock, { carrierHz: truth })
    const faults: Fault[] = []
    await connected(clock, radio, [], faults)
    await clock.advance(ms(500))
    radio.stop()
    await clock.advance(ms(3_600))
    expect(faults[0]?.code).toBe('receiver.silent')
    expect(radio.stream.isClosed()).toBe(true)
  })

  it('never gives a sample from before the tuning', async () => {
    const clock = createVirtualClock({ startUtc: START })
    const radio = createRadio(clock, { carrierHz: truth })
    const connecting = connectRtlTcp({
      clock,
      open: async () => ok(radio.stream),
      sampleRate: hz(RATE),
      gain: 28.5,
      onFault: () => {},
    })
    clock.setTimer(ms(10), radio.start)
    await clock.advance(ms(2_000))
    const client = unwrap(await connecting)
    unwrap(await client.tune(hz(CENTRE)))
    const tunedAt = clock.utcNow()
    expect(client.latest(1_000)).toBeUndefined()
    await clock.advance(ms(500))
    expect(client.latest(1_000)).toBeUndefined()
    await clock.advance(ms(300))
    expect(client.latest(1_000)?.time.utcMs).toBeGreaterThan(tunedAt + 500)
    expect(await client.tune(hz(Number.NaN))).toMatchObject({ ok: false })
    radio.stop()
    await client.close()
  })
})

describe('a connection that is no rtl_tcp server', () => {
  const attempt = async (act: (stream: ScriptedStream) => void): Promise<unknown> => {
    const clock = createVirtualClock({ startUtc: START })
    const stream = createScriptedStream()
    const connecting = connectRtlTcp({
      clock,
      open: async () => ok(stream),
      sampleRate: hz(RATE),
      gain: 'automatic',
      onFault: () => {},
    })
    clock.setTimer(ms(10), () => act(stream))
    await clock.advance(ms(4_000))
    const outcome = await connecting
    return { ...outcome, closed: stream.isClosed() }
  }

  it('is refused for its greeting', async () => {
    expect(await attempt((stream) => stream.say('HTTP/1.1 400 Bad Request\r\n'))).toMatchObject({
      ok: false,
      closed: true,
      error: { code: 'receiver.protocol' },
    })
  })

  it('is refused for silence, or half a greeting', async () => {
    expect(await attempt((stream) => stream.say('RTL0'))).toMatchObject({
      ok: false,
      closed: true,
      error: { code: 'receiver.silent' },
    })
  })

  it('is refused when it hangs up', async () => {
    expect(await attempt((stream) => stream.cut())).toMatchObject({
      ok: false,
      error: { code: 'link.closed' },
    })
  })
})
