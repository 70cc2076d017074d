import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { unwrap } from '../../src/kernel/result.ts'
import { configurationJsonSchema } from '../../src/station/configuration/json-schema.ts'
import { loadConfiguration, parseConfiguration } from '../../src/station/configuration/load.ts'
import { type Migration, migrate } from '../../src/station/configuration/migrations.ts'

const examplePath = new URL('../../config/azel.example.yaml', import.meta.url).pathname
const example = readFileSync(examplePath, 'utf8')

const problemsOf = (text: string): readonly string[] => {
  const outcome = parseConfiguration(text, 'azel.yaml')
  return outcome.ok
    ? []
    : outcome.error.problems.map(({ line, path, problem }) => `${line} ${path}: ${problem}`)
}

describe('the configuration', () => {
  it('reads the example, with its defaults', () => {
    const configuration = unwrap(loadConfiguration(examplePath))
    expect(configuration.station.id).toBe('oslo-1')
    expect(configuration.plan).toEqual({
      minimumElevationDeg: 5,
      minimumCulminationDeg: 10,
      turnaroundSec: 10,
      horizonHours: 24,
    })
    expect(configuration.receiver.sampleRateHz).toBe(240_000)
  })

  it('has its generated schema in config/, named in the first line of the example', () => {
    const generated = readFileSync(new URL('../../config/azel.schema.json', import.meta.url), 'utf8')
    expect(generated).toBe(configurationJsonSchema())
    expect(example.split('\n')[0]).toBe('# yaml-language-server: $schema=./azel.schema.json')
  })

  it('tells all mistakes at once, each with line, path and what to do', () => {
    const text = example
      .replace('latitudeDeg: 59.91', 'latitudeDeg: 159.91')
      .replace('  heightM: 90', '  heigthM: 90')
      .replace('kind: azimuth-elevation', 'kind: dish')
      .replace('referenceSigmaPpm: 0.5', 'referenceSigmaPpm: half')
    expect(problemsOf(text)).toEqual([
      '7 station.heightM: it is missing; give a number',
      '10 station.latitudeDeg: it must be at most 90, not 159.91',
      '12 station.heigthM: there is no such setting; did you mean "heightM"?',
      '25 antenna.kind: it must be "fixed" or "azimuth-elevation", not "dish"',
      '51 receiver.referenceSigmaPpm: it must be a number, not "half"',
    ])
  })

  it('knows the rotator drivers, what each can be told and how it is reached', () => {
    const withRotator = (from: string | RegExp, to: string): readonly string[] =>
      problemsOf(example.replace(from, to))
    expect(withRotator('driver: gs232b', 'driver: gs232').join()).toMatch(
      /antenna\.rotator\.driver: There is no rotator driver "gs232"; did you mean gs232a or gs232b\? There is gs232a, /,
    )
    expect(withRotator('driver: gs232b', 'driver: rotctld').join()).toMatch(
      /antenna\.rotator\.port: rotctld is reached as tcp:\/\/HOST:PORT, not as /,
    )
    expect(withRotator(/port: \/dev[^,\s}]*/, 'port: usb:403:6001').join()).toMatch(
      /antenna\.rotator\.port: write it as usb:VENDOR:PRODUCT/,
    )
    expect(withRotator(/port: \/dev[^,\s}]*/, 'port: usb:0403:6001:A50285BI')).toEqual([])
    expect(withRotator('maximumDeg: 450', 'maximumDeg: 500').join()).toMatch(
      /antenna\.azimuth\.maximumDeg: Yaesu GS-232B can only be told -180° to 450°, not 500°$/,
    )
  })

  it('names what is no number as YAML writes it', () => {
    for (const word of ['.nan', '.inf', '-.inf']) {
      expect(problemsOf(example.replace('latitudeDeg: 59.91', `latitudeDeg: ${word}`))).toEqual([
        `10 station.latitudeDeg: it must be a number, not ${word}`,
      ])
    }
    expect(problemsOf(example.replace(/catalog:\n(?: .*\n)+/, ''))).toEqual([
      '1 catalog: it is missing; give an object',
    ])
  })

  it('takes a horizon that is whole, and names both sides of a hole', () => {
    const withMask = (...points: readonly (readonly [number, number])[]): string => {
      const list = points.map(
        ([azimuth, elevation]) => `{ azimuthDeg: ${azimuth}, elevationDeg: ${elevation} }`,
      )
      return example.replace(/horizonMask:.*\n(?: .*\n)+/, `horizonMask: [${list.join(', ')}]\n`)
    }
    const holeAt = (from: number, to: number): string =>
      `42 horizonMask: the horizon has no point between azimuth ${from}° and ${to}°; give one every 90° at least, or one alone for the same all round`
    expect(problemsOf(withMask())).toEqual([])
    expect(problemsOf(withMask([120, 7]))).toEqual([])
    expect(problemsOf(withMask([0, 5], [90, 5], [180, 5], [270, 5]))).toEqual([])
    expect(problemsOf(withMask([0, 5], [90, 5], [180, 5], [270, 5], [360, 5]))).toEqual([])
    expect(problemsOf(withMask([0, 5], [10, 5], [300, 5]))).toEqual([holeAt(10, 300)])
    expect(problemsOf(withMask([10, 5], [100, 5], [190, 5], [279, 5]))).toEqual([holeAt(279, 10)])
    expect(problemsOf(withMask([0, 5], [180, 5]))).toEqual([holeAt(0, 180)])
    expect(problemsOf(withMask([0, 5], [90, 5], [180, 5], [270, 5], [360, 6]))).toEqual([
      '42 horizonMask.4: azimuth 360° is azimuth 0°, where the horizon is 5°, not 6°',
    ])
  })

  it('refuses settings that contradict one another', () => {
    expect(problemsOf(example.replace('park: { azimuthDeg: 0,', 'park: { azimuthDeg: -10,'))).toEqual([
      '29 antenna.park.azimuthDeg: the park position -10° is outside the azimuth limits 0° to 450°',
    ])
    expect(problemsOf(example.replace('partner: denmark', 'partner: sweden'))).toEqual([
      '68 sharing.agreements.0.partner: there is no partner "sweden" under sharing.partners',
    ])
    expect(problemsOf(example.replace('maximumDeg: 450', 'maximumDeg: -5'))).toHaveLength(1)
    expect(problemsOf(example.replace('validUntil: 2027-12-31', 'validUntil: 2027-12-32'))).toHaveLength(1)
    expect(problemsOf(example.replace('- { id: ao-7,', '- { id: iss,'))).toEqual([
      '59 requests.1.id: "iss" is there twice; ids are unique',
    ])
  })

  it('serves other programs on this host alone, unless it is listed who may connect', () => {
    const serving = (settings: string) => `${example}\nrotctld: ${settings}\n`
    expect(unwrap(parseConfiguration(serving('{}'), 'azel.yaml')).rotctld).toEqual({
      listen: '127.0.0.1:4533',
      allow: [],
      precedence: 'plan-first',
    })
    expect(problemsOf(serving("{ listen: '[::1]:4533' }"))).toEqual([])
    expect(problemsOf(serving('{ listen: 0.0.0.0:4533, allow: [192.168.1.0/24] }'))).toEqual([])
    expect(problemsOf(serving('{ listen: 0.0.0.0:4533 }')).join()).toMatch(
      /rotctld\.listen: others can reach 0\.0\.0\.0, .* list who may under rotctld\.allow$/,
    )
    expect(problemsOf(serving('{ listen: 4533, allow: [everybody, 0.0.0.0/0] }'))).toHaveLength(1)
    expect(problemsOf(serving("{ listen: '4533', allow: [everybody, 0.0.0.0/0] }"))).toHaveLength(3)
    expect(problemsOf(serving('{ precedence: mine }')).join()).toContain('"plan-first", "programs-first"')
  })

  it.each([
    ['empty', ''],
    ['a list', '- 1\n- 2\n'],
    ['a word', 'hello'],
    ['no version', 'station: {}'],
    ['a future version', 'version: 99'],
    ['duplicate keys', 'version: 1\nversion: 1\n'],
    ['tabs', 'version: 1\nstation:\n\tid: x\n'],
    ['cut in the middle', example.slice(0, 700)],
    [
      'an alias bomb',
      `a: &a [x,x,x,x,x,x,x,x,x,x]\n${'bcdefghij'
        .split('')
        .map((k, i) => `${k}: &${k} [${Array(10).fill(`*${'abcdefghij'[i]}`).join(',')}]`)
        .join('\n')}\nversion: 1\n`,
    ],
    ['binary', '\u0000\u0001\u0002'],
    ['a prototype', '__proto__: {version: 1}\nversion: 1\n'],
  ])('refuses %s with one clear error', (_name: string, text: string) => {
    const outcome = parseConfiguration(text, 'azel.yaml')
    expect(outcome.ok).toBe(false)
    if (outcome.ok) return
    expect(outcome.error.failure.message).toContain('azel.yaml')
    expect(outcome.error.failure.message).not.toContain('\n')
  })

  it('refuses a missing file, a folder and a huge file', () => {
    expect(loadConfiguration('/does/not/exist.yaml')).toMatchObject({
      error: { failure: { code: 'config.unreadable' } },
    })
    expect(loadConfiguration('/tmp')).toMatchObject({ error: { failure: { code: 'config.unreadable' } } })
    expect(loadConfiguration(process.execPath)).toMatchObject({
      error: { failure: { code: 'config.too-large' } },
    })
  })

  it('keeps user and password out of the broker address', () => {
    expect(problemsOf(example.replace('mqtts://broker', 'mqtts://user:secret@broker'))).toHaveLength(1)
  })

  it('brings an older version up step by step', () => {
    const steps = new Map<number, Migration>([
      [1, (content) => ({ ...content, b: content['a'] })],
      [2, (content) => ({ ...content, c: content['b'] })],
    ])
    expect(unwrap(migrate({ version: 1, a: 7 }, steps, 3))).toEqual({
      content: { version: 3, a: 7, b: 7, c: 7 },
      from: 1,
    })
    expect(migrate({ version: 4 }, steps, 3).ok).toBe(false)
    expect(migrate({ version: 1 }, new Map(), 2).ok).toBe(false)
  })

  it('refuses what would open more than it says', () => {
    const key = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'
    const withPartner = (id: string, publicKey: string) =>
      example.replace(
        '  agreements:\n',
        `    - { id: ${id}, nation: SWE, publicKey: ${publicKey} }\n  agreements:\n`,
      )
    expect(problemsOf(withPartner('sweden', key))).toEqual([
      expect.stringMatching(/sharing\.partners\.1\.publicKey: it is the key of "denmark" too$/),
    ])
    expect(problemsOf(withPartner('oslo-1', `${key.slice(0, 42)}c`))).toEqual([
      expect.stringMatching(/sharing\.partners\.1\.id: this is the id of the station itself$/),
    ])
    expect(problemsOf(example.replace('frequencyStepHz: 10', 'timeStepSec: 60'))).toEqual([
      expect.stringContaining('timeStepSec: it hides nothing alone'),
    ])
  })

  it('says in one sentence what is wrong with a bomb, a pipe and a device', () => {
    for (const text of ['['.repeat(200_000), '{a: '.repeat(100_000), '- '.repeat(200_000)]) {
      expect(parseConfiguration(text, 'azel.yaml')).toMatchObject({ ok: false })
    }
    expect(loadConfiguration('/dev/zero')).toMatchObject({
      error: { failure: { code: 'config.unreadable' } },
    })
  })
})
