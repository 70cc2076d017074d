import { existsSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PATIENCE_MS, waitUntil } from '../interop/mosquitto.ts'
import { createDaemonWorld, type DaemonWorld, has } from './daemon-world.ts'

let world: DaemonWorld
beforeEach(() => {
  world = createDaemonWorld()
})
afterEach(() => world.destroy())

// The manager's socket. Not socat: it keeps the descriptor that systemd-notify passes, and waits to see closed.
const RECEIVER = `
import socket, sys
manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
manager.bind(sys.argv[1])
while True:
    print(manager.recv(4096).decode(), flush=True)
`

describe.skipIf(!has('systemd-notify') || !has('python3'))('the service manager', () => {
  it('hears READY, a status, the watchdog petted, and STOPPING', async () => {
    const socket = world.path('notify')
    writeFileSync(world.path('receiver.py'), RECEIVER)
    const manager = world.program('python3', [world.path('receiver.py'), socket])
    await waitUntil(() => existsSync(socket), PATIENCE_MS, 'the socket is there')
    const daemon = world.azel(['run', '--config', world.configure()], {
      environment: { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '1000000' },
    })
    await waitUntil(
      () => manager.stdout().includes('WATCHDOG=1'),
      PATIENCE_MS,
      () => `a pet: ${manager.stdout()}`,
    )
    daemon.kill('SIGTERM')
    expect(await daemon.ended).toBe(0)
    await waitUntil(() => manager.stdout().includes('STOPPING=1'), PATIENCE_MS, 'STOPPING')
    const said = manager.stdout()
    expect(said).toMatch(/^READY=1$/m)
    expect(said).toMatch(/STATUS=antenna out of reach: There is no serial port .*; no receiver; no broker/)
    expect(said.indexOf('READY=1')).toBeLessThan(said.indexOf('WATCHDOG=1'))
  })
})
