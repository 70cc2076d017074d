import { execFile, spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Serving, serveRotator } from '../../hardware-sim/station/serve.ts'
import { sleep } from '../../src/kernel/clock.ts'
import { createRandom } from '../../src/kernel/random.ts'
import { createRealClock } from '../../src/kernel/real-clock.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { ms } from '../../src/kernel/units.ts'

const isInstalled = (program: string): boolean => spawnSync(program, ['-V']).error === undefined
const GS232B_MODEL = '603'

describe.skipIf(!isInstalled('rotctl') || !isInstalled('socat'))(
  "Hamlib's rotctl on the simulated GS-232B",
  () => {
    const clock = createRealClock()
    let serving: Serving

    beforeAll(async () => {
      serving = unwrap(
        await serveRotator({ clock, random: createRandom(1), firmware: 'gs232b', mount: 'g5500' }),
      )
    })
    afterAll(async () => {
      await serving.close()
    })

    const rotctl = (...words: string[]): Promise<string> =>
      new Promise((resolve, reject) => {
        const all = ['-m', GS232B_MODEL, '-r', serving.places['rotator'] ?? '', '-s', '9600', ...words]
        execFile('rotctl', all, { timeout: 20_000 }, (error, out, complaint) => {
          // rotctl reports most failures in its output and not in its exit.
          const failed = error ?? (/error|RPRT -/i.test(out) ? new Error(`${out}${complaint}`) : undefined)
          if (failed === undefined) resolve(out)
          else reject(failed)
        })
      })
    const position = async (): Promise<number[]> => (await rotctl('p')).trim().split(/\s+/).map(Number)

    test('reads the position', async () => {
      expect(await position()).toEqual([180, 45])
    })

    test('moves both axes and sees them arrive', async () => {
      await rotctl('P', '192.4', '48.6')
      for (let round = 0; round < 40; round += 1) {
        const [azimuth, elevation] = await position()
        if (azimuth === 192 && elevation === 49) break
        await sleep(clock, ms(200))
      }
      expect(await position()).toEqual([192, 49])
    })

    test('jogs and stops', async () => {
      const [before = 0] = await position()
      await rotctl('M', '16', '50')
      await sleep(clock, ms(800))
      await rotctl('S')
      await sleep(clock, ms(700))
      const [after = 0] = await position()
      expect(after).toBeGreaterThan(before + 2)
      await sleep(clock, ms(500))
      const [later = 0] = await position()
      expect(Math.abs(later - after)).toBeLessThanOrEqual(1)
    })
  },
)
