import { formatUtc, parseUtc, type UtcMs, utcPlus } from '../kernel/time.ts'
import { ms } from '../kernel/units.ts'
import type { Observation } from '../observation/record.ts'
import type { Agreement, Groups, Partner } from './agreement.ts'

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
  if (agreement.coarsening.onePer !== undefined) {
    const interval = thinningInterval(record, agreement)
    if (interval !== undefined && interval === options.lastTaken) {
      return withhold(`thinned to one record in ${agreement.coarsening.onePer} s`)
    }
  }
  const due = utcPlus(measured.value, ms(agreement.delay))
  if (nowUtc < due) {
    return {
      kind: 'wait',
      untilUtc: due,
      reason: `held for ${agreement.delay / 1000} s by agreement ${agreement.id}`,
    }
  }
  return { kind: 'release', reason: `agreement ${agreement.id}` }
}

/** Which interval of a pass a record falls in, as the stream remembers it; undefined where nothing is thinned. */
export const thinningInterval = (record: Observation, agreement: Agreement): string | undefined => {
  const { onePer } = agreement.coarsening
  if (onePer === undefined) return undefined
  const measured = parseUtc(record.timeUtc)
  return measured.ok ? `${record.passId}#${Math.floor(measured.value / (onePer * 1000))}` : undefined
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
