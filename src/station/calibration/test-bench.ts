import { type AzEl, shortestTurn } from '../../kernel/angle.ts'
import type { ByteStream, OpenByteStream } from '../../kernel/byte-stream.ts'
import { type Clock, sleep } from '../../kernel/clock.ts'
import { type Fault, fault } from '../../kernel/errors.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { type MonoMs, monoMs } from '../../kernel/time.ts'
import { type Deg, ms } from '../../kernel/units.ts'
import { lockedOut, strictest } from '../../pointing/lock-out.ts'
import type { Whereabouts } from '../../pointing/motion-gate.ts'
import { type AzElMount, onSky } from '../../pointing/mount.ts'
import type { RotatorDriver } from '../../rotator/driver.ts'
import type { Antenna } from '../antenna.ts'
import type { AntennaMemory } from '../antenna-memory.ts'

/** A reading with the stopwatch. */
export interface TimedPlace extends Whereabouts {
  readonly atMonoMs: MonoMs
}

/** What is seen of the antenna's line: what was written when, and what came. */
export interface LineWatch {
  /** To be given to the antenna in place of its line and its memory. */
  readonly open: OpenByteStream
  readonly memory: AntennaMemory
  readonly readings: () => readonly TimedPlace[]
  /** When the first motion, or the first STOP, was written after an instant. */
  readonly firstWrite: (kind: 'motion' | 'stop', after: MonoMs) => MonoMs | undefined
  /** The azimuth as the controller itself says it, before the turns of the cable are counted. */
  readonly rawAzimuth: () => Deg | undefined
}

// Half an hour at two a second; a procedure takes minutes.
const READINGS_MAX = 4_000
const WRITES_MAX = 1_000
const LINE_BYTES_MAX = 256

/** Looks over the shoulder of the antenna at its line. */
export const watchLine = (options: {
  readonly clock: Clock
  readonly driver: RotatorDriver
  readonly open: OpenByteStream
  readonly memory: AntennaMemory
}): LineWatch => {
  const { clock, driver } = options
  const readings: TimedPlace[] = []
  const writes: { readonly kind: 'motion' | 'stop'; readonly atMonoMs: MonoMs }[] = []
  let rawAzimuth: Deg | undefined
  let unread = ''
  const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
  // What follows a STOP may follow a motion as well: it is neither.
  const [stop, ...behind] = driver.encodeStop().map(textOf)
  const questions = new Set(
    [
      ...driver.queries.flatMap(({ frames }) => frames.map(({ bytes }) => bytes)),
      ...driver.introductions,
      ...driver.statusQueries,
    ]
      .map(textOf)
      .concat(behind),
  )
  const { framing } = driver.capabilities

  const hear = (bytes: Uint8Array): void => {
    // Packets are told apart by their ends: there the count is the axis's own, and raw is what is reported.
    if (framing.kind !== 'lines') return
    unread += textOf(bytes)
    const frames = unread.split(new RegExp(`[${framing.delimiters}]`))
    unread = (frames.pop() ?? '').slice(-LINE_BYTES_MAX)
    for (const frame of frames) {
      const reply = driver.parse(frame)
      if (reply.kind === 'position' && reply.azimuth !== undefined) rawAzimuth = reply.azimuth
    }
  }

  const watched = (stream: ByteStream): ByteStream => ({
    ...stream,
    write: (bytes) => {
      const text = textOf(bytes)
      if (!questions.has(text) && writes.length < WRITES_MAX) {
        writes.push({ kind: text === stop ? 'stop' : 'motion', atMonoMs: clock.monoNow() })
      }
      return stream.write(bytes)
    },
    onBytes: (listener) =>
      stream.onBytes((bytes) => {
        hear(bytes)
        listener(bytes)
      }),
  })

  return {
    open: async () => {
      const opened = await options.open()
      return opened.ok ? ok(watched(opened.value)) : opened
    },
    memory: {
      ...options.memory,
      remember: (place) => {
        const { position } = place
        const atMonoMs =
          'atMonoMs' in position && typeof position.atMonoMs === 'number'
            ? monoMs(position.atMonoMs)
            : clock.monoNow()
        if (readings.length < READINGS_MAX) readings.push({ ...position, atMonoMs })
        options.memory.remember(place)
      },
    },
    readings: () => readings,
    firstWrite: (kind, after) =>
      writes.find((write) => write.kind === kind && write.atMonoMs >= after)?.atMonoMs,
    rawAzimuth: () => rawAzimuth,
  }
}

// A long way is gone in pieces, and it stands between them; at its end it may rest a few steps beside.
const NEAR_STEPS = 3
const NEAR_DEG = 1

/** On whichever turn of the cable. */
const isNear = (place: AzEl, to: AzEl, within: number): boolean =>
  Math.abs(shortestTurn({ from: place.azimuth, to: to.azimuth })) <= within &&
  Math.abs(place.elevation - to.elevation) <= within

/** The antenna as a procedure uses it: each motion is an operator's and goes through the gate; a person may stop it at any moment. */
export interface TestBench {
  readonly clock: Clock
  readonly mount: AzElMount
  readonly driver: RotatorDriver
  readonly watch: LineWatch
  readonly here: () => TimedPlace | undefined
  /** Asks for a place of the axes, as they show it, and comes back at once. */
  readonly ask: (place: AzEl) => Result<void, Fault>
  /** Until readings agree that it stands, where told near a place; a fault, or Ctrl-C, ends it. */
  readonly settle: (limitMs: number, to?: AzEl) => Promise<Result<TimedPlace, Fault>>
  readonly stop: () => Promise<Result<void, Fault>>
  /** Fails once the person has stopped it, or the antenna is at fault. */
  readonly check: () => Result<void, Fault>
  readonly wait: (durationMs: number) => Promise<Result<void, Fault>>
}

const LOOK_MS = 50
// So many polls in a row with the same place, and it stands: a slow axis turns by a step in one.
const STILL_POLLS = 4
// Readings of an antenna at rest scatter by the steps of its encoder, however fine the controller tells them.
const SCATTER_MAX_DEG = 0.7

export const createTestBench = (options: {
  readonly clock: Clock
  readonly antenna: Antenna
  readonly mount: AzElMount
  readonly driver: RotatorDriver
  readonly watch: LineWatch
  readonly stopAsked: AbortSignal
}): TestBench => {
  const { clock, antenna, mount, driver, watch, stopAsked } = options
  const here = (): TimedPlace | undefined => watch.readings().at(-1)
  const check = (): Result<void, Fault> => {
    if (stopAsked.aborted) return err(fault('calibration.stopped', 'The calibration was stopped by hand'))
    const { fault: failure, phase, lockOuts } = antenna.status()
    const lockOut = strictest(lockOuts)
    if (lockOut !== undefined) return err(lockedOut(lockOut))
    return failure !== undefined && (phase === 'faulted' || phase === 'unreachable')
      ? err(failure)
      : ok(undefined)
  }
  const wait = async (durationMs: number): Promise<Result<void, Fault>> => {
    const untilMonoMs = clock.monoNow() + durationMs
    while (clock.monoNow() < untilMonoMs) {
      const checked = check()
      if (!checked.ok) return checked
      await sleep(clock, ms(Math.min(LOOK_MS, untilMonoMs - clock.monoNow())), stopAsked)
    }
    return check()
  }
  return {
    clock,
    mount,
    driver,
    watch,
    here,
    ask: (place) => {
      const checked = check()
      return checked.ok ? antenna.pointAt(onSky(mount, place), 'operator') : checked
    },
    settle: async (limitMs, to) => {
      const from = clock.monoNow()
      // The command is on its way, and the run-up has begun.
      const quietMs = 2 * driver.capabilities.pollPeriod + driver.capabilities.commandPeriod
      const near = NEAR_STEPS * mount.resolution + NEAR_DEG
      const bound = Math.max(1.01 * mount.resolution, SCATTER_MAX_DEG)
      for (;;) {
        const waited = await wait(LOOK_MS)
        if (!waited.ok) return waited
        const recent = watch.readings().slice(-STILL_POLLS)
        const [first] = recent
        const last = recent.at(-1)
        if (last !== undefined && first !== undefined && recent.length === STILL_POLLS) {
          const spread = (values: readonly number[]): number => Math.max(...values) - Math.min(...values)
          const stands =
            first.atMonoMs >= from + quietMs &&
            spread(recent.map(({ azimuth }) => azimuth)) < bound &&
            spread(recent.map(({ elevation }) => elevation)) < bound &&
            (to === undefined || isNear(last, to, near))
          if (stands) return ok(last)
        }
        if (clock.monoNow() - from > limitMs) {
          return err(
            fault(
              'calibration.failed',
              `The antenna did not come to rest within ${Math.round(limitMs / 1000)} s`,
            ),
          )
        }
      }
    },
    stop: async () => {
      const stopped = await antenna.stop('operator')
      return stopped.ok ? ok(undefined) : stopped
    },
    check,
    wait,
  }
}
