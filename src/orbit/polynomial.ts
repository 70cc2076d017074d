/**
 * One coordinate at a node: its instant in seconds from where the polynomial is asked for, and its value there; with a
 * rate the polynomial takes that as well.
 */
export interface PolynomialNode {
  readonly atSec: number
  readonly value: number
  readonly rate?: number
}

/**
 * The polynomial of least degree through the nodes, at 0: its value and its derivative. Newton's divided differences, a
 * node with a rate standing twice (Hermite). The nodes have to differ; where the first stands at 0 the value is exactly
 * its own, so the nearest comes first.
 */
export const polynomialAtZero = (
  nodes: readonly PolynomialNode[],
): { readonly value: number; readonly rate: number } => {
  const places: number[] = []
  const differences: number[] = []
  const firstRates: (number | undefined)[] = []
  for (const { atSec, value, rate } of nodes) {
    places.push(atSec)
    differences.push(value)
    firstRates.push(undefined)
    if (rate !== undefined) {
      places.push(atSec)
      differences.push(value)
      firstRates.push(rate)
    }
  }
  // In place, from the end, so that the difference of one order less is still there when it is needed.
  for (let order = 1; order < places.length; order += 1) {
    for (let index = places.length - 1; index >= order; index -= 1) {
      const rate = firstRates[index]
      const width = (places[index] ?? 0) - (places[index - order] ?? 0)
      differences[index] =
        order === 1 && rate !== undefined
          ? rate
          : ((differences[index] ?? 0) - (differences[index - 1] ?? 0)) / width
    }
  }
  let value = differences.at(-1) ?? 0
  let rate = 0
  for (let index = places.length - 2; index >= 0; index -= 1) {
    const step = -(places[index] ?? 0)
    rate = value + step * rate
    value = (differences[index] ?? 0) + step * value
  }
  return { value, rate }
}
