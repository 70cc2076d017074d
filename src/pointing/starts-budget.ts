import type { MonoMs } from '../kernel/time.ts'
import { isWorthAStart, usedShare, withStartsOf } from './motor-starts.ts'
import type { Tick, TrackerSettings, TrackerState, TrackerStep } from './tracker-state.ts'
import { report } from './tracker-steps.ts'

/** The share of the hour's starts that is used now. */
export const usedNow = (
  { startsPerHour }: TrackerSettings,
  { starts }: TrackerState,
  monoNow: MonoMs,
): number => usedShare(starts, startsPerHour, monoNow)

/**
 * What a tick asks for, with the starts of its motion counted, whoever asked for it. A program's motion that is not worth a start
 * waits: it is asked for again by the next tick. A pass, a person, and the way to rest or to stow are never held back here.
 */
export const withinStarts = (
  settings: TrackerSettings,
  before: TrackerState,
  step: TrackerStep,
  { position, monoNow }: Tick,
): TrackerStep => {
  if (settings.startsPerHour === undefined) return step
  const [next, effects] = step
  const { commanded } = next
  const isSent = effects.some(({ type }) => type === 'move')
  if (!isSent || commanded === undefined || position === undefined) {
    return tellOnce(settings, next, effects, monoNow)
  }
  const { mount } = settings.envelope
  const motion = { position, before: before.commanded?.to, to: commanded.to, monoNow }
  const starts = withStartsOf(before.starts, mount, motion)
  const isProgram = next.phase.name === 'pointing' && next.phase.user === 'program'
  const used = usedNow(settings, before, monoNow)
  if (isProgram && starts !== before.starts && !isWorthAStart(motion, mount.beamWidth, used)) {
    return tellOnce(settings, before, [], monoNow)
  }
  const counted = { ...next, starts, commanded: { ...commanded, startsBefore: before.starts } }
  return tellOnce(settings, counted, effects, monoNow)
}

// Said again when there was plenty in between.
const PLENTY_AGAIN = 0.5

const tellOnce = (
  settings: TrackerSettings,
  state: TrackerState,
  effects: TrackerStep[1],
  monoNow: MonoMs,
): TrackerStep => {
  const used = usedNow(settings, state, monoNow)
  if (used >= 1 && !state.startsUsedUp) {
    return [{ ...state, startsUsedUp: true }, [...effects, report({ kind: 'starts-used-up' })]]
  }
  if (used < PLENTY_AGAIN && state.startsUsedUp) return [{ ...state, startsUsedUp: false }, effects]
  return [state, effects]
}
