import type { Fault } from '../kernel/errors.ts'
import { ok, type Result } from '../kernel/result.ts'
import type { StopOutcome } from '../rotator/stop.ts'
import type { OperatorRequest } from './control-request.ts'
import type { Operator, TrackedPass } from './operator.ts'

/** Of a stop: whether the antenna was seen to stand, or cannot be seen. Of a track: the pass. */
export interface CarriedOut {
  readonly stopped?: StopOutcome
  readonly pass?: TrackedPass
}

/** Has the operator do what is asked. Errors: what forbids it. */
export const carryOutForOperator = async (
  request: OperatorRequest,
  operator: Operator,
): Promise<Result<CarriedOut, Fault>> => {
  switch (request.command) {
    case 'stop':
    case 'release': {
      const stopped = await operator[request.command]()
      return stopped.ok ? ok({ stopped: stopped.value }) : stopped
    }
    case 'park': {
      const parked = operator.park()
      return parked.ok ? ok({}) : parked
    }
    case 'point': {
      const { azimuthDeg: azimuth, elevationDeg: elevation, untilUtcMs } = request
      const pointed = operator.point({ azimuth, elevation }, untilUtcMs)
      return pointed.ok ? ok({}) : pointed
    }
    case 'track': {
      const pass = operator.track(request.target, request.untilUtcMs)
      return pass.ok ? ok({ pass: pass.value }) : pass
    }
  }
}
