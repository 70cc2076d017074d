import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type FirmwareEffect, type FirmwareView, runFirmware } from '../../hardware-sim/firmware/firmware.ts'
import { createGs232, type Gs232Dialect } from '../../hardware-sim/firmware/gs232.ts'
import { deg, degPerSec, ms } from '../../src/kernel/units.ts'

const transcript = JSON.parse(
  readFileSync(new URL('../fixtures/hardware-sim/gs232b-transcript.json', import.meta.url), 'utf8'),
) as {
  hostToDevice: { command: string; hostToDevice: string[] }[]
  deviceToHost: Record<string, string>
}

const viewAt = (azimuth: number, elevation: number): FirmwareView => ({
  reading: { azimuth: deg(azimuth), elevation: deg(elevation) },
  azimuthRange: { min: deg(0), max: deg(450) },
  elevationRange: { min: deg(0), max: deg(180) },
  rates: { azimuth: degPerSec(0), elevation: degPerSec(0) },
  sinceBootMs: ms(60_000),
  homeKnown: true,
})
const createGs232b = (dialect: Omit<Gs232Dialect, 'model'> = {}) => createGs232({ model: 'B', ...dialect })

const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex.split(' '), (pair) => Number.parseInt(pair, 16))
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)

const feed = (
  bytes: Uint8Array,
  view = viewAt(143, 1),
  firmware = runFirmware(createGs232b()),
): FirmwareEffect[] => [...bytes].flatMap((byte) => firmware.step(byte, view))

const answerTo = (text: string, view = viewAt(143, 1)): string =>
  feed(ascii(text), view)
    .map((effect) => (effect.kind === 'reply' ? new TextDecoder().decode(effect.bytes) : ''))
    .join('')

const move = (azimuth: number, elevation: number) => [
  { kind: 'move-to', axis: 'azimuth', target: azimuth },
  { kind: 'move-to', axis: 'elevation', target: elevation },
]
const turn = (axis: string, direction: number) => [{ kind: 'turn', axis, direction }]

describe('GS-232B firmware', () => {
  test('answers C2 byte for byte as a real unit does (Hamlib issue 122)', () => {
    const [reply] = feed(bytesOf('43 32 0d'))
    expect(reply).toEqual({
      kind: 'reply',
      bytes: bytesOf(transcript.deviceToHost['C2 at azimuth 143, elevation 1'] ?? ''),
    })
  })

  // What rotctl's words mean for the motors, by the manual.
  const meaning: Record<string, readonly object[]> = {
    'P 123.4 45.6': move(123, 46),
    'P 0 0': move(0, 0),
    'P 359.9 89.96': move(360, 90),
    'P 180.5 0.04': move(180, 0),
    'P -10 10': move(350, 10),
    'P 400 20': move(400, 20),
    S: [
      { kind: 'stop', axis: 'azimuth' },
      { kind: 'stop', axis: 'elevation' },
    ],
    'M 2 50': turn('elevation', 1),
    'M 16 50': turn('azimuth', 1),
  }
  test.each(Object.entries(meaning))(
    'does for the recorded bytes of rotctl "%s" what they ask for',
    (command, effects) => {
      const recorded = transcript.hostToDevice.find((row) => row.command === command)
      const done = (recorded?.hostToDevice ?? []).flatMap((hex) => feed(bytesOf(hex)))
      expect(done.filter((effect) => effect.kind !== 'reply')).toEqual(effects)
    },
  )

  test.each([
    ['C\r', 'AZ=143\r\n'],
    ['B\r', 'EL=001\r\n'],
    ['c2\r', 'AZ=143  EL=001\r\n'],
    ['C2\r\n', 'AZ=143  EL=001\r\n'],
    ['W123 045\r', ''],
    ['M123\r', ''],
    ['S\rA\rE\rL\rR\rU\rD\rX1\rX4\r', ''],
  ])('%j is answered %j', (command, answer) => {
    expect(answerTo(command)).toBe(answer)
  })

  test.each([
    '\r',
    'Q\r',
    'W123\r',
    'W12 45\r',
    'W123 181\r',
    'W451 045\r',
    'M451\r',
    'X5\r',
    'W-10 010\r',
    'W123 045x\r',
  ])('refuses %j with ?> and moves nothing', (command) => {
    expect(answerTo(command)).toBe('?>\r\n')
    expect(feed(ascii(command)).filter((effect) => effect.kind !== 'reply')).toEqual([])
  })

  test('answers an empty line with a CR alone where the unit is of that kind (Hamlib issue 272)', () => {
    const firmware = runFirmware(createGs232b({ emptyLine: 'carriage-return' }))
    expect(feed(ascii('\r'), viewAt(0, 0), firmware)).toEqual([{ kind: 'reply', bytes: ascii('\r') }])
    expect(feed(ascii('Q\r'), viewAt(0, 0), firmware)).toEqual([{ kind: 'reply', bytes: ascii('?>\r\n') }])
  })

  test('reports the overlap as 0 to 450, and as 0 to 359 where the unit is of that kind', () => {
    const wrapped = runFirmware(createGs232b({ overlap: 'wrapped' }))
    expect(answerTo('C2\r', viewAt(400.4, 0))).toBe('AZ=400  EL=000\r\n')
    expect(feed(ascii('C\r'), viewAt(400.4, 0), wrapped)).toEqual([
      { kind: 'reply', bytes: ascii('AZ=040\r\n') },
    ])
  })

  test('does not lose its way in a flood without an end of line', () => {
    const firmware = runFirmware(createGs232b())
    expect(feed(ascii('W'.repeat(100_000)), viewAt(0, 0), firmware)).toEqual([])
    expect(feed(ascii('\r'), viewAt(0, 0), firmware)).toEqual([{ kind: 'reply', bytes: ascii('?>\r\n') }])
    expect(feed(ascii('C2\r'), viewAt(7, 8), firmware)).toEqual([
      { kind: 'reply', bytes: ascii('AZ=007  EL=008\r\n') },
    ])
  })
})
