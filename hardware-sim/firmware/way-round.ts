/**
 * The axis angle for a bearing that is nearest to where the axis stands, among those inside the range: how controllers
 * choose the turn that are told a bearing and not a turn. Degrees; `undefined` where the range has no such bearing.
 */
export const nearestTurn = (
  bearing: number,
  from: number,
  range: { readonly min: number; readonly max: number },
): number | undefined => {
  const first = bearing + 360 * Math.ceil((range.min - bearing) / 360)
  const turns: number[] = []
  for (let turn = first; turn <= range.max; turn += 360) turns.push(turn)
  return turns.sort((a, b) => Math.abs(a - from) - Math.abs(b - from))[0]
}
