import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { unwrap } from '../../src/kernel/result.ts'
import { openWorkerStore } from '../../src/outbox/worker-store.ts'
import { PATIENCE_MS, waitUntil } from '../interop/mosquitto.ts'
import { createDaemonWorld, type DaemonWorld, devices } from './daemon-world.ts'

// A disk of its own that is really full: a small tmpfs, which only root can mount.

const mount = (folder: string): boolean =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder], { stdio: 'ignore' }).status === 0
const unmount = (folder: string): void => {
  spawnSync('umount', [folder], { stdio: 'ignore' })
}
const canMount = ((): boolean => {
  if (process.getuid?.() !== 0) return false
  const folder = mkdtempSync(join(tmpdir(), 'azel-mount-'))
  const mounted = mount(folder)
  if (mounted) unmount(folder)
  rmSync(folder, { recursive: true })
  return mounted
})()

let world: DaemonWorld
const disk = (): string => world.path('data')
beforeEach(() => {
  if (!canMount) return
  world = createDaemonWorld()
  mkdirSync(disk())
  mount(disk())
})
afterEach(async () => {
  if (!canMount) return
  await world.stopAll()
  unmount(disk())
  await world.destroy()
})

const fill = (): void => {
  for (let part = 0; part < 1_000; part += 1) {
    for (const bytes of [65_536, 4_096, 512]) {
      try {
        writeFileSync(join(disk(), `filler-${part}-${bytes}`), Buffer.alloc(bytes, 1))
      } catch {
        if (bytes === 512) return
      }
    }
  }
}
const free = (): void => {
  spawnSync('sh', ['-c', 'rm -f "$1"/filler-*', 'sh', disk()])
}

describe.skipIf(!canMount)('a full disk', () => {
  it('at the start is one clear line and exit 1', async () => {
    fill()
    const daemon = world.azel(['run', '--config', world.configure()])
    expect(await daemon.ended).toBe(1)
    expect(daemon.stderr().match(/\[store\.[a-z]+\]/g)).toEqual(['[store.full]'])
    expect(daemon.stderr()).not.toContain('    at ')
  })

  it('in a pass is told once, the antenna goes on, and nothing is lost when there is room again', async () => {
    const simulated = await world.simulate()
    const daemon = world.azel(['run', '--config', world.configure(devices(simulated))])
    await waitUntil(() => daemon.stderr().includes('antenna: follows the pass'), PATIENCE_MS, daemon.stderr)
    fill()
    await waitUntil(
      () => daemon.stderr().includes('[store.full]'),
      PATIENCE_MS,
      () => `the disk is full: ${daemon.stderr()}`,
    )
    // Two tries of the journal later.
    await new Promise((resolve) => setTimeout(resolve, 6_000))
    expect(daemon.child.exitCode).toBeNull()
    expect(daemon.stderr().match(/\[store\.full\]/g)).toHaveLength(1)
    expect(daemon.stderr()).not.toContain('[motion.')
    free()
    await waitUntil(
      () => daemon.stderr().includes('the journal takes records again'),
      PATIENCE_MS,
      () => `room again: ${daemon.stderr()}`,
    )
    daemon.kill('SIGTERM')
    expect(await daemon.ended).toBe(0)
    expect(daemon.stderr()).not.toContain('could not be written')

    const database = new DatabaseSync(join(disk(), 'station.sqlite'))
    const times = database
      .prepare('SELECT body FROM journal ORDER BY number')
      .all()
      .map(
        ({ body }) => JSON.parse(Buffer.from(body as Uint8Array).toString()) as { readonly timeUtc: string },
      )
      .map(({ timeUtc }) => Date.parse(timeUtc))
    database.close()
    // About one look a second, those of the six seconds without room included.
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0))
    expect(times.length).toBeGreaterThan(8)
    expect(Math.max(...gaps)).toBeLessThan(5_000)
    const store = unwrap(await openWorkerStore(join(disk(), 'station.sqlite')))
    expect(unwrap(await store.verifyJournal())).toMatchObject({ kind: 'intact', entries: times.length })
    await store.close()
  })
})
