import { createRandom } from '../../src/kernel/random.ts'
import { formatUtc, type UtcMs } from '../../src/kernel/time.ts'
import type { Observation } from '../../src/observation/record.ts'

/** A record as a station makes it, different for each count. */
export const sampleRecord = (options: {
  readonly count: number
  readonly timeUtc: UtcMs
  readonly station?: string
  readonly relTo?: readonly string[]
  readonly dataMode?: Observation['dataMode']
  readonly catalogNumber?: number
}): Observation => {
  const random = createRandom(options.count + 1)
  const station = options.station ?? 'oslo-1'
  return {
    schema: 'azel.observation/1',
    id: `${station}.${Buffer.from(random.bytes(12)).toString('hex')}`,
    station,
    dataMode: options.dataMode ?? 'SIMULATED',
    provenance: 'simulated',
    passId: '25544-20260823t051908z',
    path: {
      kind: 'one-way',
      participants: [
        {
          kind: 'satellite',
          catalogNumber: options.catalogNumber ?? 25544,
          objectId: '1998-067A',
          name: 'ISS (ZARYA)',
        },
        { kind: 'station', id: station },
      ],
      order: [1, 2],
    },
    timeUtc: formatUtc(options.timeUtc),
    timeQuality: {
      method: 'sample-count',
      sigmaMs: 0.1,
      delaySigmaMs: 1,
      errorBoundMs: 2.5,
      clockSource: 'simulation',
      synchronised: true,
    },
    integrationSeconds: 0.136533,
    pointing: {
      commanded: { azimuthDeg: 123, elevationDeg: 45 },
      reported: { azimuthDeg: 124, elevationDeg: 45 },
      predicted: { azimuthDeg: 123.4567, elevationDeg: 45.4321 },
    },
    frequency: {
      measuredHz: 145_800_000 + random.normal() * 3_000,
      sigmaHz: 0.2,
      nominalHz: 145_800_000,
      predictedHz: 145_801_234.5,
      reference: 'tcxo',
      referenceSigmaPpm: 0.5,
    },
    signal: { snrDb: 21.5, carrierToNoiseDensityDbHz: 34.2, powerDbfs: -40.1 },
    elements: { source: 'demo', epochUtc: '2026-08-22T12:00:46.122912Z', sha256: '0'.repeat(64) },
    corrections: [],
    label: {
      policy: 'PUBLIC',
      classification: 'UNCLASSIFIED',
      relTo: [...(options.relTo ?? ['NOR', 'DNK'])],
      originator: 'NOR',
    },
  }
}
