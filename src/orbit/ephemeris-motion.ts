import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { formatUtc, MS_PER_SECOND, type UtcMs } from '../kernel/time.ts'
import { createFrameTurn, type FrameTurn } from './celestial-frames.ts'
import type { Ephemeris, EphemerisSegment, EphemerisState } from './ephemeris.ts'
import { type EphemerisPiece, ephemerisPieces } from './ephemeris-spans.ts'
import { UT1_MINUS_UTC_DEFAULT } from './frames.ts'
import type { Motion } from './motion.ts'
import { type PolynomialNode, polynomialAtZero } from './polynomial.ts'
import { taiMinusUtc } from './time-scales.ts'
import type { Ut1MinusUtc } from './ut1.ts'
import type { StateVector } from './vector.ts'

/** What is taken where a file leaves it open: through position and velocity of the two states on either side. */
const DEFAULT_INTERPOLATION = { method: 'hermite', degree: 7 } as const
// Polynomials of a higher degree swing between their nodes; files have up to 11.
const DEGREE_MAX = 15

/** How many states a polynomial goes through, and whether it takes their velocities. */
interface Window {
  readonly states: number
  readonly withRates: boolean
}

const windowOf = ({ interpolation, states }: EphemerisSegment): Result<Window, string> => {
  const { method, degree } = interpolation ?? DEFAULT_INTERPOLATION
  const withRates = method === 'hermite'
  const wanted = method === 'linear' ? 1 : degree
  if (!(Number.isInteger(wanted) && wanted >= 1 && wanted <= DEGREE_MAX)) {
    return err(`its interpolation is of degree ${degree}, not 1 to ${DEGREE_MAX}`)
  }
  // A Hermite polynomial through n states has the degree 2n - 1; an even one is rounded down. Degree 1 would know one
  // state only and jump half-way to the next: it takes two as well.
  const through = withRates ? Math.max(2, Math.floor((wanted + 1) / 2)) : wanted + 1
  return ok({ states: Math.min(through, states.length), withRates })
}

/** The index of the last state at or before an instant; -1 before the first. */
const lastAtOrBefore = (states: readonly EphemerisState[], at: UtcMs): number => {
  let low = 0
  let high = states.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((states[middle]?.utcMs ?? Number.POSITIVE_INFINITY) <= at) low = middle + 1
    else high = middle
  }
  return low - 1
}

const AXES = ['x', 'y', 'z'] as const

// Seconds that pass: the motion goes on through a leap second, which UTC here does not count.
const secondsBetween = (from: UtcMs, to: UtcMs): number =>
  (to - from) / MS_PER_SECOND + (taiMinusUtc(to) - taiMinusUtc(from))

const interpolate = (states: readonly EphemerisState[], window: Window, at: UtcMs): StateVector => {
  const before = lastAtOrBefore(states, at)
  // The window stands around the instant, and is pushed inwards at the ends of the segment.
  const nearest =
    window.states % 2 === 1 &&
    (states[before + 1]?.utcMs ?? Number.POSITIVE_INFINITY) - at < at - (states[before]?.utcMs ?? 0)
      ? before + 1
      : before
  const centred = nearest - Math.floor((window.states - 1) / 2)
  const start = Math.max(0, Math.min(states.length - window.states, centred))
  const around = states
    .slice(start, start + window.states)
    .sort((a, b) => Math.abs(a.utcMs - at) - Math.abs(b.utcMs - at))
  const position = { x: 0, y: 0, z: 0 }
  const velocity = { x: 0, y: 0, z: 0 }
  for (const axis of AXES) {
    const nodes = around.map((state): PolynomialNode => {
      const node = { atSec: secondsBetween(at, state.utcMs), value: state.position[axis] }
      return window.withRates ? { ...node, rate: state.velocity[axis] } : node
    })
    const { value, rate } = polynomialAtZero(nodes)
    position[axis] = value
    velocity[axis] = rate
  }
  return { position, velocity }
}

interface Prepared {
  readonly window: Window
  readonly turn: FrameTurn
}

const refused = (name: string, reason: string): { readonly ok: false; readonly error: Fault } =>
  err(fault('orbit.ephemeris', `The ephemeris of ${name} cannot be used: ${reason}`))

const prepare = (segment: EphemerisSegment, ut1MinusUtc: Ut1MinusUtc): Result<Prepared, Fault> => {
  const name = segment.objectName
  if (segment.center.trim().toUpperCase() !== 'EARTH') {
    return refused(name, `its centre is "${segment.center.slice(0, 40)}", not EARTH`)
  }
  const unordered = segment.states.findIndex(
    ({ utcMs }, index) => index > 0 && !(utcMs > (segment.states[index - 1]?.utcMs ?? 0)),
  )
  if (unordered >= 0) {
    const at = segment.states[unordered]?.utcMs
    const label = at !== undefined && Number.isFinite(at) ? formatUtc(at, 3) : String(at)
    return refused(name, `its state of ${label} is not later than the one before it`)
  }
  const window = windowOf(segment)
  if (!window.ok) return refused(name, window.error)
  const turn = createFrameTurn(segment.frame, ut1MinusUtc)
  if (!turn.ok)
    return refused(name, `${turn.error.message.slice(0, 1).toLowerCase()}${turn.error.message.slice(1)}`)
  return ok({ window: window.value, turn: turn.value })
}

const spanText = ({ fromUtcMs, toUtcMs }: { fromUtcMs: UtcMs; toUtcMs: UtcMs }): string =>
  `${formatUtc(fromUtcMs, 3)} to ${formatUtc(toUtcMs, 3)}`

/** What is known next to an instant that is not covered, for a sentence. */
const neighbourhood = (pieces: readonly EphemerisPiece[], at: UtcMs): string => {
  const first = pieces[0]
  const last = pieces.at(-1)
  if (first === undefined || last === undefined) return 'it covers nothing'
  const covered = `it covers ${spanText({ fromUtcMs: first.fromUtcMs, toUtcMs: last.toUtcMs })}`
  const before = pieces.findLast(({ toUtcMs }) => toUtcMs < at)
  const after = pieces.find(({ fromUtcMs }) => fromUtcMs > at)
  return before === undefined || after === undefined
    ? covered
    : `${covered}, but for a gap from ${spanText({ fromUtcMs: before.toUtcMs, toUtcMs: after.fromUtcMs })}`
}

/**
 * The motion that an ephemeris file tells.
 *
 * Between states it takes the polynomial that the file names: Hermite, through positions and velocities of (degree +
 * 1)/2 states, two at least; Lagrange, through positions of degree + 1 states; linear. Where the file names none,
 * Hermite of degree 7. The window of states stands around the instant; where a segment has fewer states, the degree is
 * what they allow. At a state the position is the file's own (with Hermite the velocity too), and the velocity is
 * always the polynomial's derivative. Segments are never bridged, and nothing is told beyond the useable span: fault
 * `orbit.span`, which names it. Fault
 * `orbit.ephemeris` for frames, centres and degrees not known, several objects and states out of order.
 *
 * Give the UT1 − UTC of the looks: the longitudes of an ITRF file depend on it.
 */
export const createEphemerisMotion = (
  ephemeris: Ephemeris,
  options: { readonly ut1MinusUtc?: Ut1MinusUtc } = {},
): Result<Motion<undefined>, Fault> => {
  const { ut1MinusUtc = UT1_MINUS_UTC_DEFAULT } = options
  const name = ephemeris.segments[0]?.objectName ?? ''
  const other = ephemeris.segments.find(({ objectName }) => objectName !== name)
  if (other !== undefined)
    return refused(name, `the file is also of ${other.objectName}; give one with one object`)
  const prepared = new Map<EphemerisSegment, Prepared>()
  for (const segment of ephemeris.segments) {
    const ready = prepare(segment, ut1MinusUtc)
    if (!ready.ok) return ready
    prepared.set(segment, ready.value)
  }
  const pieces = ephemerisPieces(ephemeris.segments)
  if (pieces.length === 0) return refused(name, 'its useable span is empty')
  const pieceAt = (at: UtcMs): EphemerisPiece | undefined => {
    let low = 0
    let high = pieces.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((pieces[middle]?.fromUtcMs ?? Number.POSITIVE_INFINITY) <= at) low = middle + 1
      else high = middle
    }
    const piece = pieces[low - 1]
    return piece !== undefined && at <= piece.toUtcMs ? piece : undefined
  }
  return ok({
    object: { catalogNumber: undefined, name },
    spans: pieces.map(({ fromUtcMs, toUtcMs }) => ({ fromUtcMs, toUtcMs })),
    velocityIsDerivative: true,
    lightTime: 'always',
    propagate: (at) => {
      const piece = pieceAt(at)
      const ready = piece && prepared.get(piece.segment)
      if (piece === undefined || ready === undefined) {
        const asked = Number.isFinite(at) ? formatUtc(at, 3) : 'no instant at all'
        return err(
          fault(
            'orbit.span',
            `The ephemeris of ${name} says nothing of ${asked}; ${neighbourhood(pieces, at)}`,
          ),
        )
      }
      return ready.turn(at, interpolate(piece.segment.states, ready.window, at))
    },
  })
}
