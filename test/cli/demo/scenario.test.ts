import { beforeAll, describe, expect, it } from 'vitest'
import { loadElementFile, loadTransmitterFile } from '../../../src/catalog/load-file.ts'
import { makeScenario } from '../../../src/cli/demo/scenario.ts'
import { createRandom } from '../../../src/kernel/random.ts'
import { unwrap } from '../../../src/kernel/result.ts'
import { parseUtc } from '../../../src/kernel/time.ts'
import { SEED_BYTES, signingKeyFromSeed } from '../../../src/sharing/keys.ts'

type Options = Parameters<typeof makeScenario>[0]

const pathOf = (name: string): string => new URL(`../../../demo-data/${name}`, import.meta.url).pathname
const keyOf = (seed: number): string =>
  signingKeyFromSeed(createRandom(seed).bytes(SEED_BYTES)).publicKey.text

let base: Options

beforeAll(async () => {
  base = {
    elementSets: unwrap(await loadElementFile(pathOf('elements.omm.csv'))).elementSets,
    transmitters: unwrap(await loadTransmitterFile(pathOf('transmitters.json'))).transmitters,
    fromUtc: unwrap(parseUtc('2026-08-23T00:00:00Z')),
    satellite: undefined,
    publicKeys: { ally: keyOf(1), neighbour: keyOf(2), stranger: keyOf(3) },
    calibratedDelayMs: 12,
  }
})

describe('the scenario of the demo', () => {
  it('is one good pass of a satellite with a transmitter, after the instant that was asked for', async () => {
    const { pass, configuration } = unwrap(await makeScenario(base))
    const { catalogNumber } = pass.target.elements
    expect(base.transmitters.some((transmitter) => transmitter.catalogNumber === catalogNumber)).toBe(true)
    expect(pass.task.startUtcMs).toBeGreaterThan(base.fromUtc)
    expect(pass.task.pass.maximumElevation).toBeGreaterThanOrEqual(35)
    expect(pass.task.pass.maximumElevation).toBeLessThanOrEqual(80)
    expect(configuration.requests.map((request) => request.catalogNumber)).toEqual([catalogNumber])
    // Asked for REAL: that the records come out as SIMULATED is the station's doing.
    expect(configuration.station.dataMode).toBe('REAL')
    expect(configuration.sharing.agreements.map(({ partner }) => partner)).toEqual(['ally', 'neighbour'])
  })

  it('is the satellite that was asked for, each of those that transmit', async () => {
    for (const satellite of new Set(base.transmitters.map(({ catalogNumber }) => catalogNumber))) {
      const { pass } = unwrap(await makeScenario({ ...base, satellite }))
      expect(pass.target.elements.catalogNumber).toBe(satellite)
    }
  })

  it('names those that it has when asked for another, and says when nothing rises', async () => {
    const other = await makeScenario({ ...base, satellite: 99_999_999 })
    expect(other).toMatchObject({ ok: false, error: { code: 'catalog.unknown-satellite' } })
    if (!other.ok) expect(other.error.message).toContain('25544')
    expect(await makeScenario({ ...base, elementSets: [] })).toMatchObject({ ok: false })
    const late = await makeScenario({ ...base, fromUtc: unwrap(parseUtc('9000-01-01T00:00:00Z')) })
    expect(late).toMatchObject({ ok: false })
  })
})
