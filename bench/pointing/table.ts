import type { AntennaFigures, BandFigures, BandGoals, Verdict } from './measure.ts'

const fixed = (value: number, digits: number): string => value.toFixed(digits)

const row = (cells: readonly string[]): string =>
  cells.map((cell, column) => (column === 0 ? cell.padEnd(18) : cell.padStart(8))).join('')

/** One line a goal: whether it is met, what is reached, what is asked for, and what keeps anybody from it. */
const goalLines = (
  goal: BandGoals,
  limits: Pick<BandFigures, 'limitP99ErrorDeg' | 'wholeStepsP99Deg'>,
): readonly string[] => {
  const { verdicts } = goal
  const line = (verdict: Verdict, what: string): string => `    ${`${verdict}:`.padEnd(30)}${what}`
  const reached = `${fixed(goal.p99Ratio, 1)} times lower than the best peer's p99`
  const worst = fixed(goal.worstOverAllowedDeg, 2)
  return [
    line(
      verdicts.maxError,
      `largest error ${fixed(goal.maxErrorDeg, 2)}° of ${fixed(goal.maxErrorAllowedDeg, 2)}° allowed ` +
        `(worst pass over what its own limit allows: ${worst}°)`,
    ),
    ...(verdicts.p99Error === undefined
      ? []
      : [
          line(
            verdicts.p99Error,
            `p99 ${fixed(goal.p99ErrorDeg, 2)}°, ${reached}; ten times is ${fixed(goal.p99AllowedDeg, 2)}°. By ranges and speeds nothing ` +
              `is below ${fixed(limits.limitP99ErrorDeg, 2)}°, on whole steps ${fixed(limits.wholeStepsP99Deg, 2)}°`,
          ),
        ]),
    line(
      verdicts.starts,
      `${fixed(goal.startsAtPeersError, 1)} starts a pass at a p99 of ${fixed(goal.p99AtPeersErrorDeg, 2)}° beside the fewest ` +
        `of a peer, ${fixed(goal.fewestStartsOfPeers, 1)} at ${fixed(goal.p99OfThatPeerDeg, 2)}°`,
    ),
  ]
}

/** For people: a block a band, and whether the goals are reached. */
export const pointingTable = (antennas: readonly AntennaFigures[]): string => {
  const lines: string[] = []
  for (const { name, passes, bands, goals } of antennas) {
    lines.push(`${name}, ${passes} passes`)
    for (const [index, band] of bands.entries()) {
      const { controllers, limitMaxErrorDeg, limitP99ErrorDeg, wholeStepsP99Deg } = band
      const [low, high] = band.maximumElevationDeg
      lines.push('', `  maximum elevation ${low}° to ${high}°, limit ${fixed(limitMaxErrorDeg, 2)}°`)
      lines.push(`    ${row(['', 'rms', 'p99', 'max', 'on 10°', 'on 20°', 'on 40°', 'starts', 'degrees'])}`)
      for (const each of controllers) {
        const shares = Object.values(each.onBeamShare).map((share) => `${fixed(100 * share, 1)}%`)
        const errors = [each.rmsErrorDeg, each.p99ErrorDeg, each.maxErrorDeg].map((value) => fixed(value, 2))
        const work = [fixed(each.motorStarts, 0), fixed(each.degreesTravelled, 0)]
        lines.push(`    ${row([each.name, ...errors, ...shares, ...work])}`)
      }
      const goal = goals[index]
      if (goal !== undefined) lines.push(...goalLines(goal, { limitP99ErrorDeg, wholeStepsP99Deg }))
    }
    lines.push('')
  }
  return `${lines.join('\n')}\n`
}
