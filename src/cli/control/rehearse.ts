import { describeFault, type Fault } from '../../kernel/errors.ts'
import { silentLog } from '../../kernel/log.ts'
import { ok, type Result } from '../../kernel/result.ts'
import type { UtcMs } from '../../kernel/time.ts'
import type { LockOut } from '../../pointing/lock-out.ts'
import { checkMotion, type Envelope } from '../../pointing/motion-gate.ts'
import { placesOf } from '../../pointing/route.ts'
import { commandedAt, planTrajectory } from '../../pointing/trajectory.ts'
import { correctionOf, openAntennaFiles } from '../../station/antenna-files.ts'
import type { Configuration } from '../../station/configuration/schema.ts'
import { envelopeOf, mountOf } from '../../station/configured-mount.ts'
import { comingPass, type TrackedPass } from '../../station/operator.ts'
import { skyOutlookOf } from '../../station/sky-outlook.ts'
import { askDaemon } from './ask.ts'
import type { Aim } from './track-target.ts'

/** What `--dry-run` found: what would be done, and what forbids it. */
export interface Rehearsal {
  readonly pass: TrackedPass | undefined
  /** How well the antenna can follow, degrees on the sky. */
  readonly errorMaxDeg: number | undefined
  /** Sentences without their full stops. */
  readonly forbids: readonly string[]
}

/** Looks at everything and moves nothing: the rotator is not even opened. */
export const rehearse = async (
  aim: Aim,
  configuration: Configuration,
  window: { readonly fromUtcMs: UtcMs; readonly untilUtcMs: UtcMs | undefined },
): Promise<Result<Rehearsal, Fault>> => {
  const mount = mountOf(configuration, correctionOf(configuration.station.dataFolder, silentLog))
  if (!mount.ok) return mount
  if (mount.value.kind === 'fixed') {
    return ok({
      pass: undefined,
      errorMaxDeg: undefined,
      forbids: ['The antenna is fixed: it has no rotator'],
    })
  }
  const envelope = envelopeOf(mount.value, configuration)
  if (!envelope.ok) return envelope
  const state = await stateOf(configuration)
  const gate = { ...envelope.value, turnChoice: 'host' as const }
  if (aim.kind === 'direction') {
    const refused = refusalOf(gate, aim, state.lockOut)
    return ok({ pass: undefined, errorMaxDeg: undefined, forbids: [...state.forbids, ...refused] })
  }
  const outlook = skyOutlookOf(configuration)
  if (!outlook.ok) return outlook
  const pass = comingPass(aim.target, outlook.value, window)
  if (!pass.ok) return pass
  const { minimumElevationAt } = envelope.value
  const trajectory = planTrajectory(pass.value, {
    mount: mount.value,
    ...(minimumElevationAt === undefined ? {} : { minimumElevationAt }),
  })
  if (!trajectory.ok) return trajectory
  const to = commandedAt(trajectory.value, pass.value.aosUtcMs)
  const checked = checkMotion(gate, { from: to, to }, state.lockOut)
  return ok({
    pass: pass.value,
    errorMaxDeg: trajectory.value.errorMax,
    forbids: [...state.forbids, ...(checked.ok ? [] : [checked.error.message])],
  })
}

/** Whether no turn of the cable shows there within what the gate allows. */
const refusalOf = (
  envelope: Envelope,
  { direction }: Extract<Aim, { kind: 'direction' }>,
  lockOut: LockOut | undefined,
): readonly string[] => {
  const places = placesOf(envelope.mount, direction, envelope.mount.park)
  const checks = (places.length === 0 ? [direction] : places).map((to) =>
    checkMotion(envelope, { from: to, to }, lockOut),
  )
  const [first] = checks
  return first === undefined || first.ok || checks.some(({ ok: passes }) => passes)
    ? []
    : [first.error.message]
}

/** What holds now, by the daemon, or by what the last process left on the disk. */
const stateOf = async (
  configuration: Configuration,
): Promise<{
  readonly forbids: readonly string[]
  readonly lockOut: LockOut | undefined
}> => {
  const asked = await askDaemon(configuration.station.dataFolder, { command: 'status' })
  if (!asked.ok) return { forbids: [describeFault(asked.error)], lockOut: undefined }
  if (asked.value === 'nobody') {
    const { latch, memory } = openAntennaFiles(configuration, silentLog)
    const latched = latch.read()
    const [kind] = memory.lockOuts()
    return {
      forbids: latched === undefined ? [] : [`Nothing moves since this fault: ${latched.message}`],
      lockOut: kind === undefined ? undefined : { kind, by: 'an operator' },
    }
  }
  const answer = asked.value
  if (!answer.ok) return { forbids: [answer.failure.message], lockOut: undefined }
  const { fault: latched, lockOuts } = answer.report
  return {
    forbids: latched === undefined ? [] : [`Nothing moves since this fault: ${latched.message}`],
    lockOut: lockOuts[0],
  }
}
