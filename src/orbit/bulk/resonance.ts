import { DEEP, RESONANCE, RESONANCE_LENGTH } from './deep-records.ts'

// AIAA 2006-6753, app. D, `dspace`.
const FASX2 = 0.13130908
const FASX4 = 2.8843198
const FASX6 = 0.37448087
const G22 = 5.7686396
const G32 = 0.95240898
const G44 = 1.8014998
const G52 = 1.050833
const G54 = 4.4108898
const STEP_MINUTES = 720
const HALF_STEP_SQUARE = 259_200

const derive = (deep: Float64Array, deepAt: number, pointAt: number, pericenter: number): void => {
  const read = (field: number): number => deep[deepAt + field] ?? 0
  const xli = deep[pointAt + RESONANCE.xli] ?? 0
  const xldot = (deep[pointAt + RESONANCE.xni] ?? 0) + read(DEEP.xfact)
  let xndt: number
  let xnddt: number
  if (read(DEEP.irez) === 2) {
    const xomi = pericenter
    const x2omi = xomi + xomi
    const x2li = xli + xli
    const d2201 = read(DEEP.d2201)
    const d2211 = read(DEEP.d2211)
    const d3210 = read(DEEP.d3210)
    const d3222 = read(DEEP.d3222)
    const d4410 = read(DEEP.d4410)
    const d4422 = read(DEEP.d4422)
    const d5220 = read(DEEP.d5220)
    const d5232 = read(DEEP.d5232)
    const d5421 = read(DEEP.d5421)
    const d5433 = read(DEEP.d5433)
    xndt =
      d2201 * Math.sin(x2omi + xli - G22) +
      d2211 * Math.sin(xli - G22) +
      d3210 * Math.sin(xomi + xli - G32) +
      d3222 * Math.sin(-xomi + xli - G32) +
      d4410 * Math.sin(x2omi + x2li - G44) +
      d4422 * Math.sin(x2li - G44) +
      d5220 * Math.sin(xomi + xli - G52) +
      d5232 * Math.sin(-xomi + xli - G52) +
      d5421 * Math.sin(xomi + x2li - G54) +
      d5433 * Math.sin(-xomi + x2li - G54)
    xnddt =
      d2201 * Math.cos(x2omi + xli - G22) +
      d2211 * Math.cos(xli - G22) +
      d3210 * Math.cos(xomi + xli - G32) +
      d3222 * Math.cos(-xomi + xli - G32) +
      d5220 * Math.cos(xomi + xli - G52) +
      d5232 * Math.cos(-xomi + xli - G52) +
      2 *
        (d4410 * Math.cos(x2omi + x2li - G44) +
          d4422 * Math.cos(x2li - G44) +
          d5421 * Math.cos(xomi + x2li - G54) +
          d5433 * Math.cos(-xomi + x2li - G54))
  } else {
    const del1 = read(DEEP.del1)
    const del2 = read(DEEP.del2)
    const del3 = read(DEEP.del3)
    xndt =
      del1 * Math.sin(xli - FASX2) + del2 * Math.sin(2 * (xli - FASX4)) + del3 * Math.sin(3 * (xli - FASX6))
    xnddt =
      del1 * Math.cos(xli - FASX2) +
      2 * del2 * Math.cos(2 * (xli - FASX4)) +
      3 * del3 * Math.cos(3 * (xli - FASX6))
  }
  deep[pointAt + RESONANCE.xndt] = xndt
  deep[pointAt + RESONANCE.xldot] = xldot
  deep[pointAt + RESONANCE.xnddt] = xnddt * xldot
}

const covers = (atime: number, t: number): boolean =>
  // A point at the epoch serves both ways; others only those farther out.
  (atime === 0 || atime * t > 0) && Math.abs(t) >= Math.abs(atime) && Math.abs(t - atime) < STEP_MINUTES

/**
 * Where the integration of an object's resonance has a point for `t` minutes after epoch: the index in `deep` of a
 * point (`RESONANCE`) less than a step before. The points lie on a grid counted from the epoch, so that a state does
 * not depend on which others were asked for; the last two are kept, for whoever asks goes on, or a little back.
 */
export const resonancePoint = (
  deep: Float64Array,
  deepAt: number,
  t: number,
  meanMotion: number,
  argpo: number,
  argpdot: number,
): number => {
  const latest = deepAt + DEEP.resonance
  const earlier = latest + RESONANCE_LENGTH
  if (covers(deep[latest + RESONANCE.atime] ?? 0, t)) return latest
  const earlierTime = deep[earlier + RESONANCE.atime] ?? 0
  if (covers(earlierTime, t)) return earlier
  const latestTime = deep[latest + RESONANCE.atime] ?? 0
  const goesOn = (latestTime === 0 || latestTime * t > 0) && Math.abs(t) >= Math.abs(latestTime)
  if (!goesOn) {
    deep[latest + RESONANCE.atime] = 0
    deep[latest + RESONANCE.xli] = deep[deepAt + DEEP.xlamo] ?? 0
    deep[latest + RESONANCE.xni] = meanMotion
    derive(deep, deepAt, latest, argpo)
  }
  const step = t > 0 ? STEP_MINUTES : -STEP_MINUTES
  for (let atime = deep[latest + RESONANCE.atime] ?? 0; Math.abs(t - atime) >= STEP_MINUTES; ) {
    for (let field = 0; field < RESONANCE_LENGTH; field += 1)
      deep[earlier + field] = deep[latest + field] ?? 0
    const xndt = deep[latest + RESONANCE.xndt] ?? 0
    const xldot = deep[latest + RESONANCE.xldot] ?? 0
    const xnddt = deep[latest + RESONANCE.xnddt] ?? 0
    deep[latest + RESONANCE.xli] =
      (deep[latest + RESONANCE.xli] ?? 0) + (xldot * step + xndt * HALF_STEP_SQUARE)
    deep[latest + RESONANCE.xni] =
      (deep[latest + RESONANCE.xni] ?? 0) + (xndt * step + xnddt * HALF_STEP_SQUARE)
    atime += step
    deep[latest + RESONANCE.atime] = atime
    derive(deep, deepAt, latest, argpo + argpdot * atime)
  }
  return latest
}
