import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { unwrap } from '../../src/kernel/result.ts'
import { createKeyFile } from '../../src/sharing/key-file.ts'
import type { Configuration } from '../../src/station/configuration/schema.ts'
import { PATIENCE_MS, waitUntil } from '../interop/mosquitto.ts'

// A station, its world and a partner as processes of their own, as an operator would start them, on the real clock.

const AZEL = fileURLToPath(new URL('../../bin/azel.js', import.meta.url))
export const CATALOG_NUMBER = 90_001
const FREQUENCY_HZ = 145_800_000
const SITE = { latitudeDeg: 59.9, longitudeDeg: 10.7, heightM: 90 }
// 5000 km up, twenty degrees south of the site and going north: it stays up for most of an hour, within a beam.
const MEAN_MOTION = 7.15
const INCLINATION_DEG = 60
export const SOUTH = { latitudeDeg: 41, longitudeDeg: 8 }
/** Where the simulated antenna begins. */
export const FIRST_AZIMUTH_DEG = 180
/** A quarter of a turn from where the simulated antenna begins: a slew of a quarter of a minute. */
export const EAST = { latitudeDeg: 52, longitudeDeg: 50 }

const degrees = (radians: number): number => (radians * 180) / Math.PI
const radians = (angle: number): number => (angle * Math.PI) / 180
const wrap = (angle: number): number => ((angle % 360) + 360) % 360

/** An OMM (CSV) of one object over a place now. */
export const elementsNow = (place: typeof SOUTH = SOUTH): string => {
  const now = new Date()
  const days = (now.getTime() - Date.UTC(2000, 0, 1, 12)) / 86_400_000
  const sidereal = 280.46061837 + 360.98564736629 * days
  const inclination = radians(INCLINATION_DEG)
  const argument = Math.asin(Math.sin(radians(place.latitudeDeg)) / Math.sin(inclination))
  const alongEquator = degrees(Math.atan2(Math.cos(inclination) * Math.sin(argument), Math.cos(argument)))
  const node = wrap(place.longitudeDeg + sidereal - alongEquator)
  const columns = {
    OBJECT_NAME: 'HIGH FLYER',
    OBJECT_ID: '2026-001A',
    EPOCH: now.toISOString().replace('Z', '000'),
    MEAN_MOTION,
    ECCENTRICITY: 0.0001,
    INCLINATION: INCLINATION_DEG,
    RA_OF_ASC_NODE: node.toFixed(4),
    ARG_OF_PERICENTER: 0,
    MEAN_ANOMALY: degrees(argument).toFixed(4),
    EPHEMERIS_TYPE: 0,
    CLASSIFICATION_TYPE: 'U',
    NORAD_CAT_ID: CATALOG_NUMBER,
    ELEMENT_SET_NO: 999,
    REV_AT_EPOCH: 1,
    BSTAR: 0,
    MEAN_MOTION_DOT: 0,
    MEAN_MOTION_DDOT: 0,
  }
  return `${Object.keys(columns).join(',')}\n${Object.values(columns).join(',')}\n`
}

export interface Running {
  readonly child: ChildProcess
  readonly stdout: () => string
  readonly stderr: () => string
  /** Settles with the exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | string>
  readonly kill: (signal: NodeJS.Signals) => void
}

export interface DaemonWorld {
  readonly folder: string
  readonly path: (name: string) => string
  readonly azel: (words: readonly string[], options?: StartOptions) => Running
  readonly program: (name: string, parameters: readonly string[]) => Running
  readonly simulate: (options?: { readonly pty?: boolean }) => Promise<Simulated>
  /** Writes the configuration and gives its path. */
  readonly configure: (change?: (configuration: Configuration) => unknown) => string
  /** The same, for a change that takes its time. */
  readonly configureLater: (change: (configuration: Configuration) => unknown) => Promise<string>
  readonly listen: (broker: string) => Running
  readonly publicKey: (name: string) => string
  /** Kills what was started and still runs. */
  readonly stopAll: () => Promise<void>
  readonly destroy: () => Promise<void>
}

export interface StartOptions {
  readonly flags?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** Put in front of the program, for instance setpriv. */
  readonly prefix?: readonly string[]
}

export interface Simulated {
  readonly rotator: string
  readonly receiver: string
  /** Whether the true antenna is moving. */
  readonly moving: () => boolean
  /** Where the true antenna is, in degrees; not a number before the simulator has said it. */
  readonly azimuth: () => number
  readonly running: Running
}

const axesIn = (text: string) =>
  text === ''
    ? undefined
    : (
        JSON.parse(text) as {
          readonly axes: Record<
            'azimuth' | 'elevation',
            { readonly velocity: number; readonly antenna: number }
          >
        }
      ).axes

const observe = (child: ChildProcess): Running => {
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (bytes: Buffer) => {
    stdout += bytes.toString()
  })
  child.stderr?.on('data', (bytes: Buffer) => {
    stderr += bytes.toString()
  })
  const ended = new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'nothing'))
  })
  return { child, stdout: () => stdout, stderr: () => stderr, ended, kill: (signal) => child.kill(signal) }
}

export const createDaemonWorld = (): DaemonWorld => {
  const folder = mkdtempSync(join(tmpdir(), 'azel-daemon-'))
  const path = (name: string): string => join(folder, name)
  const started: Running[] = []
  const keys = new Map<string, string>()
  for (const name of ['station', 'partner'])
    keys.set(name, unwrap(createKeyFile(path(`${name}.key`))).publicKey.text)
  const publicKey = (name: string): string => keys.get(name) ?? ''
  writeFileSync(path('elements.csv'), elementsNow())
  writeFileSync(
    path('transmitters.json'),
    JSON.stringify([
      {
        uuid: 'beacon',
        norad_cat_id: CATALOG_NUMBER,
        downlink_low: FREQUENCY_HZ,
        description: 'beacon',
        status: 'active',
      },
    ]),
  )

  const azel: DaemonWorld['azel'] = (words, options = {}) => {
    const command = [...(options.prefix ?? []), process.execPath, ...(options.flags ?? []), AZEL, ...words]
    const [program = process.execPath, ...parameters] = command
    const running = observe(
      spawn(program, parameters, {
        stdio: ['ignore', 'pipe', 'pipe'],
        // A test that runs under systemd must not speak to it.
        env: { ...process.env, NOTIFY_SOCKET: '', JOURNAL_STREAM: undefined, ...options.environment },
      }),
    )
    started.push(running)
    return running
  }

  const base = (): Configuration =>
    ({
      version: 1,
      station: {
        id: 'oslo-1',
        name: 'Test roof',
        ...SITE,
        publishedPlaceStepDeg: 0.1,
        dataMode: 'REAL',
        keyFile: path('station.key'),
        dataFolder: path('data'),
      },
      label: { policy: 'PUBLIC', classification: 'UNCLASSIFIED', relTo: ['DNK'], originator: 'NOR' },
      antenna: {
        kind: 'azimuth-elevation',
        beamWidthDeg: 20,
        azimuth: { minimumDeg: 0, maximumDeg: 450, slewDegPerSec: 6 },
        elevation: { minimumDeg: 0, maximumDeg: 180, slewDegPerSec: 2.7 },
        park: { azimuthDeg: 180, elevationDeg: 45 },
        rotator: { driver: 'gs232b', port: path('no-such-port'), baudRate: 9600 },
      },
      receiver: { rtlTcp: '127.0.0.1:1' },
      // The pass that is on, and not six of an hour each: planning them is what a start would mostly wait for.
      plan: { horizonHours: 1 },
      catalog: { elements: path('elements.csv'), transmitters: path('transmitters.json') },
      requests: [{ id: 'high-flyer', catalogNumber: CATALOG_NUMBER, priority: 50 }],
      sharing: {
        partners: [{ id: 'denmark', nation: 'DNK', publicKey: publicKey('partner') }],
        agreements: [],
      },
    }) as unknown as Configuration

  const stopAll = async (): Promise<void> => {
    for (const { child } of started) if (child.exitCode === null) child.kill('SIGKILL')
    await Promise.all(started.map(({ ended }) => ended))
  }

  const write = (configuration: Configuration): string => {
    writeFileSync(path('azel.yaml'), stringify(configuration))
    return path('azel.yaml')
  }

  return {
    folder,
    path,
    publicKey,
    azel,
    program: (name, parameters) => {
      const running = observe(spawn(name, [...parameters], { stdio: ['ignore', 'pipe', 'pipe'] }))
      started.push(running)
      return running
    },
    configure: (change = () => {}) => {
      const configuration = base()
      change(configuration)
      return write(configuration)
    },
    configureLater: async (change) => {
      const configuration = base()
      await change(configuration)
      return write(configuration)
    },
    simulate: async ({ pty = false } = {}) => {
      const state = path('state.json')
      const running = azel([
        ...[
          'sim',
          'station',
          '--elements',
          path('elements.csv'),
          '--transmitters',
          path('transmitters.json'),
        ],
        ...['--site', `${SITE.latitudeDeg},${SITE.longitudeDeg},${SITE.heightM}`, '--state-json', state],
        ...['--receiver-listen', '127.0.0.1:0', '--seed', '7'],
        ...(pty ? ['--port-path', path('rotator-port')] : ['--listen', '127.0.0.1:0']),
      ])
      await waitUntil(
        () => running.stdout().includes('\n'),
        PATIENCE_MS,
        () => `azel sim: ${running.stderr()}`,
      )
      const places = JSON.parse(running.stdout()) as { readonly rotator: string; readonly receiver: string }
      return {
        rotator: places.rotator,
        receiver: places.receiver.replace('tcp://', ''),
        running,
        moving: () => {
          const axes = axesIn(readFileSync(state, 'utf8'))
          return axes !== undefined && (axes.azimuth.velocity !== 0 || axes.elevation.velocity !== 0)
        },
        azimuth: () => axesIn(readFileSync(state, 'utf8'))?.azimuth.antenna ?? Number.NaN,
      }
    },
    listen: (broker) =>
      azel([
        ...['listen', '--json', '--broker', broker, '--as', 'denmark', '--key', path('partner.key')],
        ...['--station', `oslo-1=${publicKey('station')}`, '--data', path('partner.sqlite')],
      ]),
    stopAll,
    destroy: async () => {
      await stopAll()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What makes a station share with the partner through a broker. */
export const sharing = (broker: string) => (configuration: Configuration) =>
  Object.assign(configuration, {
    broker: { url: broker },
    sharing: {
      ...configuration.sharing,
      agreements: [{ id: 'no-dk', partner: 'denmark', dataModes: ['REAL', 'SIMULATED'] }],
    },
  })

/** What connects a station to simulated hardware. */
export const devices = (simulated: Simulated) => (configuration: Configuration) => {
  Object.assign(configuration.receiver, { rtlTcp: simulated.receiver })
  if (configuration.antenna.kind !== 'fixed')
    Object.assign(configuration.antenna.rotator, { port: simulated.rotator })
}

export const has = (program: string): boolean =>
  spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined
