import type { Clock, Timer } from '../../src/kernel/clock.ts'
import { type Fault, fault } from '../../src/kernel/errors.ts'
import { nearName } from '../../src/kernel/near-name.ts'
import type { Random } from '../../src/kernel/random.ts'
import { err, ok, type Result } from '../../src/kernel/result.ts'
import { ms } from '../../src/kernel/units.ts'
import { SIMULATED_FAULTS, type SimulatedFault } from './faults.ts'

/** A fault and when it is there, in seconds from the beginning; without an end it stays. */
export interface PlannedFault {
  readonly name: SimulatedFault | 'random'
  readonly fromSec: number
  readonly untilSec?: number
}

// A day: longer than anybody simulates, and far below what timers bear.
const SECONDS_MAX = 86_400

const isFault = (name: string): name is SimulatedFault =>
  (SIMULATED_FAULTS as readonly string[]).includes(name)

/** `stuck-azimuth`, `stuck-azimuth@5`, `stuck-azimuth@5-10.5`, `random`. The failure: `cli.usage`, with the near name. */
export const readPlannedFault = (text: string): Result<PlannedFault, Fault> => {
  const refuse = (message: string): Result<PlannedFault, Fault> => err(fault('cli.usage', message))
  const [name = '', time, ...rest] = text.split('@')
  if (name !== 'random' && !isFault(name)) {
    const near = nearName(name, ['random', ...SIMULATED_FAULTS])
    const all = `; there are random, ${SIMULATED_FAULTS.join(', ')}`
    return refuse(
      `There is no simulated fault "${name}"${near === undefined ? all : ` (did you mean ${near}?)`}`,
    )
  }
  if (time === undefined) return ok({ name, fromSec: 0 })
  const match = /^(?<from>\d+(?:\.\d+)?)(?:-(?<until>\d+(?:\.\d+)?))?$/.exec(time)
  if (match === null || rest.length > 0) {
    return refuse(`The time of the fault "${text}" is not in the form NAME@SECONDS or NAME@SECONDS-SECONDS`)
  }
  const fromSec = Number(match.groups?.['from'])
  const until = match.groups?.['until']
  if (Math.max(fromSec, Number(until ?? 0)) > SECONDS_MAX) {
    return refuse(`The fault "${text}" is later than a day (${SECONDS_MAX} s) after the beginning`)
  }
  if (until === undefined) return ok({ name, fromSec })
  if (Number(until) <= fromSec) return refuse(`The fault "${text}" would end before it begins`)
  return ok({ name, fromSec, untilSec: Number(until) })
}

// Random faults: time enough to get well between them, and each long enough to be met.
const BETWEEN_SEC = { least: 5, mean: 20 }
const LASTING_SEC = { least: 2, mean: 8 }

/** Carries out a plan on the clock. Two that overlap in one name count as one. */
export const runFaultPlan = (options: {
  readonly clock: Clock
  readonly random: Random
  readonly plan: readonly PlannedFault[]
  /** What `random` draws from. */
  readonly candidates: readonly SimulatedFault[]
  readonly set: (name: SimulatedFault, on: boolean) => void
}): { readonly stop: () => void } => {
  const { clock, candidates, set } = options
  const random = options.random.fork('faults')
  const active = new Map<SimulatedFault, number>()
  const timers = new Set<Timer>()

  const after = (seconds: number, work: () => void): void => {
    const timer = clock.setTimer(ms(seconds * 1000), () => {
      timers.delete(timer)
      work()
    })
    timers.add(timer)
  }
  const change = (name: SimulatedFault, by: 1 | -1): void => {
    const count = active.get(name) ?? 0
    active.set(name, count + by)
    if (count + by === (by === 1 ? 1 : 0)) set(name, by === 1)
  }
  const drawNext = (untilSec: number, spentSec: number): void => {
    const pause = BETWEEN_SEC.least + random.exponential() * BETWEEN_SEC.mean
    const lasting = LASTING_SEC.least + random.exponential() * LASTING_SEC.mean
    const name = candidates[Math.floor(random.uniform() * candidates.length)]
    const endSec = spentSec + pause + lasting
    if (name === undefined || endSec > untilSec) return
    after(pause, () => {
      change(name, 1)
      after(lasting, () => {
        change(name, -1)
        drawNext(untilSec, endSec)
      })
    })
  }

  for (const { name, fromSec, untilSec = Number.POSITIVE_INFINITY } of options.plan) {
    after(fromSec, () => {
      if (name === 'random') {
        drawNext(untilSec, fromSec)
        return
      }
      change(name, 1)
      if (Number.isFinite(untilSec)) after(untilSec - fromSec, () => change(name, -1))
    })
  }
  return {
    stop: () => {
      for (const timer of timers) timer.cancel()
      timers.clear()
    },
  }
}
