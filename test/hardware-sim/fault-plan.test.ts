import { describe, expect, test } from 'vitest'
import { FIRMWARES } from '../../hardware-sim/firmware/registry.ts'
import { MOUNTS } from '../../hardware-sim/plant/mounts.ts'
import { readPlannedFault, runFaultPlan } from '../../hardware-sim/station/fault-plan.ts'
import { SIMULATED_FAULTS } from '../../hardware-sim/station/faults.ts'
import { simulatorHelp } from '../../src/cli/sim/help.ts'
import { createRandom } from '../../src/kernel/random.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { utcMs } from '../../src/kernel/time.ts'
import { ms } from '../../src/kernel/units.ts'
import { createVirtualClock } from '../../src/kernel/virtual-clock.ts'

const run = async (texts: readonly string[], seconds: number, seed = 1) => {
  const clock = createVirtualClock({ startUtc: utcMs(0) })
  const seen: string[] = []
  const plan = runFaultPlan({
    clock,
    random: createRandom(seed),
    plan: texts.map((text) => unwrap(readPlannedFault(text))),
    candidates: ['stuck-azimuth', 'controller-mute', 'storm'],
    set: (name, on) => seen.push(`${(clock.monoNow() / 1000).toFixed(1)} ${name} ${on ? 'on' : 'off'}`),
  })
  const from = clock.monoNow()
  await clock.advance(ms(seconds * 1000))
  return { seen, plan, clock, from }
}

describe('a plan of faults', () => {
  test('begins and ends them on time, some at once and some for ever', async () => {
    const { seen } = await run(['storm', 'stuck-azimuth@5-10.5', 'controller-mute@7'], 20)
    expect(seen).toEqual([
      '0.0 storm on',
      '5.0 stuck-azimuth on',
      '7.0 controller-mute on',
      '10.5 stuck-azimuth off',
    ])
  })

  test('counts two that overlap in one name as one', async () => {
    const { seen } = await run(['storm@1-5', 'storm@3-8'], 20)
    expect(seen).toEqual(['1.0 storm on', '8.0 storm off'])
  })

  test('draws random ones from the seed, one after the other', async () => {
    const { seen } = await run(['random'], 600)
    expect(seen.length).toBeGreaterThan(10)
    for (let index = 0; index + 1 < seen.length; index += 2) {
      const [, begins = '', on] = seen[index]?.split(' ') ?? []
      expect([begins, on, seen[index + 1]?.split(' ').slice(1)]).toEqual([begins, 'on', [begins, 'off']])
    }
    expect((await run(['random'], 600)).seen).toEqual(seen)
    expect((await run(['random'], 600, 2)).seen).not.toEqual(seen)
  })

  test('is over when it is stopped', async () => {
    const { seen, plan, clock } = await run(['random', 'storm@30'], 20)
    const before = seen.length
    plan.stop()
    await clock.advance(ms(600_000))
    expect(seen).toHaveLength(before)
  })

  test.each([
    '',
    'stuck',
    'storm@',
    'storm@-1',
    'storm@1-',
    'storm@1@2',
    'storm@1e3',
    'storm@NaN',
    'storm@5-5',
  ])('refuses %j in a sentence', (text) => {
    expect(readPlannedFault(text)).toMatchObject({ ok: false, error: { code: 'cli.usage' } })
  })
})

test('the help of azel sim lists each controller, antenna and fault, and no other', () => {
  const [choices = ''] = simulatorHelp().split('Standard output')
  const listed = [...choices.matchAll(/^ {2}([a-z0-9-]+) {2,}[^ ]/gm)].map(([, name]) => name)
  expect(listed).toEqual([...Object.keys(FIRMWARES), ...Object.keys(MOUNTS), ...SIMULATED_FAULTS])
})
