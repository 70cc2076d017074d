import { type Fault, fault } from '../kernel/errors.ts'
import { lockedOut } from './lock-out.ts'
import { noProgress } from './motion-watch.ts'
import { type AntennaUser, mayTake } from './occupancy.ts'
import type {
  TrackerEffect,
  TrackerPhase,
  TrackerReport,
  TrackerSettings,
  TrackerState,
  TrackerStep,
} from './tracker-state.ts'

// What the steps of the tracker are made of.

export const report = (content: TrackerReport): TrackerEffect => ({ type: 'report', report: content })

/** Another phase. What the antenna was last sent to it is still on its way to, and is watched. */
export const enter = (state: TrackerState, phase: TrackerPhase): TrackerState => ({
  ...state,
  phase,
  refused: undefined,
})

/** The same, with STOP: it is on its way to nowhere. */
export const enterStopped = (state: TrackerState, phase: TrackerPhase): TrackerState => ({
  ...enter(state, phase),
  commanded: undefined,
  progress: noProgress,
  stands: false,
  rest: undefined,
})

export const OUT_OF_HAND: readonly Fault['code'][] = [
  'motion.runaway',
  'motion.wrong-way',
  'motion.not-stopped',
]

export const latch = (state: TrackerState, failure: Fault): TrackerStep => [
  enterStopped(state, { name: 'faulted', fault: failure }),
  [{ type: 'stop' }, { type: 'latch', fault: failure, cutOff: OUT_OF_HAND.includes(failure.code) }],
]

/** Says a refusal once. The next tick asks for what is right then. */
export const refuse = (state: TrackerState, failure: Fault): TrackerStep =>
  state.refused === failure.message
    ? [state, []]
    : [{ ...state, refused: failure.message }, [report({ kind: 'refused', fault: failure })]]

/** Who has the antenna now. On its way to rest it is anybody's. */
export const holderOf = (phase: TrackerPhase): AntennaUser | undefined => {
  if (phase.name === 'pre-positioning' || phase.name === 'tracking') return phase.task.user
  if (phase.name === 'held' || (phase.name === 'stopping' && phase.hold)) return 'operator'
  return phase.name === 'pointing' ? phase.user : undefined
}

/** Why somebody may not have the antenna now; undefined where he may. */
export const refusalFor = (
  settings: TrackerSettings,
  state: TrackerState,
  user: AntennaUser,
): Fault | undefined => {
  const { lockOut, phase } = state
  if (lockOut !== undefined) return lockedOut(lockOut)
  const holder = holderOf(phase)
  if (mayTake({ holder, user, precedence: settings.precedence })) return undefined
  if (phase.name === 'held' || phase.name === 'stopping') {
    return fault('motion.held', 'An operator stopped the antenna, and it is held')
  }
  return fault('motion.occupied', `The antenna is in use (${HOLDER_TEXT[holder ?? 'plan']})`)
}

const HOLDER_TEXT: Readonly<Record<AntennaUser, string>> = {
  plan: 'a pass of the plan',
  operator: 'an operator',
  program: 'another program',
}

export const holdsNow = (phase: TrackerPhase): boolean =>
  phase.name === 'held' || ('hold' in phase && phase.hold)
