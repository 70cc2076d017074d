import { execFile, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { type FirmwareName, usualMount } from '../../hardware-sim/firmware/registry.ts'
import { serveRotator } from '../../hardware-sim/station/serve.ts'
import { createRandom } from '../../src/kernel/random.ts'
import { createRealClock } from '../../src/kernel/real-clock.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { freePort, waitUntil } from './mosquitto.ts'

const isInstalled = (program: string): boolean => spawnSync(program, ['-V']).error === undefined
const isReady = isInstalled('rotctl') && isInstalled('rotctld') && isInstalled('socat')

interface AxisTruth {
  readonly antenna: number
  readonly velocity: number
}
interface Bench {
  readonly path: string
  readonly truth: () => { readonly azimuth: AxisTruth; readonly elevation?: AxisTruth }
}

const closing: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const close of closing) await close()
})

/** A simulated controller on a pseudo-terminal, and where its antenna really is. */
const setUp = async (firmware: FirmwareName): Promise<Bench> => {
  const folder = mkdtempSync(join(tmpdir(), 'azel-rotctl-'))
  const stateFile = join(folder, 'state.json')
  const serving = unwrap(
    await serveRotator({
      clock: createRealClock(),
      random: createRandom(1),
      firmware,
      mount: usualMount(firmware),
      stateFile,
    }),
  )
  closing.push(async () => {
    await serving.close()
    rmSync(folder, { recursive: true })
  })
  await waitUntil(() => readFileSync(stateFile, 'utf8') !== '', 5000, 'a first state')
  return {
    path: serving.places['rotator'] ?? '',
    truth: () => (JSON.parse(readFileSync(stateFile, 'utf8')) as { axes: ReturnType<Bench['truth']> }).axes,
  }
}

interface Model {
  readonly number: number
  readonly firmware: FirmwareName
  /** What Hamlib has for this model beside setting a position. */
  readonly can: readonly ('p' | 'S' | 'K' | 'M' | 'R')[]
  readonly azimuthOnly?: boolean
  readonly words?: readonly string[]
}

const MODELS: readonly Model[] = [
  { number: 201, firmware: 'easycomm1', can: ['S'] },
  { number: 202, firmware: 'easycomm2', can: ['p', 'S', 'K', 'M', 'R'] },
  { number: 204, firmware: 'easycomm3', can: ['p', 'S', 'K', 'M', 'R'] },
  { number: 405, firmware: 'rt21', can: ['p', 'S'], azimuthOnly: true },
  { number: 601, firmware: 'gs232a', can: ['p', 'S', 'M'] },
  { number: 602, firmware: 'gs232a', can: ['p', 'S'] },
  { number: 603, firmware: 'gs232b', can: ['p', 'S', 'M'] },
  { number: 604, firmware: 'gs232a', can: [] },
  { number: 605, firmware: 'gs232a', can: ['p', 'S'] },
  { number: 607, firmware: 'gs232a', can: ['p', 'S'] },
  { number: 901, firmware: 'rot2prog', can: ['p', 'S'] },
  { number: 902, firmware: 'rot1prog', can: ['p', 'S'], azimuthOnly: true },
  // Left alone, Hamlib asks the system for 460,800 baud, which it does not know how to set.
  { number: 903, firmware: 'md01', can: ['p', 'S', 'M'], words: ['-s', '9600'] },
]

const stands = ({ truth }: Bench): boolean => {
  const { azimuth, elevation } = truth()
  return azimuth.velocity === 0 && (elevation?.velocity ?? 0) === 0
}

describe.skipIf(!isReady).concurrent("Hamlib's rotctl on the simulated controllers", () => {
  test.each(MODELS)(
    'model $number drives $firmware with all that it has for it',
    async (model) => {
      const bench = await setUp(model.firmware)
      const rotctl = (...words: string[]): Promise<string> =>
        new Promise((resolve, reject) => {
          const all = ['-m', String(model.number), '-r', bench.path, ...(model.words ?? []), ...words]
          execFile('rotctl', all, { timeout: 20_000 }, (error, out, complaint) => {
            // rotctl reports some failures in its output and not in its exit.
            const failed = error ?? (/error|RPRT -/i.test(out) ? new Error(`${out}${complaint}`) : undefined)
            if (failed === undefined) resolve(out)
            else reject(failed)
          })
        })
      const has = (word: 'p' | 'S' | 'K' | 'M' | 'R'): boolean => model.can.includes(word)
      const until = (done: () => boolean, what: string): Promise<void> => waitUntil(done, 12_000, what)
      const turnsTo = (azimuth: number, elevation: number): boolean => {
        const now = bench.truth()
        const isThere = Math.abs(now.azimuth.antenna - azimuth) < 1.2
        return isThere && Math.abs((now.elevation?.antenna ?? elevation) - elevation) < 1.2 && stands(bench)
      }

      // Azimuth alone is told an elevation of 0, the one that Hamlib lets through for it.
      const elevation = model.azimuthOnly === true ? 0 : 48
      await rotctl('P', '184', String(elevation))
      await until(() => turnsTo(184, elevation), 'arrived at its target')

      if (has('p')) {
        const [azimuth = Number.NaN, height = Number.NaN] = (await rotctl('p'))
          .trim()
          .split(/\s+/)
          .map(Number)
        expect(Math.abs(azimuth - 184)).toBeLessThanOrEqual(1)
        expect(Math.abs(height - elevation)).toBeLessThanOrEqual(1)
      } else {
        await expect(rotctl('p')).rejects.toThrow()
      }

      if (has('M')) {
        const before = bench.truth().azimuth.antenna
        await rotctl('M', '16', '50')
        await until(() => bench.truth().azimuth.antenna > before + 2, 'turned right')
        await rotctl('S')
        await until(() => stands(bench), 'stands after a jog')
      }

      await rotctl('P', '350', String(elevation))
      await until(() => Math.abs(bench.truth().azimuth.velocity) > 1, 'on its way')
      if (has('S')) {
        await rotctl('S')
        await until(() => stands(bench), 'stands after a stop')
        expect(bench.truth().azimuth.antenna).toBeLessThan(300)
      } else {
        await expect(rotctl('S')).rejects.toThrow()
      }

      for (const [word, ...more] of [['K'], ['R', '1']] as const) {
        if (!has(word)) {
          await expect(rotctl(word, ...more)).rejects.toThrow()
          continue
        }
        await rotctl(word, ...more)
        await until(() => bench.truth().azimuth.velocity < -1, `${word}: on its way to its zero`)
        await rotctl('S')
        await until(() => stands(bench), 'stands after another stop')
      }
    },
    60_000,
  )
})

describe.skipIf(!isReady).concurrent("Hamlib's rotctld in front of a simulated controller", () => {
  test.each([
    [603, 'gs232b'],
    [204, 'easycomm3'],
    [901, 'rot2prog'],
  ] as const)(
    'model %i answers p and P for %s',
    async (model, firmware) => {
      const bench = await setUp(firmware)
      const port = await freePort()
      const place = ['-T', '127.0.0.1', '-t', String(port)]
      const daemon = spawn('rotctld', ['-m', String(model), '-r', bench.path, ...place], { stdio: 'ignore' })
      closing.push(async () => {
        daemon.kill()
      })
      const ask = (question: string, answer: RegExp): Promise<string> =>
        new Promise((resolve, reject) => {
          const socket = connect(port, '127.0.0.1', () => socket.write(question))
          let heard = ''
          socket.setTimeout(10_000, () => socket.destroy(new Error(`after ${question}: ${heard}`)))
          socket.on('error', reject)
          socket.on('data', (bytes: Buffer) => {
            heard += bytes.toString()
            if (!answer.test(heard)) return
            socket.destroy()
            resolve(heard)
          })
        })
      await waitUntil(
        () => ask('p\n', /^180\.0+\n45\.0+\n$/).then(Boolean, () => false),
        15_000,
        'rotctld answers',
      )
      expect(await ask('P 184.0 48.0\n', /RPRT/)).toBe('RPRT 0\n')
      await waitUntil(() => Math.abs(bench.truth().azimuth.antenna - 184) < 1.2, 12_000, 'arrived')
      expect(await ask('S\n', /RPRT/)).toBe('RPRT 0\n')
    },
    60_000,
  )
})
