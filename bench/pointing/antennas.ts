import { MOUNTS, type MountName } from '../../hardware-sim/plant/mounts.ts'
import { type Deg, deg, type Ms, ms } from '../../src/kernel/units.ts'
import type { AxisModel, AzElMount } from '../../src/pointing/mount.ts'

/** One antenna of the benchmark: its plant, its controller's ways, and what Azel is told of it. */
export interface BenchAntenna {
  readonly name: string
  readonly plantName: Exclude<MountName, 'fixed'>
  /** As in Azel's configuration. */
  readonly mount: AzElMount
  /** Commands and readings are in whole steps of it. */
  readonly resolution: Deg
  /** From the host's writing a command to the motor obeying it: bytes on the line, the controller's own pace. */
  readonly latency: Ms
  readonly commandPeriod: Ms
  /** The controller goes the shorter way round, whatever turn is meant. */
  readonly choosesTurn: boolean
}

interface Facts {
  readonly plantName: Exclude<MountName, 'fixed'>
  readonly resolution: number
  readonly beamWidth: number
  readonly latency: number
  readonly commandPeriod: number
  readonly choosesTurn?: boolean
}

const antennaOf = (facts: Facts): BenchAntenna => {
  const plant = MOUNTS[facts.plantName]
  const axisOf = (axis: (typeof MOUNTS)['g5500']['azimuth']): AxisModel => ({
    minimum: axis.min,
    maximum: axis.max,
    slewRate: axis.rateMax,
    acceleration: axis.accelerationMax,
    backlash: axis.backlash,
    deadBand: axis.deadband,
  })
  const azimuth = axisOf(plant.azimuth)
  const elevation =
    plant.kind === 'azimuth-only'
      ? { ...azimuth, minimum: plant.antennaElevation, maximum: plant.antennaElevation }
      : axisOf(plant.elevation)
  return {
    name: facts.plantName,
    plantName: facts.plantName,
    mount: {
      kind: 'azel',
      azimuth,
      elevation,
      park: { azimuth: deg(180), elevation: deg(Math.min(elevation.maximum, 90)) },
      beamWidth: deg(facts.beamWidth),
      resolution: deg(facts.resolution),
    },
    resolution: deg(facts.resolution),
    latency: ms(facts.latency),
    commandPeriod: ms(facts.commandPeriod),
    choosesTurn: facts.choosesTurn ?? false,
  }
}

/**
 * GS-232B at 9600 baud: `Waaa eee` is 9 ms on the line, then it looks at its motors; stutters when interrupted more often than
 * once a second. SPID at 600 baud: 13 bytes are 217 ms. EasyComm at 9600: some 20 ms, and
 * the SatNOGS client, which these mounts were made for, sends four times a second.
 */
export const ANTENNAS: readonly BenchAntenna[] = [
  antennaOf({ plantName: 'g5500', resolution: 1, beamWidth: 20, latency: 60, commandPeriod: 1_000 }),
  antennaOf({
    plantName: 'spid-ras',
    resolution: 0.5,
    beamWidth: 10,
    latency: 250,
    commandPeriod: 1_000,
    choosesTurn: true,
  }),
  antennaOf({ plantName: 'easycomm-fast', resolution: 0.1, beamWidth: 3, latency: 30, commandPeriod: 250 }),
  antennaOf({ plantName: 'azimuth-only', resolution: 1, beamWidth: 40, latency: 60, commandPeriod: 1_000 }),
]
