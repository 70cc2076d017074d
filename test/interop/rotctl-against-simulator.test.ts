import { spawn } from 'node:child_process'
import { connect } from 'node:net'
import { afterAll, describe, expect, test } from 'vitest'
import { freePort, PATIENCE_MS, waitUntil } from './mosquitto.ts'
import { closeAll, closeLater, isHamlibReady, type Model, setUp, testModels } from './rotctl-bench.ts'

const MODELS: readonly Model[] = [
  { number: 201, firmware: 'easycomm1', can: ['S'] },
  { number: 202, firmware: 'easycomm2', can: ['p', 'S', 'K', 'M', 'R'] },
  { number: 204, firmware: 'easycomm3', can: ['p', 'S', 'K', 'M', 'R'] },
  { number: 601, firmware: 'gs232a', can: ['p', 'S', 'M'] },
  { number: 603, firmware: 'gs232b', can: ['p', 'S', 'M'] },
  { number: 901, firmware: 'rot2prog', can: ['p', 'S'] },
  { number: 902, firmware: 'rot1prog', can: ['p', 'S'], azimuthOnly: true },
  // Left alone, Hamlib asks the system for 460,800 baud, which it does not know how to set.
  { number: 903, firmware: 'md01', can: ['p', 'S', 'M'], words: ['-s', '9600'] },
]

afterAll(closeAll)

testModels(MODELS)

describe.skipIf(!isHamlibReady).concurrent("Hamlib's rotctld in front of a simulated controller", () => {
  test.each([
    [603, 'gs232b'],
    [204, 'easycomm3'],
    [901, 'rot2prog'],
  ] as const)('model %i answers p and P for %s', async (model, firmware) => {
    const bench = await setUp(firmware)
    const port = await freePort()
    const place = ['-T', '127.0.0.1', '-t', String(port)]
    const daemon = spawn('rotctld', ['-m', String(model), '-r', bench.path, ...place], { stdio: 'ignore' })
    closeLater(async () => {
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
      PATIENCE_MS,
      'rotctld answers',
    )
    expect(await ask('P 184.0 48.0\n', /RPRT/)).toBe('RPRT 0\n')
    await waitUntil(() => Math.abs(bench.truth().azimuth.antenna - 184) < 1.2, PATIENCE_MS, 'arrived')
    expect(await ask('S\n', /RPRT/)).toBe('RPRT 0\n')
  })
})
