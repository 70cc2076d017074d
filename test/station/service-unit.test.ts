import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'
import { SHUTDOWN_LIMIT } from '../../src/station/shutdown.ts'

const unit = readFileSync(new URL('../../systemd/azel.service', import.meta.url), 'utf8')

const values = (setting: string): readonly string[] =>
  [...unit.matchAll(new RegExp(`^${setting}=(.*)$`, 'gm'))].map(([, value]) => value ?? '')
const seconds = (setting: string): number => Number(values(setting)[0])
const commands = createProgram().commands.map((command) => command.name())

/** What follows the launcher. */
const wordsOf = (line: string | undefined): readonly string[] =>
  line?.split('/opt/azel/bin/azel.js ')[1]?.split(' ') ?? []

describe('the drop-in for switches and outputs', () => {
  const dropIn = readFileSync(new URL('../../systemd/azel-gpio.conf', import.meta.url), 'utf8')

  it('opens exactly the output that it makes, which the unit closes', () => {
    expect(values('ProtectKernelTunables')).toEqual(['yes'])
    const paths = [...dropIn.matchAll(/^ReadWritePaths=-?(.*)$/gm)].map(([, path]) => path)
    expect(paths).toEqual(['/sys/class/gpio/gpio27'])
    expect(dropIn).toContain(`${paths[0]}/value`)
    const example = readFileSync(new URL('../../config/azel.example.yaml', import.meta.url), 'utf8')
    expect(example).toContain(`file: ${paths[0]}/value, cut: "0", normal: "1"`)
  })
})

describe('the service unit', () => {
  it('runs the daemon, and stops the antenna by a fresh process however it ended', () => {
    expect(wordsOf(values('ExecStart')[0])).toEqual(['run', '--config', '/etc/azel/azel.yaml'])
    // Without a name: where nothing is configured there is nothing to stop, which is no failure.
    expect(values('ExecStopPost').map(wordsOf)).toEqual([['stop']])
    for (const setting of ['ExecStart', 'ExecStopPost'])
      expect(commands).toContain(wordsOf(values(setting)[0])[0])
  })

  it('gives each the time that it bounds itself by', () => {
    expect(seconds('TimeoutStopSec') * 1_000).toBeGreaterThan(SHUTDOWN_LIMIT)
    // azel stop ends within half a minute.
    expect(seconds('TimeoutStopSec')).toBeGreaterThan(30)
  })

  it('ends a daemon that hangs while the antenna moves, and not one whose disk is slow', () => {
    // Petted at half the period; the store has ten seconds to answer, which comes on top.
    const slowestPetSec = seconds('WatchdogSec') / 2 + 10
    expect(slowestPetSec).toBeLessThanOrEqual(seconds('WatchdogSec'))
    expect(seconds('WatchdogSec')).toBeLessThanOrEqual(20)
    expect(seconds('TimeoutAbortSec')).toBeLessThanOrEqual(5)
  })

  it('lets the fresh process speak to what the daemon spoke to', () => {
    // Sandboxing holds for every line: devices, the control socket, TCP controllers.
    expect(values('RestrictAddressFamilies')[0]).toContain('AF_UNIX AF_INET AF_INET6')
    expect(values('DeviceAllow').length).toBeGreaterThan(0)
  })
})
