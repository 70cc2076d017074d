import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PATIENCE_MS, waitUntil } from '../interop/mosquitto.ts'
import { CATALOG_NUMBER, createDaemonWorld, type DaemonWorld, elementsNow } from './daemon-world.ts'

// `azel run` with a source in place of a file: the store and its worker, the first fetch, the status.

let world: DaemonWorld
let server: Server
let asked = 0
let answer: { readonly status: number; readonly body: string }
beforeEach(async () => {
  world = createDaemonWorld()
  asked = 0
  answer = { status: 200, body: elementsNow() }
  server = createServer((_request, response) => {
    asked += 1
    response.writeHead(answer.status).end(answer.body)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
})
afterEach(async () => {
  await world.destroy()
  server.closeAllConnections()
  await new Promise((resolve) => {
    server.close(resolve)
  })
})

const configure = (): string =>
  world.configure((configuration) => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    Object.assign(configuration, {
      catalog: {
        sources: [{ kind: 'celestrak', catalogNumber: CATALOG_NUMBER, server: url }],
        transmitters: world.path('transmitters.json'),
      },
    })
  })
const status = async (config: string): Promise<string> => {
  const running = world.azel(['status', '--config', config])
  await running.ended
  return running.stdout()
}

describe('a station whose elements come from a source', () => {
  it('starts with none, fetches, plans, shows their age, and after a restart asks nobody', async () => {
    const config = configure()
    const daemon = world.azel(['run', '--config', config])
    await waitUntil(() => daemon.stderr().includes('1 element sets, 1 of them new'), PATIENCE_MS, 'fetched')
    expect(daemon.stderr()).toContain(`There are no elements yet for object ${CATALOG_NUMBER}`)
    await waitUntil(
      () => /HIGH FLYER (?:is up|rises)/.test(daemon.stderr()),
      PATIENCE_MS,
      'planned and begun',
    )
    expect(await status(config)).toMatch(/^ {2}elements {2}1 object, \d+ s old$/m)
    daemon.kill('SIGTERM')
    await daemon.ended

    const again = world.azel(['run', '--config', config])
    await waitUntil(
      () => /HIGH FLYER (?:is up|rises)/.test(again.stderr()),
      PATIENCE_MS,
      'flown from the store',
    )
    expect(again.stderr()).not.toContain('no elements yet')
    again.kill('SIGTERM')
    await again.ended
    expect(asked).toBe(1)
  })

  it('goes on without elements where it is refused, and says so in the status', async () => {
    answer = { status: 403, body: 'Blocked' }
    const config = configure()
    const daemon = world.azel(['run', '--config', config])
    await waitUntil(() => daemon.stderr().includes('[source.stopped]'), PATIENCE_MS, 'refused')
    const told = await status(config)
    expect(told).toMatch(/^ {2}elements {2}0 of 1 object$/m)
    expect(told).toMatch(/answered 403 \("Blocked"\)/)
    expect(told).toContain(`There are no elements yet for object ${CATALOG_NUMBER}`)
    daemon.kill('SIGTERM')
    await daemon.ended
    expect(asked).toBe(1)
  })
})
