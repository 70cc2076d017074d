import type { AzEl } from '../../../src/kernel/angle.ts'
import type { Fault } from '../../../src/kernel/errors.ts'
import { err, ok, type Result } from '../../../src/kernel/result.ts'
import { deg } from '../../../src/kernel/units.ts'
import type { AntennaUser } from '../../../src/pointing/occupancy.ts'
import type { ServedAntenna } from '../../../src/rotator/rotctld-server/served-antenna.ts'

/** An antenna that is where it is put, and keeps a list of what was asked of it. */
export interface FakeAntenna extends ServedAntenna {
  readonly asked: string[]
  /** What it says to the next motions; undefined: yes. */
  refusal: Fault | undefined
  reported: AzEl | undefined
  user: AntennaUser | undefined
  phase: string
  stopOutcome: Promise<Result<unknown, Fault>>
  /** Where it was sent: there at once if this is set. */
  arrives: boolean
}

export const place = (azimuth: number, elevation: number): AzEl => ({
  azimuth: deg(azimuth),
  elevation: deg(elevation),
})

/** With the limits of Hamlib's dummy rotator. */
export const createFakeAntenna = (): FakeAntenna => {
  let commanded: AzEl | undefined
  const move = (what: string, user: AntennaUser): Result<void, Fault> => {
    fake.asked.push(what)
    if (fake.refusal !== undefined) return err(fake.refusal)
    fake.user = user
    return ok(undefined)
  }
  const fake: FakeAntenna = {
    asked: [],
    refusal: undefined,
    reported: place(0, 0),
    user: undefined,
    phase: 'idle',
    stopOutcome: Promise.resolve(ok('seen')),
    arrives: false,
    pointAt: (direction, user) => {
      const moved = move(`point ${direction.azimuth} ${direction.elevation}`, user)
      if (moved.ok) commanded = direction
      if (moved.ok && fake.arrives) fake.reported = direction
      return moved
    },
    park: (user) => move('park', user),
    letGo: (user) => {
      fake.asked.push('let go')
      if (fake.user === user) fake.user = undefined
    },
    stop: () => {
      fake.asked.push('stop')
      fake.user = undefined
      return fake.stopOutcome
    },
    status: () => ({ phase: fake.phase, user: fake.user, commanded, reported: fake.reported }),
    limits: {
      azimuth: { minimum: deg(-180), maximum: deg(450) },
      elevation: { minimum: deg(0), maximum: deg(90) },
    },
  }
  return fake
}
