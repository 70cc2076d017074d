import type { AzEl } from '../../kernel/angle.ts'
import { type Clock, type Timer, withTimeout } from '../../kernel/clock.ts'
import type { Fault } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import { type MonoMs, monoBetween } from '../../kernel/time.ts'
import { type Deg, deg, ms } from '../../kernel/units.ts'
import { type Answer, type AnswerLine, RESULT, type ResultCode, resultOf, writeAnswer } from './answer.ts'
import { toDecimalDegrees, toDegreesMinutesSeconds } from './calculator.ts'
import { continuesCommand, type Request, readCommandLine, readNumber } from './command-line.ts'
import { describeCapabilities, describeState } from './description.ts'
import type { Hold } from './hold.ts'
import { createJog, type JogDirection } from './jog.ts'
import type { ServedAntenna } from './served-antenna.ts'
import { isOwnCoordinates, shownPosition } from './shown-position.ts'

/** One client of the server, from its connection to its end. */
export interface Session {
  /**
   * Carries out a line, one at a time, and gives what the client is to read; `quit` where it said goodbye. A command that
   * lacks words is answered when the next line brings them, or something else, which makes it an error.
   */
  readonly handle: (line: string) => Promise<{ readonly text: string; readonly quit: boolean }>
  /** The client is gone: ends its jog and lets go. */
  readonly close: () => void
}

/** A client that says nothing for so long has gone, or does not want the antenna any more. */
const SILENT_MS = 60_000
/** Whoever turns by hand watches, and says something more often. */
const SILENT_IN_JOG_MS = 5_000
/** Hamlib's client asks again after two seconds, and would take the second answer for that to its next question. */
const STOP_ANSWER = ms(1_500)
/** A refusal that lasts is told again this often. */
const TOLD_AGAIN_MS = 600_000

// Hamlib's rotator.h, ROT_MOVE_…
const DIRECTIONS: Readonly<Record<string, JogDirection>> = { 2: 'up', 4: 'down', 8: 'left', 16: 'right' }
const SPEED_DEFAULT = 100

const isWithin = (value: number, { minimum, maximum }: { readonly minimum: Deg; readonly maximum: Deg }) =>
  value >= minimum && value <= maximum

export const createSession = (options: {
  readonly clock: Clock
  readonly log: Log
  readonly antenna: ServedAntenna
  readonly hold: Hold
  /** Address and port. */
  readonly client: string
  /** What is served, for `get_info`. */
  readonly title: string
}): Session => {
  const { clock, log, antenna, hold, client, title } = options
  const told = new Map<string, MonoMs>()
  let lastAsked: AzEl | undefined
  let silence: Timer | undefined
  let jogSilence: Timer | undefined
  let closed = false
  // A command whose last words may come on the next line, as rotctld's clients may write it.
  let half: string | undefined

  /** The directions in refusals differ from one to the next: each kind of them is told once. */
  const refuse = (failure: Fault): Answer => {
    const before = told.get(failure.code)
    const now = clock.monoNow()
    if (before === undefined || monoBetween({ from: before, to: now }) > TOLD_AGAIN_MS) {
      told.set(failure.code, now)
      log.fault(failure, { client })
    }
    return { result: resultOf(failure) }
  }
  const jog = createJog({ clock, antenna, onRefused: refuse })

  const watchJog = (watched: boolean): void => {
    jogSilence?.cancel()
    jogSilence = watched ? clock.setTimer(ms(SILENT_IN_JOG_MS), endJog) : undefined
  }
  const endJog = (): void => {
    watchJog(false)
    // Somebody who goes before may have it by now; his motion is not ours to stop.
    if (jog.end() && antenna.status().user === 'program') antenna.letGo('program')
  }
  const letGo = (): void => {
    endJog()
    hold.release(client)
  }

  /** Takes the antenna, if it is free, and moves it. Who was refused at once has not taken it. */
  const move = (motion: () => ReturnType<ServedAntenna['pointAt']>): Answer => {
    const had = hold.holder()?.client === client
    const taken = hold.take(client)
    if (!taken.ok) return refuse(taken.error)
    watchJog(false)
    jog.end()
    const moved = motion()
    if (moved.ok) {
      if (!had) log.info(`a program has taken the antenna: ${client}`)
      return { result: RESULT.done }
    }
    if (!had) hold.release(client)
    return refuse(moved.error)
  }

  const setPosition = (words: readonly string[]): Answer => {
    const { limits } = antenna
    const azimuth = readNumber(words[0])
    const elevation = readNumber(words[1])
    if (azimuth === undefined || elevation === undefined) return { result: RESULT.invalid }
    if (limits === undefined) return { result: RESULT.notAvailable }
    const asked: AzEl = { azimuth: deg(azimuth), elevation: deg(elevation) }
    if (!isWithin(elevation, limits.elevation)) return { result: RESULT.invalid }
    if (isOwnCoordinates(asked) && !isWithin(azimuth, limits.azimuth)) return { result: RESULT.invalid }
    const answer = move(() => antenna.pointAt(asked, 'program'))
    if (answer.result === RESULT.done) lastAsked = asked
    return answer
  }

  const beginJog = (words: readonly string[]): Answer => {
    const direction = DIRECTIONS[words[0] ?? '']
    const speed = readNumber(words[1])
    // -1 is Hamlib's "as fast as it is set".
    if (direction === undefined || speed === undefined || speed < -1 || speed > 100) {
      return { result: RESULT.invalid }
    }
    const answer = move(() => jog.begin(direction, speed < 0 ? SPEED_DEFAULT : speed))
    if (answer.result === RESULT.done) watchJog(true)
    return answer
  }

  const stop = async (): Promise<Answer> => {
    watchJog(false)
    jog.end()
    const stopping = antenna.stop('program')
    log.info(`stopped by a program: ${client}`)
    hold.release(client)
    const outcome = await withTimeout(clock, STOP_ANSWER, stopping)
    // Not yet seen to stand: what comes of it is told, and latched, where it is seen.
    return outcome?.ok === false ? refuse(outcome.error) : { result: RESULT.done }
  }

  const getPosition = (): Answer => {
    const { reported } = antenna.status()
    if (reported === undefined) return { result: RESULT.noLine }
    const { azimuth, elevation } = shownPosition(reported, lastAsked)
    return {
      result: RESULT.done,
      lines: [
        { label: 'Azimuth', text: azimuth.toFixed(2) },
        { label: 'Elevation', text: elevation.toFixed(2) },
      ],
    }
  }

  const answer = async (request: Extract<Request, { kind: 'command' }>): Promise<Answer> => {
    const { limits } = antenna
    switch (request.name) {
      case 'set_pos':
        return setPosition(request.words)
      case 'get_pos':
        return getPosition()
      case 'stop':
        return stop()
      case 'park':
        return move(() => antenna.park('program'))
      case 'move':
        return beginJog(request.words)
      case 'get_info':
        return { result: RESULT.done, lines: [{ label: 'Info', text: title }] }
      case 'get_status':
        return { result: RESULT.done, lines: [{ label: 'Status flags', text: statusFlags(antenna) }] }
      case 'dump_state':
        return limits === undefined
          ? { result: RESULT.notAvailable }
          : { result: RESULT.done, lines: describeState(limits, request.separator !== undefined) }
      case 'dump_caps':
        return limits === undefined
          ? { result: RESULT.notAvailable }
          : { result: RESULT.done, lines: describeCapabilities(limits, title) }
      case 'dms2dec':
        return calculated(toDecimalDegrees(request.words))
      case 'dec2dms':
        return calculated(toDegreesMinutesSeconds(request.words[0]))
      // Homing is no network's business, and nothing of the controller's own language goes past the gate.
      default:
        return { result: RESULT.notAvailable }
    }
  }

  const hear = (): void => {
    silence?.cancel()
    silence = closed ? undefined : clock.setTimer(ms(SILENT_MS), letGo)
    if (jogSilence !== undefined) watchJog(true)
  }

  return {
    handle: async (line) => {
      hear()
      if (/^\s*(?:#|$)/.test(line)) return { text: '', quit: false }
      const before = half
      half = undefined
      const goesOn = before !== undefined && continuesCommand(line)
      // Of at most four words, a line each: no more than a line's bytes for each of them.
      const whole = goesOn ? `${before} ${line}` : line
      let text = before === undefined || goesOn ? '' : bareResult(RESULT.invalid)
      for (const request of readCommandLine(whole)) {
        if (request.kind === 'quit') return { text, quit: true }
        if (request.kind === 'half') {
          half = request.text
          continue
        }
        text +=
          request.kind === 'unknown'
            ? bareResult(RESULT.invalid)
            : writeAnswer(request, await answer(request))
        if (closed) break
      }
      return { text, quit: false }
    },
    close: () => {
      closed = true
      silence?.cancel()
      letGo()
    },
  }
}

const calculated = (lines: readonly AnswerLine[] | undefined): Answer =>
  lines === undefined ? { result: RESULT.invalid } : { result: RESULT.done, lines }

const bareResult = (result: ResultCode): string => `RPRT ${result}\n`

// Nearer than this to where it was sent an axis is not called moving.
const STANDING_DEG = 1

/** Hamlib's flags (`rot_status_t` in rotator.h), by where the antenna is and where it was sent. */
const statusFlags = (antenna: ServedAntenna): string => {
  const { commanded, reported } = antenna.status()
  if (commanded === undefined || reported === undefined) return ''
  const axis = (difference: number, name: string, less: string, more: string): readonly string[] =>
    Math.abs(difference) <= STANDING_DEG ? [] : [`MOVING_${name}`, `MOVING_${difference < 0 ? less : more}`]
  const flags = [
    ...axis(commanded.azimuth - reported.azimuth, 'AZ', 'LEFT', 'RIGHT'),
    ...axis(commanded.elevation - reported.elevation, 'EL', 'DOWN', 'UP'),
  ]
  return flags.length === 0 ? '' : ['MOVING', ...flags, ''].join(' ')
}
