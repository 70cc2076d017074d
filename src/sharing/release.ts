import { formatUtc, parseUtc, type UtcMs, utcPlus } from '../kernel/time.ts'
import { ms } from '../kernel/units.ts'
import { isMarkedHonestly, type Observation } from '../observation/record.ts'
import type { Agreement, Groups, Partner } from './agreement.ts'
import { coarseTime } from './product.ts'

/** The release gate's answer on one record for one partner, with its reason for the audit. */
export type ReleaseDecision =
  | { readonly kind: 'release'; readonly reason: string }
  | { readonly kind: 'wait'; readonly untilUtc: UtcMs; readonly reason: string }
  | { readonly kind: 'withhold'; readonly reason: string }

const withhold = (reason: string): ReleaseDecision => ({ kind: 'withhold', reason })

/**
 * THE release gate (law 3): nothing leaves without its `release`. Deny by default: each condition must hold, and
 * what is missing or unknown denies. A record that has to wait is put to the gate again when it is due, so that an
 * agreement which ended meanwhile releases nothing.
 */
export const decideRelease = (options: {
  readonly record: Observation
  readonly partner: Partner
  readonly agreement: Agreement | undefined
  readonly groups: Groups
  readonly nowUtc: UtcMs
  /** The same instant on a clock that nobody has set forward while the record waited: delays are counted on it. */
  readonly agedUtc: UtcMs
  /** The interval number (see `thinningInterval`) of the last record this stream took, with its pass. */
  readonly lastTaken: string | undefined
}): ReleaseDecision => {
  const { record, partner, agreement, nowUtc } = options
  if (agreement === undefined) return withhold(`no agreement with ${partner.id}`)
  if (agreement.partnerId !== partner.id) return withhold('the agreement is with another partner')
  if (agreement.validFromUtc !== undefined && nowUtc < agreement.validFromUtc) {
    return withhold(`agreement ${agreement.id} begins ${formatUtc(agreement.validFromUtc, 0)}`)
  }
  if (agreement.validUntilUtc !== undefined && nowUtc >= agreement.validUntilUtc) {
    return withhold(`agreement ${agreement.id} ended ${formatUtc(agreement.validUntilUtc, 0)}`)
  }
  if (!isMarkedHonestly(record)) {
    return withhold(`the record is marked ${record.dataMode} and comes from a simulated device`)
  }
  if (!agreement.dataModes.includes(record.dataMode)) {
    return withhold(`agreement ${agreement.id} does not cover ${record.dataMode} data`)
  }
  if (!isReleasableTo({ relTo: record.label.relTo, nation: partner.nation, groups: options.groups })) {
    return withhold(`the label is not releasable to ${partner.nation}`)
  }
  if (agreement.catalogNumbers !== undefined && !observedObjectsAreIn(record, agreement.catalogNumbers)) {
    return withhold(`agreement ${agreement.id} does not cover this object`)
  }
  const measured = parseUtc(record.timeUtc)
  if (!measured.ok) return withhold('the record has no readable time')
  if (agreement.validFromUtc !== undefined && measured.value < agreement.validFromUtc) {
    return withhold(`it was measured before agreement ${agreement.id} began`)
  }
  const interval = thinningInterval(record, agreement)
  if (interval !== undefined && isNotAfter(interval, options.lastTaken)) {
    return withhold(`thinned to one record in ${agreement.coarsening.onePer} s`)
  }
  const due = releaseDue(measured.value, agreement)
  if (options.agedUtc < due) {
    return {
      kind: 'wait',
      untilUtc: due,
      reason: `held for ${agreement.delay / 1000} s by agreement ${agreement.id}`,
    }
  }
  return { kind: 'release', reason: `agreement ${agreement.id}` }
}

/**
 * When a record may leave. With coarse times it follows from the coarse time alone: released at the measured time plus
 * a constant, the moment of release would give away what the rounding hides.
 */
const releaseDue = (measuredUtc: UtcMs, agreement: Agreement): UtcMs => {
  const { time } = agreement.coarsening
  if (time === undefined) return utcPlus(measuredUtc, agreement.delay)
  // Half a step later, since the coarse time can lie half a step before the measurement.
  return utcPlus(coarseTime(measuredUtc, time), ms(time * 500 + agreement.delay))
}

/** Which interval of a pass a record falls in, as the stream remembers it; undefined where nothing is thinned. */
export const thinningInterval = (record: Observation, agreement: Agreement): string | undefined => {
  const { onePer } = agreement.coarsening
  if (onePer === undefined) return undefined
  const measured = parseUtc(record.timeUtc)
  return measured.ok ? `${record.passId}#${Math.floor(measured.value / (onePer * 1000))}` : undefined
}

// Not "the same": after a wall clock step back the intervals of a pass come a second time.
const isNotAfter = (interval: string, last: string | undefined): boolean => {
  if (last === undefined) return false
  const [pass, number] = interval.split('#')
  const [lastPass, lastNumber] = last.split('#')
  return pass === lastPass && Number(number) <= Number(lastNumber)
}

const isReleasableTo = (options: {
  readonly relTo: readonly string[]
  readonly nation: string
  readonly groups: Groups
}): boolean =>
  options.relTo.some(
    (code) => code === options.nation || (options.groups.get(code)?.has(options.nation) ?? false),
  )

const observedObjectsAreIn = (record: Observation, allowed: ReadonlySet<number>): boolean => {
  const satellites = record.path.participants.filter((participant) => participant.kind === 'satellite')
  return satellites.length > 0 && satellites.every((satellite) => allowed.has(satellite.catalogNumber))
}
