import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { unwrap } from '../src/kernel/result.ts'
import { createKeyFile } from '../src/sharing/key-file.ts'
import { type Benchmark, spreadOf } from './benchmark.ts'
import { AZEL, pause, residentMiB, watch } from './processes.ts'

const DEMO_DATA = fileURLToPath(new URL('../demo-data/', import.meta.url))
const SITE = [49.61, 6.13, 300] as const
// Until the memory of the start is settled.
const SETTLE_MS = 1_000
const BARE = ['-e', "console.log('here'); setInterval(() => {}, 1000)"]

interface Run {
  readonly firstLineMs: number
  readonly readyMs: number
  readonly residentMiB: number
}

const startSimulator = async () => {
  const simulator = watch([
    AZEL,
    ...['sim', 'station', '--elements', `${DEMO_DATA}elements.omm.csv`],
    ...['--transmitters', `${DEMO_DATA}transmitters.json`, '--site', SITE.join(',')],
    ...['--listen', '127.0.0.1:0', '--receiver-listen', '127.0.0.1:0'],
  ])
  await simulator.said('\n')
  const places = JSON.parse(simulator.stdout()) as { readonly rotator: string; readonly receiver: string }
  return { ...places, kill: simulator.kill }
}

const writeConfiguration = (folder: string, places: { rotator: string; receiver: string }): string => {
  unwrap(createKeyFile(join(folder, 'station.key')))
  const path = join(folder, 'azel.yaml')
  const [latitudeDeg, longitudeDeg, heightM] = SITE
  writeFileSync(
    path,
    stringify({
      version: 1,
      station: {
        id: 'bench-1',
        name: 'Benchmark',
        latitudeDeg,
        longitudeDeg,
        heightM,
        dataMode: 'TEST',
        keyFile: join(folder, 'station.key'),
        dataFolder: join(folder, 'data'),
      },
      label: { policy: 'PUBLIC', classification: 'UNCLASSIFIED', relTo: ['LUX'], originator: 'LUX' },
      antenna: {
        kind: 'azimuth-elevation',
        beamWidthDeg: 20,
        azimuth: { minimumDeg: 0, maximumDeg: 450, slewDegPerSec: 6 },
        elevation: { minimumDeg: 0, maximumDeg: 180, slewDegPerSec: 2.7 },
        park: { azimuthDeg: 180, elevationDeg: 45 },
        rotator: { driver: 'gs232b', port: places.rotator, baudRate: 9600 },
      },
      receiver: { rtlTcp: places.receiver.replace('tcp://', '') },
      catalog: {
        elements: `${DEMO_DATA}elements.omm.csv`,
        transmitters: `${DEMO_DATA}transmitters.json`,
        // The demo's elements are of one day for ever; a station would not fly them.
        skipAfterDays: 3650,
      },
      requests: [25_544, 7_530, 57_166, 43_017].map((catalogNumber) => ({
        id: `object-${catalogNumber}`,
        catalogNumber,
      })),
      // Nobody listens there: a station must start without its broker.
      broker: { url: 'mqtt://127.0.0.1:1' },
    }),
  )
  return path
}

const measureDaemon = async (): Promise<Run> => {
  const folder = mkdtempSync(join(tmpdir(), 'azel-bench-'))
  const simulator = await startSimulator()
  const daemon = watch([AZEL, 'run', '--config', writeConfiguration(folder, simulator)])
  try {
    const firstLineMs = await daemon.said('\n')
    const readyMs = await daemon.said(' ready; ')
    await pause(SETTLE_MS)
    return { firstLineMs, readyMs, residentMiB: residentMiB(daemon.child.pid) }
  } finally {
    await daemon.kill()
    await simulator.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}

const measureBare = async (): Promise<Omit<Run, 'readyMs'>> => {
  const bare = watch(BARE)
  try {
    const firstLineMs = await bare.said('\n')
    await pause(SETTLE_MS)
    return { firstLineMs, residentMiB: residentMiB(bare.child.pid) }
  } finally {
    await bare.kill()
  }
}

/** How long the daemon takes to start and how much memory it then holds, beside a bare Node process. */
export const STARTUP: Benchmark = {
  summary: 'the daemon from its start to ready, and its memory, beside a bare Node process',
  runsDefault: 7,
  measure: async ({ runs, progress }) => {
    const measured: { readonly daemon: Run; readonly bare: Omit<Run, 'readyMs'> }[] = []
    for (let run = 1; run <= runs; run += 1) {
      const bare = await measureBare()
      const daemon = await measureDaemon()
      progress(`run ${run}: ready after ${daemon.readyMs.toFixed(0)} ms`)
      measured.push({ daemon, bare })
    }
    const over = (value: (pair: (typeof measured)[number]) => number) => spreadOf(measured.map(value))
    return {
      firstLineMs: over(({ daemon }) => daemon.firstLineMs),
      readyMs: over(({ daemon }) => daemon.readyMs),
      residentMiB: over(({ daemon }) => daemon.residentMiB),
      bareNode: {
        firstLineMs: over(({ bare }) => bare.firstLineMs),
        residentMiB: over(({ bare }) => bare.residentMiB),
      },
      ratio: {
        firstLine: over(({ daemon, bare }) => daemon.firstLineMs / bare.firstLineMs),
        ready: over(({ daemon, bare }) => daemon.readyMs / bare.firstLineMs),
        resident: over(({ daemon, bare }) => daemon.residentMiB / bare.residentMiB),
      },
    }
  },
}
