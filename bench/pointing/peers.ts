import type { AzEl } from '../../src/kernel/angle.ts'
import { type UtcMs, utcMs } from '../../src/kernel/time.ts'
import { deg } from '../../src/kernel/units.ts'
import type { BenchAntenna } from './antennas.ts'
import { continuousAzimuths, type SkyPass } from './sky-pass.ts'

/** A control loop: asked at its own pace where the antenna is to go, with what the controller reads. */
export interface ControlLoop {
  readonly name: string
  readonly periodMs: number
  /** It begins so long before AOS. */
  readonly leadMs: number
  /** `reading` as the controller reports it; undefined: nothing is sent. */
  readonly step: (now: UtcMs, reading: AzEl) => AzEl | undefined
}

export type MakeLoop = (pass: SkyPass, antenna: BenchAntenna) => ControlLoop

const up = (elevation: number): number => Math.max(0, elevation)

/** The way a program without a plan sees it: azimuth 0 to 360, nothing below the horizon. */
const directionAt = (pass: SkyPass, at: UtcMs): { readonly azimuth: number; readonly elevation: number } => {
  const { azimuth, elevation } = pass.lookAt(at)
  return { azimuth, elevation: up(elevation) }
}

const place = (azimuth: number, elevation: number): AzEl => ({
  azimuth: deg(azimuth),
  elevation: deg(elevation),
})

const GPREDICT_THRESHOLD_DEG = 5
const GPREDICT_CYCLE_MS = 1_400
// It halves down to far less; a target is sent in whole degrees or tenths.
const GPREDICT_SEARCH_MS = 50

/** Gpredict, `gtk-rot-ctrl.c`: 5° of threshold, leads by at most that, flips a whole pass that crosses the stop. */
export const gpredict: MakeLoop = (pass, antenna) => {
  const azimuths = continuousAzimuths(pass, 1_000)
  const crosses = azimuths.some((angle) => angle < 0 || angle >= 360)
  const flips = crosses && antenna.mount.elevation.maximum >= 180
  const wanted = (at: UtcMs): AzEl => {
    const { azimuth, elevation } = directionAt(pass, at)
    return flips ? place((azimuth + 180) % 360, 180 - elevation) : place(azimuth, elevation)
  }
  const isFar = (a: AzEl, b: AzEl): boolean =>
    Math.abs(a.azimuth - b.azimuth) > GPREDICT_THRESHOLD_DEG ||
    Math.abs(a.elevation - b.elevation) > GPREDICT_THRESHOLD_DEG
  return {
    name: 'gpredict',
    periodMs: GPREDICT_CYCLE_MS,
    leadMs: 120_000,
    step: (now, reading) => {
      const at = now < pass.aosUtcMs ? pass.aosUtcMs : now
      const target = wanted(at)
      if (!isFar(target, reading)) return undefined
      if (now < pass.aosUtcMs) return target
      let lead = target
      for (
        let ahead: number = now + GPREDICT_SEARCH_MS;
        ahead <= pass.losUtcMs;
        ahead += GPREDICT_SEARCH_MS
      ) {
        const next = wanted(utcMs(ahead))
        if (isFar(next, target)) break
        lead = next
      }
      return lead
    },
  }
}

const SATNOGS_DEAD_BAND_DEG = 4

/** SatNOGS client, `worker.py`: where the satellite is now, when that is 4° from the reading, without the shortest arc. */
export const satnogs: MakeLoop = (pass) => ({
  name: 'satnogs-client',
  periodMs: 250,
  leadMs: 0,
  step: (now, reading) => {
    const { azimuth, elevation } = directionAt(pass, now)
    const isFar =
      Math.abs(azimuth - reading.azimuth) > SATNOGS_DEAD_BAND_DEG ||
      Math.abs(elevation - reading.elevation) > SATNOGS_DEAD_BAND_DEG
    return isFar ? place(azimuth, elevation) : undefined
  },
})

/** SatDump, `object_tracker`: where it is now, each second; goes on through north where there is overlap. */
export const satdump: MakeLoop = (pass, antenna) => {
  const { minimum, maximum } = antenna.mount.azimuth
  let last: number | undefined
  return {
    name: 'satdump',
    periodMs: 1_000,
    leadMs: 60_000,
    step: (now) => {
      const { azimuth, elevation } = directionAt(pass, now < pass.aosUtcMs ? pass.aosUtcMs : now)
      const before = last ?? azimuth
      const turns = maximum - minimum > 360 ? [azimuth, azimuth - 360, azimuth + 360] : [azimuth]
      last = turns
        .filter((turn) => turn >= minimum && turn <= maximum)
        .reduce((a, b) => (Math.abs(b - before) < Math.abs(a - before) ? b : a), azimuth)
      return place(last, elevation)
    },
  }
}

const R2CLOUD_DEAD_BAND_DEG = 5

/** r2cloud: each second, when 5° from the last command; it never asks where the antenna is. */
export const r2cloud: MakeLoop = (pass) => {
  let last: AzEl | undefined
  return {
    name: 'r2cloud',
    periodMs: 1_000,
    leadMs: 0,
    step: (now) => {
      const { azimuth, elevation } = directionAt(pass, now)
      const isNear =
        last !== undefined &&
        Math.abs(last.azimuth - azimuth) < R2CLOUD_DEAD_BAND_DEG &&
        Math.abs(last.elevation - elevation) < R2CLOUD_DEAD_BAND_DEG
      if (isNear) return undefined
      last = place(azimuth, elevation)
      return last
    },
  }
}
