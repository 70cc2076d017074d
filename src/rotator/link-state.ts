import { type Fault, fault } from '../kernel/errors.ts'
import { type MonoMs, MS_PER_DAY } from '../kernel/time.ts'
import { type Ms, ms } from '../kernel/units.ts'

/**
 * The life of the line to a controller, as a pure step function: opened, greeted with STOP, asked for the position,
 * kept up; silent and speaking again; lost and tried again. What heals by itself is counted, and given up when it comes
 * too often in a day. A shell carries out the effects and tells what happened.
 */
export type LinkPhase =
  /** Nobody wants it. */
  | 'closed'
  | 'opening'
  /** Open; STOP has been sent, and the first position is awaited. */
  | 'greeting'
  | 'linked'
  /** Open, and the controller does not answer. It goes on being asked. */
  | 'silent'
  /** Lost or not to be opened; tried again after a while. */
  | 'waiting'
  /** It failed too often: a person must look. */
  | 'given-up'

export interface LinkState {
  readonly phase: LinkPhase
  readonly missedPolls: number
  readonly openedMonoMs: number
  /** On this line, since it was opened. */
  readonly hasAnswered: boolean
  readonly retryDelayMs: number
  /** When it was connected and when it fell silent, in the last day. */
  readonly connects: readonly number[]
  readonly silences: readonly number[]
  /** Whether somebody was told of a trouble that is not over. */
  readonly isTroubled: boolean
}

export type LinkEvent =
  | { readonly type: 'wanted' }
  | { readonly type: 'opened' }
  | { readonly type: 'open-failed'; readonly fault: Fault }
  /** A controller that cannot be asked has been told to stop. */
  | { readonly type: 'greeted' }
  | { readonly type: 'answered' }
  | { readonly type: 'unanswered' }
  | { readonly type: 'lost'; readonly fault: Fault }
  | { readonly type: 'fault-cleared' }
  | { readonly type: 'unwanted' }

export type LinkEffect =
  | { readonly type: 'open' }
  | { readonly type: 'retry'; readonly after: Ms }
  /** STOP, whether it is heard or not. */
  | { readonly type: 'stop' }
  /** STOP, and again until the antenna is seen to stand. */
  | { readonly type: 'stop-and-see' }
  | { readonly type: 'connected' }
  | { readonly type: 'trouble'; readonly fault: Fault }
  | { readonly type: 'healed' }
  | { readonly type: 'latch'; readonly fault: Fault }

export interface LinkSettings {
  readonly missedPollsMax: number
  /** For so long after it was opened, a controller that starts may be silent. */
  readonly bootIgnore: Ms
  /** For people. */
  readonly description: string
}

export type LinkStep = readonly [LinkState, readonly LinkEffect[]]

const RETRY_FIRST_MS = 1_000
const RETRY_MAX_MS = 30_000
/** A line that comes back more often than this in a day is not healed by trying: a person must look. */
const CONNECTS_PER_DAY_MAX = 100
/** A controller that falls silent more often than this in a day has a cause that a person must find. */
const SILENCES_PER_DAY_MAX = 20

export const initialLink: LinkState = {
  phase: 'closed',
  missedPolls: 0,
  openedMonoMs: 0,
  hasAnswered: false,
  retryDelayMs: RETRY_FIRST_MS,
  connects: [],
  silences: [],
  isTroubled: false,
}

const inLastDay = (instants: readonly number[], now: MonoMs): readonly number[] =>
  instants.filter((at) => at > now - MS_PER_DAY)

const healed = (state: LinkState): readonly LinkEffect[] => (state.isTroubled ? [{ type: 'healed' }] : [])

const connected = (state: LinkState, now: MonoMs): LinkStep => [
  {
    ...state,
    phase: 'linked',
    missedPolls: 0,
    hasAnswered: true,
    retryDelayMs: RETRY_FIRST_MS,
    connects: [...inLastDay(state.connects, now), now],
    isTroubled: false,
  },
  [{ type: 'connected' }, ...healed(state)],
]

const tryAgain = (state: LinkState, failure: Fault, now: MonoMs): LinkStep => {
  const connects = inLastDay(state.connects, now)
  if (connects.length >= CONNECTS_PER_DAY_MAX) {
    const often = fault('link.closed', `The line to the rotator was lost ${connects.length} times in a day`)
    return [{ ...state, phase: 'given-up', connects, isTroubled: true }, [{ type: 'latch', fault: often }]]
  }
  return [
    {
      ...state,
      phase: 'waiting',
      connects,
      retryDelayMs: Math.min(RETRY_MAX_MS, 2 * state.retryDelayMs),
      isTroubled: true,
    },
    [
      { type: 'trouble', fault: failure },
      { type: 'retry', after: ms(state.retryDelayMs) },
    ],
  ]
}

const unanswered = (settings: LinkSettings, state: LinkState, now: MonoMs): LinkStep => {
  const missedPolls = state.missedPolls + 1
  const next = { ...state, missedPolls }
  const mayBoot = !state.hasAnswered && now - state.openedMonoMs < settings.bootIgnore
  if (state.phase === 'silent' || missedPolls < settings.missedPollsMax || mayBoot) return [next, []]
  const silences = [...inLastDay(state.silences, now), now]
  const silent: LinkState = { ...next, phase: 'silent', silences, isTroubled: true }
  // It may hear although it does not speak.
  const stop: LinkEffect = { type: 'stop' }
  if (silences.length > SILENCES_PER_DAY_MAX) {
    const often = fault('rotator.mute', `The rotator fell silent ${silences.length} times in a day`)
    return [silent, [stop, { type: 'latch', fault: often }]]
  }
  const mute = fault(
    'rotator.mute',
    `The rotator (${settings.description}) has not answered ${missedPolls} times; STOP was sent to it`,
  )
  return [silent, [stop, { type: 'trouble', fault: mute }]]
}

const answered = (state: LinkState, now: MonoMs): LinkStep => {
  switch (state.phase) {
    case 'greeting':
      return connected(state, now)
    case 'silent':
      // What was sent into the silence may not have been heard.
      return [
        { ...state, phase: 'linked', missedPolls: 0, hasAnswered: true, isTroubled: false },
        [{ type: 'stop-and-see' }, ...healed(state)],
      ]
    default:
      return [{ ...state, missedPolls: 0, hasAnswered: true }, []]
  }
}

export const stepLink = (
  settings: LinkSettings,
  state: LinkState,
  event: LinkEvent,
  now: MonoMs,
): LinkStep => {
  const { phase } = state
  const isOpen = phase === 'greeting' || phase === 'linked' || phase === 'silent'
  switch (event.type) {
    case 'wanted':
      return phase === 'closed' || phase === 'waiting'
        ? [{ ...state, phase: 'opening' }, [{ type: 'open' }]]
        : [state, []]
    case 'opened':
      // A process that died while the antenna moved left it moving.
      return phase === 'opening'
        ? [
            { ...state, phase: 'greeting', openedMonoMs: now, hasAnswered: false, missedPolls: 0 },
            [{ type: 'stop' }],
          ]
        : [state, []]
    case 'open-failed':
      return phase === 'opening' ? tryAgain(state, event.fault, now) : [state, []]
    case 'greeted':
      return phase === 'greeting' ? connected(state, now) : [state, []]
    case 'answered':
      return isOpen ? answered(state, now) : [state, []]
    case 'unanswered':
      return isOpen ? unanswered(settings, state, now) : [state, []]
    case 'lost':
      return isOpen ? tryAgain(state, event.fault, now) : [state, []]
    case 'fault-cleared': {
      const anew = { ...state, missedPolls: 0, connects: [], silences: [] }
      return phase === 'given-up' || phase === 'waiting'
        ? [{ ...anew, phase: 'opening', retryDelayMs: RETRY_FIRST_MS }, [{ type: 'open' }]]
        : [anew, []]
    }
    case 'unwanted':
      return [{ ...initialLink, connects: state.connects, silences: state.silences }, []]
  }
}
