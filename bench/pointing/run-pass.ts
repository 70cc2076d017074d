import { MOUNTS } from '../../hardware-sim/plant/mounts.ts'
import { createPlant, type Plant } from '../../hardware-sim/plant/plant.ts'
import { type AzEl, greatCircleSeparation, wrapDeg } from '../../src/kernel/angle.ts'
import { createRandom } from '../../src/kernel/random.ts'
import { monoMs, utcMs } from '../../src/kernel/time.ts'
import { deg } from '../../src/kernel/units.ts'
import type { BenchAntenna } from './antennas.ts'
import type { ControlLoop } from './peers.ts'
import type { SkyPass } from './sky-pass.ts'

export interface PassRun {
  /** True boresight from true target, each tenth of a second from AOS to LOS, degrees. */
  readonly errors: Float64Array
  readonly motorStarts: number
  readonly degreesTravelled: number
}

const SAMPLE_MS = 100
/** Every loop meets the antenna at rest where it was parked, this long before AOS. */
export const BEFORE_MS = 180_000

/** Where a commanded azimuth leads: as it is, or the shorter way round where the controller chooses. */
const azimuthGoal = (antenna: BenchAntenna, wanted: number, reading: number): number | undefined => {
  const { minimum, maximum } = antenna.mount.azimuth
  const turns = antenna.choosesTurn ? [-360, 0, 360].map((turn) => (wanted % 360) + turn) : [wanted]
  return turns
    .filter((turn) => turn >= minimum && turn <= maximum)
    .sort((a, b) => Math.abs(a - reading) - Math.abs(b - reading))[0]
}

/** One loop, one pass, one antenna that is the same for all of them, in virtual time. */
export const runPass = (
  pass: SkyPass,
  antenna: BenchAntenna,
  loop: ControlLoop,
  seesTurns: boolean,
): PassRun => {
  const plant: Plant = createPlant({
    mount: MOUNTS[antenna.plantName],
    random: createRandom(Math.round(pass.tcaUtcMs / 1000)),
    start: monoMs(0),
  })
  const startUtcMs = pass.aosUtcMs - BEFORE_MS
  const monoOf = (utc: number) => monoMs(utc - startUtcMs)
  const steps = (value: number): number => Math.round(value / antenna.resolution) * antenna.resolution
  const isAzimuthOnly = antenna.mount.elevation.minimum === antenna.mount.elevation.maximum
  const errors = new Float64Array(Math.floor((pass.losUtcMs - pass.aosUtcMs) / SAMPLE_MS) + 1)
  const pending: { atMs: number; to: AzEl }[] = []
  let nextStep = pass.aosUtcMs - loop.leadMs
  let nextSample: number = pass.aosUtcMs
  let sampled = 0
  const obey = ({ atMs, to }: { atMs: number; to: AzEl }): void => {
    const at = monoOf(atMs)
    const azimuth = azimuthGoal(antenna, steps(to.azimuth), plant.read(at).azimuth)
    const { minimum, maximum } = antenna.mount.elevation
    const elevation = steps(to.elevation)
    // Out of range is refused whole, as Hamlib and the controllers do.
    if (azimuth === undefined || (!isAzimuthOnly && (elevation < minimum || elevation > maximum))) return
    plant.command(at, 'azimuth', { kind: 'move-to', target: deg(azimuth) })
    if (!isAzimuthOnly) plant.command(at, 'elevation', { kind: 'move-to', target: deg(elevation) })
  }
  while (sampled < errors.length) {
    const next = pending[0]
    if (next !== undefined && next.atMs <= nextStep && next.atMs <= nextSample) {
      pending.shift()
      obey(next)
    } else if (nextStep <= nextSample) {
      const read = plant.read(monoOf(nextStep))
      const reading = {
        azimuth: deg(steps(seesTurns || !antenna.choosesTurn ? read.azimuth : wrapDeg(read.azimuth))),
        // Without an elevation axis whatever is asked for is read: nobody waits for it.
        elevation: isAzimuthOnly ? antenna.mount.elevation.minimum : deg(steps(read.elevation)),
      }
      const to = loop.step(utcMs(nextStep), reading)
      if (to !== undefined) pending.push({ atMs: nextStep + antenna.latency, to })
      nextStep += loop.periodMs
    } else {
      const truth = pass.lookAt(utcMs(nextSample))
      errors[sampled] = greatCircleSeparation(plant.boresightAt(monoOf(nextSample)), truth)
      sampled += 1
      nextSample += SAMPLE_MS
    }
  }
  const end = monoOf(nextSample)
  const axes = [plant.axisAt(end, 'azimuth'), plant.axisAt(end, 'elevation')]
  return {
    errors,
    motorStarts: axes.reduce((sum, axis) => sum + (axis?.motorStarts ?? 0), 0),
    degreesTravelled: axes.reduce((sum, axis) => sum + (axis?.travelledDeg ?? 0), 0),
  }
}
