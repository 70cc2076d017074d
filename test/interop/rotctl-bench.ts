import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type FirmwareName, usualMount } from '../../hardware-sim/firmware/registry.ts'
import { serveRotator } from '../../hardware-sim/station/serve.ts'
import { createRandom } from '../../src/kernel/random.ts'
import { createRealClock } from '../../src/kernel/real-clock.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { PATIENCE_MS, waitUntil } from './mosquitto.ts'

const isInstalled = (program: string): boolean => spawnSync(program, ['-V']).error === undefined
/** rotctl, rotctld and the maker of pseudo-terminals. */
export const isHamlibReady = isInstalled('rotctl') && isInstalled('rotctld') && isInstalled('socat')

interface AxisTruth {
  readonly antenna: number
  readonly velocity: number
}
interface Bench {
  readonly path: string
  readonly truth: () => { readonly azimuth: AxisTruth; readonly elevation?: AxisTruth }
}

const closing: (() => Promise<void>)[] = []

export const closeLater = (close: () => Promise<void>): void => {
  closing.push(close)
}

/** For `afterAll`. */
export const closeAll = async (): Promise<void> => {
  for (const close of closing.splice(0).reverse()) await close()
}

/** A simulated controller on a pseudo-terminal, and where its antenna really is. */
export const setUp = async (firmware: FirmwareName, mount = usualMount(firmware)): Promise<Bench> => {
  const folder = mkdtempSync(join(tmpdir(), 'azel-rotctl-'))
  const stateFile = join(folder, 'state.json')
  const serving = unwrap(
    await serveRotator({
      clock: createRealClock(),
      random: createRandom(1),
      firmware,
      mount,
      stateFile,
    }),
  )
  closing.push(async () => {
    await serving.close()
    rmSync(folder, { recursive: true })
  })
  await waitUntil(() => readFileSync(stateFile, 'utf8') !== '', PATIENCE_MS, 'a first state')
  return {
    path: serving.places['rotator'] ?? '',
    truth: () => (JSON.parse(readFileSync(stateFile, 'utf8')) as { axes: ReturnType<Bench['truth']> }).axes,
  }
}

export interface Model {
  readonly number: number
  readonly firmware: FirmwareName
  /** What Hamlib has for this model beside setting a position. */
  readonly can: readonly ('p' | 'S' | 'K' | 'M' | 'R')[]
  readonly azimuthOnly?: boolean
  readonly words?: readonly string[]
}

const stands = ({ truth }: Bench): boolean => {
  const { azimuth, elevation } = truth()
  return azimuth.velocity === 0 && (elevation?.velocity ?? 0) === 0
}

interface Seen {
  /** What `p` told at azimuth 184 and the elevation asked for. */
  readonly reported: readonly number[] | undefined
  readonly asked: readonly number[]
  /** Where it stopped on its way to 350. */
  readonly stoppedAt: number | undefined
  /** What rotctl said it cannot do. */
  readonly refused: readonly string[]
}

/** Sets, reads, jogs, stops, parks and resets as far as the model can; throws where the antenna does not do it. */
const driveWithRotctl = async (model: Model): Promise<Seen> => {
  const bench = await setUp(model.firmware, model.azimuthOnly === true ? 'azimuth-only' : undefined)
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
  let reported: number[] | undefined
  let stoppedAt: number | undefined
  const refused: string[] = []
  const refuse = (word: string, ...more: string[]): Promise<unknown> =>
    rotctl(word, ...more).catch(() => refused.push(word))
  const has = (word: 'p' | 'S' | 'K' | 'M' | 'R'): boolean => model.can.includes(word)
  const until = (done: () => boolean, what: string): Promise<void> => waitUntil(done, PATIENCE_MS, what)
  const turnsTo = (azimuth: number, elevation: number): boolean => {
    const now = bench.truth()
    const isThere = Math.abs(now.azimuth.antenna - azimuth) < 1.2
    const height = model.azimuthOnly === true ? elevation : (now.elevation?.antenna ?? elevation)
    return isThere && Math.abs(height - elevation) < 1.2 && stands(bench)
  }

  // Azimuth alone is told an elevation of 0, the one that Hamlib lets through for it.
  const elevation = model.azimuthOnly === true ? 0 : 48
  await rotctl('P', '184', String(elevation))
  await until(() => turnsTo(184, elevation), 'arrived at its target')

  if (has('p')) {
    reported = (await rotctl('p')).trim().split(/\s+/).map(Number)
  } else {
    await refuse('p')
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
    stoppedAt = bench.truth().azimuth.antenna
  } else {
    await refuse('S')
  }

  for (const [word, ...more] of [['K'], ['R', '1']] as const) {
    if (!has(word)) {
      await refuse(word, ...more)
      continue
    }
    await rotctl(word, ...more)
    await until(() => bench.truth().azimuth.velocity < -1, `${word}: on its way to its zero`)
    await rotctl('S')
    await until(() => stands(bench), 'stands after another stop')
  }
  return { reported, asked: [184, elevation], stoppedAt, refused }
}

/** Each model with all that it has for its controller. */
export const testModels = (models: readonly Model[]): void => {
  describe.skipIf(!isHamlibReady).concurrent("Hamlib's rotctl on the simulated controllers", () => {
    test.each(models)(
      'model $number drives $firmware with all that it has for it',
      async (model) => {
        const { reported, asked, stoppedAt, refused } = await driveWithRotctl(model)
        expect(refused).toEqual((['p', 'S', 'K', 'R'] as const).filter((word) => !model.can.includes(word)))
        for (const [index, degrees] of (reported ?? []).entries()) {
          expect(Math.abs(degrees - (asked[index] ?? Number.NaN))).toBeLessThanOrEqual(1)
        }
        expect(stoppedAt ?? 0).toBeLessThan(300)
      },
      60_000,
    )
  })
}
