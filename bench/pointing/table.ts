import type { AntennaFigures } from './measure.ts'

const fixed = (value: number, digits: number): string => value.toFixed(digits)

const row = (cells: readonly string[]): string =>
  cells.map((cell, column) => (column === 0 ? cell.padEnd(18) : cell.padStart(8))).join('')

/** For people: a block a band, and whether the goals are reached. */
export const pointingTable = (antennas: readonly AntennaFigures[]): string => {
  const lines: string[] = []
  for (const { name, passes, bands, goals } of antennas) {
    lines.push(`${name}, ${passes} passes`)
    for (const [index, { maximumElevationDeg, controllers, limitMaxErrorDeg }] of bands.entries()) {
      const [low, high] = maximumElevationDeg
      lines.push('', `  maximum elevation ${low}° to ${high}°, limit ${fixed(limitMaxErrorDeg, 2)}°`)
      lines.push(`    ${row(['', 'rms', 'p99', 'max', 'on 10°', 'on 20°', 'on 40°', 'starts', 'degrees'])}`)
      for (const each of controllers) {
        const shares = Object.values(each.onBeamShare).map((share) => `${fixed(100 * share, 1)}%`)
        const errors = [each.rmsErrorDeg, each.p99ErrorDeg, each.maxErrorDeg].map((value) => fixed(value, 2))
        const work = [fixed(each.motorStarts, 0), fixed(each.degreesTravelled, 0)]
        lines.push(`    ${row([each.name, ...errors, ...shares, ...work])}`)
      }
      const goal = goals[index]
      if (goal === undefined) continue
      lines.push(
        `    goals: max ${fixed(goal.maxErrorDeg, 2)}° of ${fixed(goal.maxErrorAllowedDeg, 2)}° allowed, ` +
          `worst pass over its own limit by ${fixed(goal.worstOverAllowedDeg, 2)}°; p99 of the best peer ` +
          `${fixed(goal.p99Ratio, 1)} times ours; starts ${fixed(goal.startsAtPeersError, 0)} ` +
          `(p99 ${fixed(goal.p99AtPeersErrorDeg, 2)}°) to the fewest of a peer, ${fixed(goal.fewestStartsOfPeers, 0)} ` +
          `(p99 ${fixed(goal.p99OfThatPeerDeg, 2)}°)`,
      )
    }
    lines.push('')
  }
  return `${lines.join('\n')}\n`
}
