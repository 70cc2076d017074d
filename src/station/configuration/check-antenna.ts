import { deg } from '../../kernel/units.ts'
import { depthInSector, type KeepOutSector } from '../../pointing/keep-out.ts'
import { skyDirection } from '../../pointing/mount.ts'
import type { Problem } from './problem.ts'
import type { Configuration } from './schema.ts'

type MovingAntenna = Exclude<Configuration['antenna'], { readonly kind: 'fixed' }>

/** The keep-out sectors of a configuration. */
export const keepOutOf = ({ keepOut }: Pick<MovingAntenna, 'keepOut'>): readonly KeepOutSector[] =>
  keepOut.map((sector) => ({
    name: sector.name,
    azimuthFrom: deg(sector.azimuthFromDeg),
    azimuthTo: deg(sector.azimuthToDeg),
    elevationFrom: deg(sector.elevationFromDeg),
    elevationTo: deg(sector.elevationToDeg),
  }))

/** Places of rest that cannot be reached or must not be looked at, sectors that are none, switches that are never free. */
export const checkSafePlaces = ({ antenna }: Configuration): readonly Problem[] => {
  if (antenna.kind === 'fixed') return []
  const problems: Problem[] = []
  for (const [index, sector] of antenna.keepOut.entries()) {
    const { azimuthFromDeg, azimuthToDeg } = sector
    // All round is said in one way, so that a slip of the pen is not taken for it.
    if ((azimuthToDeg - azimuthFromDeg) % 360 === 0 && !(azimuthFromDeg === 0 && azimuthToDeg === 360)) {
      problems.push({
        path: ['antenna', 'keepOut', index, 'azimuthToDeg'],
        problem: `from ${azimuthFromDeg}° to ${azimuthToDeg}° is no sector; for all round write from 0 to 360`,
      })
    }
    if (sector.elevationFromDeg < sector.elevationToDeg) continue
    problems.push({
      path: ['antenna', 'keepOut', index, 'elevationToDeg'],
      problem: `it must be above elevationFromDeg (${sector.elevationFromDeg}°), not ${sector.elevationToDeg}°`,
    })
  }
  for (const [index, { lockedWhen, freeWhen }] of antenna.lockOutInputs.entries()) {
    if (lockedWhen !== freeWhen) continue
    problems.push({
      path: ['antenna', 'lockOutInputs', index, 'freeWhen'],
      problem: `it must differ from lockedWhen (a switch that locks at "0" is free at "1"), not be "${freeWhen}" too`,
    })
  }
  const { park, stow } = antenna
  for (const [name, place] of [
    ['park', park],
    ...(stow === undefined ? [] : [['stow', stow] as const]),
  ] as const) {
    for (const axis of ['azimuth', 'elevation'] as const) {
      const { minimumDeg, maximumDeg } = antenna[axis]
      const angle = place[`${axis}Deg`]
      // A range that is none is told of elsewhere.
      if (minimumDeg > maximumDeg || (angle >= minimumDeg && angle <= maximumDeg)) continue
      problems.push({
        path: ['antenna', name, `${axis}Deg`],
        problem: `the ${name} position ${angle}° is outside the ${axis} limits ${minimumDeg}° to ${maximumDeg}°`,
      })
    }
    const direction = skyDirection({
      azimuth: deg(place.azimuthDeg),
      elevation: deg(place.elevationDeg),
    })
    const inside = keepOutOf(antenna).find((sector) => depthInSector(sector, direction) > 0)
    if (inside !== undefined) {
      problems.push({
        path: ['antenna', name],
        problem: `the ${name} position looks into the keep-out sector "${inside.name}"`,
      })
    }
  }
  return problems
}
