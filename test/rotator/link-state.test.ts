import { describe, expect, it } from 'vitest'
import { fault } from '../../src/kernel/errors.ts'
import { monoMs } from '../../src/kernel/time.ts'
import { ms } from '../../src/kernel/units.ts'
import {
  initialLink,
  type LinkEffect,
  type LinkEvent,
  type LinkState,
  stepLink,
} from '../../src/rotator/link-state.ts'

const settings = { missedPollsMax: 3, bootIgnore: ms(5_000), description: '/dev/ttyUSB0' }
const cut = fault('link.closed', 'the line is cut')

/** Feeds events, a second apart, and gives what was to be done. */
const feed = (events: readonly LinkEvent['type'][], start: LinkState = initialLink) => {
  let state = start
  const effects: LinkEffect[] = []
  for (const [second, type] of events.entries()) {
    const event = type === 'open-failed' || type === 'lost' ? { type, fault: cut } : { type }
    const [next, done] = stepLink(settings, state, event, monoMs(1_000 * second))
    state = next
    effects.push(...done)
  }
  return { state, effects, types: effects.map(({ type }) => type) }
}

describe('the life of a line', () => {
  it('begins with STOP and is there with the first answer', () => {
    const { state, types } = feed(['wanted', 'opened', 'answered'])
    expect(state.phase).toBe('linked')
    expect(types).toEqual(['open', 'stop', 'connected'])
  })

  it('is there without an answer where none can be had', () => {
    expect(feed(['wanted', 'opened', 'greeted']).state.phase).toBe('linked')
  })

  it('bears the silence of a controller that starts, but not of one that has answered', () => {
    const silence = ['unanswered', 'unanswered', 'unanswered'] as const
    expect(feed(['wanted', 'opened', ...silence]).state.phase).toBe('greeting')
    expect(feed(['wanted', 'opened', ...silence, ...silence]).state.phase).toBe('silent')
    expect(feed(['wanted', 'opened', 'answered', ...silence]).state.phase).toBe('silent')
    expect(feed(['wanted', 'opened', 'answered', ...silence]).types.slice(3)).toEqual(['stop', 'trouble'])
  })

  it('does not count polls that were missed one by one', () => {
    const { state } = feed([
      'wanted',
      'opened',
      'answered',
      'unanswered',
      'unanswered',
      'answered',
      'unanswered',
    ])
    expect(state.phase).toBe('linked')
  })

  it('stops a controller that speaks again: it may not have heard what was sent into the silence', () => {
    const silent = feed(['wanted', 'opened', 'answered', 'unanswered', 'unanswered', 'unanswered']).state
    expect(feed(['answered'], silent).types).toEqual(['stop-and-see', 'healed'])
  })

  it('tries again, ever more rarely, and at once when a fault is cleared', () => {
    let { state } = feed(['wanted'])
    const waits: number[] = []
    for (let attempt = 0; attempt < 8; attempt += 1) {
      const failed = feed(['open-failed'], state)
      for (const effect of failed.effects) if (effect.type === 'retry') waits.push(effect.after)
      state = feed(['wanted'], failed.state).state
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
    const waiting = feed(['open-failed'], state).state
    expect(feed(['fault-cleared'], waiting).types).toEqual(['open'])
  })

  it('gives up a line that comes and goes all day, until a person has looked', () => {
    let state = initialLink
    let latched = 0
    for (let round = 0; round < 150; round += 1) {
      const after = feed(['wanted', 'opened', 'answered', 'lost'], state)
      state = after.state
      latched += after.types.filter((type) => type === 'latch').length
    }
    expect(latched).toBe(1)
    expect(state.phase).toBe('given-up')
    expect(feed(['wanted'], state).types).toEqual([])
    expect(feed(['fault-cleared'], state).types).toEqual(['open'])
  })

  it('forgets what was more than a day ago', () => {
    const silences = Array.from({ length: 20 }, (_, index) => index)
    const old: LinkState = { ...initialLink, phase: 'linked', hasAnswered: true, missedPolls: 2, silences }
    const [, soon] = stepLink(settings, old, { type: 'unanswered' }, monoMs(1_000))
    expect(soon.map(({ type }) => type)).toEqual(['stop', 'latch'])
    const [, later] = stepLink(settings, old, { type: 'unanswered' }, monoMs(2 * 86_400_000))
    expect(later.map(({ type }) => type)).toEqual(['stop', 'trouble'])
  })

  it('is asked for nothing more when it is closed', () => {
    const { state } = feed(['wanted', 'opened', 'answered', 'unwanted'])
    for (const type of ['opened', 'answered', 'unanswered', 'lost', 'open-failed', 'greeted'] as const) {
      expect(feed([type], state)).toMatchObject({ state: { phase: 'closed' }, effects: [] })
    }
  })
})
