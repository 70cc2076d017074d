import { fault } from '../src/kernel/errors.ts'
import { unwrap } from '../src/kernel/result.ts'
import { monoMs, utcMs } from '../src/kernel/time.ts'
import { deg, degPerSec, ms } from '../src/kernel/units.ts'
import type { AzElMount } from '../src/pointing/mount.ts'
import { stepTracker } from '../src/pointing/tracker.ts'
import {
  initialTracker,
  type TrackerEvent,
  type TrackerPhase,
  type TrackerSettings,
  type TrackTask,
} from '../src/pointing/tracker-state.ts'
import { planTrajectory } from '../src/pointing/trajectory.ts'
import { initialLink, type LinkEvent, type LinkPhase, stepLink } from '../src/rotator/link-state.ts'

/**
 * The state diagrams of the documentation, drawn by asking the step functions themselves: each phase gets each event, and
 * where it leads is an arrow. Mermaid, which code hosts show as pictures.
 */
interface Arrow {
  readonly from: string
  readonly to: string
  readonly on: string
}

const place = (azimuth: number, elevation: number) => ({ azimuth: deg(azimuth), elevation: deg(elevation) })
const broken = fault('link.closed', 'the line is cut')

const mermaid = (initial: string, arrows: readonly Arrow[]): string => {
  const labels = new Map<string, string[]>()
  for (const { from, to, on } of arrows) {
    const key = `${from} --> ${to}`
    const known = labels.get(key) ?? []
    if (!known.includes(on)) known.push(on)
    labels.set(key, known)
  }
  const lines = [...labels].map(([key, on]) => `  ${key}: ${on.join(', ')}`)
  return ['```mermaid', 'stateDiagram-v2', `  [*] --> ${initial}`, ...lines, '```'].join('\n')
}

const name = (phase: string): string => phase.replaceAll('-', '_')

const linkArrows = (): readonly Arrow[] => {
  const settings = { missedPollsMax: 3, bootIgnore: ms(0), description: 'line' }
  const phases: readonly LinkPhase[] = [
    'closed',
    'opening',
    'greeting',
    'linked',
    'silent',
    'waiting',
    'given-up',
  ]
  const now = monoMs(1_000_000)
  const often = Array.from({ length: 100 }, () => now - 1)
  const events: readonly { readonly on: string; readonly event: LinkEvent; readonly often?: true }[] = [
    { on: 'wanted', event: { type: 'wanted' } },
    { on: 'opened', event: { type: 'opened' } },
    { on: 'not to be opened', event: { type: 'open-failed', fault: broken } },
    { on: 'answered', event: { type: 'answered' } },
    { on: 'greeted (cannot be asked)', event: { type: 'greeted' } },
    { on: 'unanswered three times', event: { type: 'unanswered' } },
    { on: 'lost', event: { type: 'lost', fault: broken } },
    { on: 'lost, too often', event: { type: 'lost', fault: broken }, often: true },
    { on: 'fault cleared', event: { type: 'fault-cleared' } },
    { on: 'unwanted', event: { type: 'unwanted' } },
  ]
  return phases.flatMap((phase) =>
    events.flatMap(({ on, event, often: isOften }) => {
      const state = { ...initialLink, phase, missedPolls: 2, connects: isOften === true ? often : [] }
      const [next] = stepLink(settings, state, event, now)
      return next.phase === phase ? [] : [{ from: name(phase), to: name(next.phase), on }]
    }),
  )
}

const AOS = utcMs(1_787_443_200_000)
const mount: AzElMount = {
  kind: 'azel',
  azimuth: { minimum: deg(0), maximum: deg(450), slewRate: degPerSec(6) },
  elevation: { minimum: deg(0), maximum: deg(180), slewRate: degPerSec(3) },
  park: place(180, 0),
  beamWidth: deg(20),
  resolution: deg(1),
}

const trackerArrows = (): readonly Arrow[] => {
  const settings: TrackerSettings = {
    envelope: { mount },
    controller: { commandPeriod: ms(1_000), latency: ms(60), minimumOnTime: ms(0) },
    stallAfter: ms(8_000),
    obeysWithin: ms(2_000),
    deadBand: deg(2),
    precedence: 'plan-first',
  }
  const trajectory = unwrap(
    planTrajectory(
      { aosUtcMs: AOS, losUtcMs: utcMs(AOS + 600_000), lookAt: () => place(100, 30) },
      { mount },
    ),
  )
  const task = (afterwards: TrackTask['afterwards']): TrackTask => ({
    id: 'pass',
    user: 'plan',
    trajectory,
    tolerance: deg(1),
    afterwards,
  })
  const phases: readonly TrackerPhase[] = [
    { name: 'idle' },
    { name: 'idle', waitsAt: place(60, 10) },
    { name: 'pre-positioning', task: task('park') },
    { name: 'pre-positioning', task: task('stop') },
    { name: 'tracking', task: task('park') },
    { name: 'tracking', task: task('stop') },
    { name: 'pointing', to: place(100, 30), user: 'operator' },
    { name: 'parking' },
    { name: 'stowing' },
    { name: 'stopping', hold: false },
    { name: 'stopping', hold: true },
    { name: 'held' },
    { name: 'unreachable', fault: broken, resumes: undefined, hold: false },
    { name: 'unreachable', fault: broken, resumes: undefined, hold: true },
    {
      name: 'unreachable',
      fault: broken,
      resumes: { name: 'pre-positioning', task: task('park') },
      hold: false,
    },
    { name: 'unreachable', fault: broken, resumes: { name: 'parking' }, hold: false },
    { name: 'faulted', fault: broken },
  ]
  const tick = (utc: number, position = place(100, 30)): TrackerEvent => ({
    type: 'tick',
    utcNow: utcMs(utc),
    monoNow: monoMs(utc - AOS + 1_000_000),
    position,
  })
  const wind = { kind: 'wind', by: 'an operator' } as const
  const events: readonly {
    readonly on: string
    readonly event: TrackerEvent
    readonly locked?: typeof wind
    readonly due?: true
  }[] = [
    { on: 'plan changed', event: { type: 'plan-changed', ends: undefined, next: undefined } },
    { on: 'pass assigned', event: { type: 'task-assigned', task: { ...task('park'), user: 'operator' } } },
    {
      on: 'direction asked',
      event: {
        type: 'point-asked',
        direction: place(40, 40),
        user: 'operator',
        position: place(100, 30),
      },
    },
    { on: 'let go', event: { type: 'let-go', user: 'operator' } },
    { on: 'park asked', event: { type: 'park-asked', user: 'operator' } },
    { on: 'stop asked', event: { type: 'stop-asked', user: 'operator' } },
    { on: 'locked out', event: { type: 'lock-out', lockOut: wind } },
    { on: 'unlocked', event: { type: 'lock-out', lockOut: undefined }, locked: wind },
    {
      on: 'unlocked with a pass due',
      event: { type: 'lock-out', lockOut: undefined },
      locked: wind,
      due: true,
    },
    { on: 'AOS', event: tick(AOS + 1_000) },
    { on: 'LOS', event: tick(AOS + 600_001) },
    { on: 'at rest', event: tick(AOS - 60_000, mount.park) },
    { on: 'stands', event: { type: 'stopped' } },
    { on: 'stands with a pass due', event: { type: 'stopped' }, due: true },
    { on: 'stands, locked out for wind', event: { type: 'stopped' }, locked: wind },
    { on: 'line lost', event: { type: 'link-fault', fault: broken } },
    { on: 'line back', event: { type: 'link-healed' } },
    { on: 'line back, locked out for wind', event: { type: 'link-healed' }, locked: wind },
    { on: 'motion fault', event: { type: 'motion-fault', fault: fault('motion.stalled', 'it stands') } },
    { on: 'fault cleared', event: { type: 'fault-cleared' } },
    { on: 'fault cleared with a pass due', event: { type: 'fault-cleared' }, due: true },
    { on: 'fault cleared, locked out for wind', event: { type: 'fault-cleared' }, locked: wind },
  ]
  return phases.flatMap((phase) =>
    events.flatMap(({ on, event, locked, due: isDue }) => {
      // Nothing is stowed but in a lock-out.
      const lockOut = locked ?? (phase.name === 'stowing' ? wind : undefined)
      // Kept back until this event, else it would have been followed before.
      const isWithheld = phase.name === 'idle' || phase.name === 'parking'
      const due = isDue && { task: task('park'), wallMinusMono: undefined, isWithheld }
      const [next] = stepTracker(settings, { ...initialTracker, phase, lockOut, due }, event)
      return next.phase.name === phase.name ? [] : [{ from: name(phase.name), to: name(next.phase.name), on }]
    }),
  )
}

export const stateDiagrams = (): string => `# State machines

Made by \`npm run docs\` from the step functions themselves: each phase is given each event, and what it does is drawn. A
test keeps this page equal to the code.

## The tracker (\`src/pointing/tracker.ts\`)

What the antenna does. \`faulted\` is latched until a person clears it; \`unreachable\` heals by itself when the position has
been read again. A pass of the plan that is due is remembered to its end (\`due-pass.ts\`), and followed when the antenna is free.

${mermaid('idle', trackerArrows())}

## The line to the controller (\`src/rotator/link-state.ts\`)

STOP is the first thing on every new line, and is sent into every silence and after it.

${mermaid('closed', linkArrows())}
`
