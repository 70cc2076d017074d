import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { utcMs, utcPlus } from '../../src/kernel/time.ts'
import { ms, sec } from '../../src/kernel/units.ts'
import type { Observation } from '../../src/observation/record.ts'
import type { Agreement, Partner } from '../../src/sharing/agreement.ts'
import { signingKeyFromSeed } from '../../src/sharing/keys.ts'
import { decideRelease, thinningInterval } from '../../src/sharing/release.ts'
import { sampleRecord } from '../simulation/sample.ts'

const MEASURED = utcMs(Date.UTC(2026, 7, 23, 5, 20, 0, 250))
const partner: Partner = {
  id: 'denmark',
  nation: 'DNK',
  key: signingKeyFromSeed(new Uint8Array(32).fill(2)).publicKey,
}
const agreement: Agreement = {
  id: 'no-dk',
  partnerId: 'denmark',
  product: 'doppler',
  dataModes: ['SIMULATED'],
  delay: ms(0),
  coarsening: {},
  receipts: true,
  retention: ms(86_400_000),
}
const record = sampleRecord({ count: 1, timeUtc: MEASURED, relTo: ['DNK'] })

type Options = Parameters<typeof decideRelease>[0]
const decide = (
  changes: Partial<Omit<Options, 'agreement'>> & { readonly agreement?: Partial<Agreement> | null } = {},
) => {
  const { agreement: changed, ...others } = changes
  const nowUtc = others.nowUtc ?? utcPlus(MEASURED, ms(100))
  return decideRelease({
    record,
    partner,
    groups: new Map(),
    lastTaken: undefined,
    ...others,
    nowUtc,
    agedUtc: others.agedUtc ?? nowUtc,
    agreement: changed === null ? undefined : { ...agreement, ...changed },
  })
}
const labelled = (relTo: readonly string[]): Observation => ({
  ...record,
  label: { ...record.label, relTo: [...relTo] },
})

describe('the release gate', () => {
  it('releases where every condition holds, and says by which agreement', () => {
    expect(decide()).toEqual({ kind: 'release', reason: 'agreement no-dk' })
  })

  // Each breaks one condition and leaves all others whole: one that is not looked at would release.
  const BROKEN: readonly (readonly [string, Parameters<typeof decide>[0]])[] = [
    ['no agreement', { agreement: null }],
    ['an agreement with somebody else', { agreement: { partnerId: 'sweden' } }],
    ['an agreement that has not begun', { agreement: { validFromUtc: utcPlus(MEASURED, ms(101)) } }],
    ['an agreement that ends at this instant', { agreement: { validUntilUtc: utcPlus(MEASURED, ms(100)) } }],
    [
      'an agreement that began after the measurement',
      { agreement: { validFromUtc: utcPlus(MEASURED, ms(50)) } },
    ],
    ['a data mode that is not agreed', { agreement: { dataModes: ['REAL', 'EXERCISE'] } }],
    ['no data mode agreed', { agreement: { dataModes: [] } }],
    ['an object that is not agreed', { agreement: { catalogNumbers: new Set([1]) } }],
    ['no object agreed', { agreement: { catalogNumbers: new Set() } }],
    ['a label for nobody', { record: labelled([]) }],
    ['a label for others', { record: labelled(['NOR', 'SWE']) }],
    ['a label with a code that nobody has', { record: labelled(['DKN']) }],
    ['a label with a group that is not known', { record: labelled(['FVEY']) }],
    [
      'a group without the nation',
      { record: labelled(['FVEY']), groups: new Map([['FVEY', new Set(['NZL'])]]) },
    ],
    [
      'a group named after the nation',
      { record: labelled(['NORD']), groups: new Map([['DNK', new Set(['NORD'])]]) },
    ],
    ['a time that cannot be read', { record: { ...record, timeUtc: 'yesterday' } }],
    [
      'a simulated device in a record marked TEST',
      { agreement: { dataModes: ['TEST'] }, record: { ...record, dataMode: 'TEST' } },
    ],
    [
      'a simulated device in a record marked REAL',
      { agreement: { dataModes: ['REAL'] }, record: { ...record, dataMode: 'REAL' } },
    ],
    [
      'a path on which no object is named',
      {
        agreement: { catalogNumbers: new Set([25544]) },
        record: {
          ...record,
          path: {
            ...record.path,
            participants: record.path.participants.filter(({ kind }) => kind === 'station'),
          },
        },
      },
    ],
    [
      'a second object that is not agreed',
      {
        agreement: { catalogNumbers: new Set([25544]) },
        record: {
          ...record,
          path: {
            ...record.path,
            participants: [
              ...record.path.participants,
              { kind: 'satellite', catalogNumber: 2, objectId: '', name: 'X' },
            ],
          },
        },
      },
    ],
  ]

  it.each(BROKEN)('withholds for %s', (_name, changes) => {
    expect(decide(changes)).toMatchObject({ kind: 'withhold', reason: expect.stringMatching(/^\S.{10,}/) })
  })

  it('opens what the label opens by group, and what real and exercise agreements cover', () => {
    expect(
      decide({ record: labelled(['FVEY', 'NORD']), groups: new Map([['NORD', new Set(['DNK'])]]) }).kind,
    ).toBe('release')
    expect(
      decide({
        record: { ...record, dataMode: 'REAL', provenance: 'real' },
        agreement: { dataModes: ['REAL'] },
      }).kind,
    ).toBe('release')
    expect(
      decide({ record: { ...record, dataMode: 'EXERCISE' }, agreement: { dataModes: ['EXERCISE'] } }).kind,
    ).toBe('release')
  })

  it('holds until the delay is over, to the millisecond', () => {
    const delayed = { delay: ms(600_000) }
    const due = utcPlus(MEASURED, ms(600_000))
    expect(decide({ agreement: delayed })).toMatchObject({ kind: 'wait', untilUtc: due })
    expect(decide({ agreement: delayed, nowUtc: utcPlus(due, ms(-1)) }).kind).toBe('wait')
    expect(decide({ agreement: delayed, nowUtc: due }).kind).toBe('release')
  })

  it('counts the delay on a clock that was not set forward, and validity on the wall', () => {
    const due = utcPlus(MEASURED, ms(600_000))
    const delayed = { delay: ms(600_000), validUntilUtc: utcPlus(due, ms(60_000)) }
    expect(decide({ agreement: delayed, nowUtc: due, agedUtc: utcPlus(due, ms(-1)) }).kind).toBe('wait')
    expect(decide({ agreement: delayed, nowUtc: utcPlus(due, ms(60_000)), agedUtc: due }).kind).toBe(
      'withhold',
    )
  })

  it('releases nothing that became due after the end of the agreement', () => {
    const ends = utcPlus(MEASURED, ms(300_000))
    const due = utcPlus(MEASURED, ms(600_000))
    expect(decide({ agreement: { delay: ms(600_000), validUntilUtc: ends }, nowUtc: due }).kind).toBe(
      'withhold',
    )
  })

  it('lets the moment of release tell no more of the time than the coarse time does', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0.5, 1, 7, 60, 3600),
        fc.integer({ min: 0, max: 4_000_000 }),
        fc.integer({ min: 0, max: 7_200_000 }),
        (step, offsetMs, delayMs) => {
          const at = utcMs(MEASURED + offsetMs)
          const changes = {
            agreement: { coarsening: { time: sec(step) }, delay: ms(delayMs) },
            record: sampleRecord({ count: 1, timeUtc: at, relTo: ['DNK'] }),
            nowUtc: at,
          }
          const outcome = decide(changes)
          if (outcome.kind !== 'wait') {
            // At the very end of a step there is nothing left to wait for.
            expect(delayMs).toBe(0)
            return
          }
          const stepMs = step * 1000
          expect(outcome.untilUtc).toBeGreaterThanOrEqual(at + delayMs - 0.001)
          expect(outcome.untilUtc).toBeLessThanOrEqual(at + delayMs + stepMs)
          const sinceStep = (outcome.untilUtc - delayMs - stepMs / 2) / stepMs
          expect(Math.abs(sinceStep - Math.round(sinceStep))).toBeLessThan(1e-6)
        },
      ),
    )
  })

  it('thins to one record in an interval of a pass, also where the clock was set back', () => {
    const thinned = { coarsening: { onePer: sec(10) } }
    const lastTaken = thinningInterval(record, { ...agreement, ...thinned })
    expect(decide({ agreement: thinned }).kind).toBe('release')
    expect(decide({ agreement: thinned, lastTaken }).kind).toBe('withhold')
    const at = (offset: number) =>
      sampleRecord({ count: 2, timeUtc: utcMs(MEASURED + offset), relTo: ['DNK'] })
    const later = utcMs(MEASURED + 100_000)
    expect(decide({ agreement: thinned, lastTaken, record: at(9_000), nowUtc: later }).kind).toBe('withhold')
    expect(decide({ agreement: thinned, lastTaken, record: at(10_000), nowUtc: later }).kind).toBe('release')
    expect(decide({ agreement: thinned, lastTaken, record: at(-3_600_000), nowUtc: later }).kind).toBe(
      'withhold',
    )
    const nextPass = { ...at(-3_600_000), passId: 'another' }
    expect(decide({ agreement: thinned, lastTaken, record: nextPass, nowUtc: later }).kind).toBe('release')
  })
})
