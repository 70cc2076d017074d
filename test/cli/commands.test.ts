import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createPlace, type Outcome, type Place } from './azel-process.ts'
import { runInFolder } from './run-in-process.ts'

const EXAMPLE = fileURLToPath(new URL('../../config/azel.example.yaml', import.meta.url))

let place: Place
beforeEach(() => {
  place = createPlace()
})
afterEach(() => place.destroy())

/** Runs a command within this process; those that have to do with processes are started by `place`. */
const azel = (words: readonly string[]): Promise<Outcome> => runInFolder(place.folder, ...words)

/** How a command refuses: nothing on standard output, no stack, a line that says what. */
const refusal = (outcome: Outcome): string => {
  if (outcome.ended !== 1 || outcome.stdout !== '') throw new Error(JSON.stringify(outcome))
  if (/^\s+at /m.test(outcome.stderr)) throw new Error(`a stack trace: ${outcome.stderr}`)
  return outcome.stderr
}

describe('azel keys', () => {
  it('makes a key that only its owner can read, prints its public part, and shows it again', async () => {
    const made = await place.run(['keys', 'create', 'station.key'])
    expect(made.ended).toBe(0)
    expect(made.stdout).toMatch(/^[A-Za-z0-9_-]{43}\n$/)
    expect(made.stderr).toMatch(/keep the file to yourself/)
    expect(statSync(place.path('station.key')).mode & 0o777).toBe(0o600)
    expect(await place.run(['keys', 'show', 'station.key'])).toMatchObject({ ended: 0, stdout: made.stdout })
    // What it prints is all that may be seen.
    expect(made.stdout + made.stderr).not.toContain(readFileSync(place.path('station.key'), 'utf8').trim())
  })

  it('never overwrites a file, and says what is wrong with one', async () => {
    writeFileSync(place.path('something'), 'precious')
    expect(refusal(await azel(['keys', 'create', 'something']))).toMatch(/^azel: [^\n]+\n$/)
    expect(readFileSync(place.path('something'), 'utf8')).toBe('precious')
    chmodSync(place.path('something'), 0o600)
    for (const file of ['something', 'missing', '.'])
      expect(refusal(await azel(['keys', 'show', file]))).toMatch(/^azel: [^\n]+\n$/)
    expect(refusal(await azel(['keys', 'create', 'no/such/folder/key']))).toMatch(/^azel: [^\n]+\n$/)
  })
})

describe('azel config check', () => {
  it('finds the example good, and says in short what it is', async () => {
    const outcome = await azel(['config', 'check', EXAMPLE])
    expect(outcome).toMatchObject({ ended: 0, stderr: '' })
    expect(outcome.stdout).toContain(`${EXAMPLE} is good.\n`)
    expect(outcome.stdout).toMatch(/denmark/)
  })

  it('tells all mistakes at once, each with file, line and setting', async () => {
    const bad = readFileSync(EXAMPLE, 'utf8')
      .replace('latitudeDeg: 59.91', 'latitudeDeg: 95')
      .replace('  dataMode: REAL #', '  datamode: REAL #')
      .replace('baudRate: 9600', 'baudRate: fast')
    writeFileSync(place.path('bad.yaml'), bad)
    const told = refusal(await azel(['config', 'check', 'bad.yaml']))
    const lineOf = (text: string): number => bad.split('\n').findIndex((line) => line.includes(text)) + 1
    expect(told).toMatch(new RegExp(`^bad\\.yaml:${lineOf('latitudeDeg: 95')}: station\\.latitudeDeg: `, 'm'))
    expect(told).toMatch(new RegExp(`^bad\\.yaml:${lineOf('datamode')}: .*datamode.*dataMode`, 'm'))
    expect(told).toMatch(
      new RegExp(`^bad\\.yaml:${lineOf('baudRate: fast')}: antenna\\.rotator\\.baudRate: `, 'm'),
    )
    expect(told.trimEnd().split('\n')).toHaveLength(4)
    expect(told).toMatch(/^azel: [^\n]+\[config\.[a-z-]+\]\n$/m)
  })

  it('refuses what is no configuration at all in a line or two', async () => {
    writeFileSync(place.path('empty.yaml'), '')
    writeFileSync(place.path('list.yaml'), '- a\n- b\n')
    writeFileSync(place.path('broken.yaml'), 'station: {id: x\n  : :\n')
    writeFileSync(place.path('binary.yaml'), Buffer.alloc(2_000, 0xfe))
    for (const file of [
      'missing.yaml',
      'empty.yaml',
      'list.yaml',
      'broken.yaml',
      'binary.yaml',
      '.',
      '/dev/null',
    ]) {
      const told = refusal(await azel(['config', 'check', file]))
      expect(told, file).toMatch(/^azel: [^\n]+\n$/m)
      expect(told.length, file).toBeLessThan(2_500)
    }
  })
})

describe('azel broker access', () => {
  it('prints an access list in which each partner reads his own streams alone', async () => {
    const outcome = await azel(['broker', 'access', '--config', EXAMPLE])
    expect(outcome).toMatchObject({ ended: 0, stderr: '' })
    const users = outcome.stdout.split(/^user /m).slice(1)
    const denmark = users.find((section) => section.startsWith('denmark\n')) ?? ''
    // A stream is named so that nobody who reads the list learns of the agreement.
    expect(denmark).toMatch(/^topic read azel\/v1\/real\/oslo-1\/stream\/[0-9a-f]{32}$/m)
    expect(denmark).not.toMatch(/[#+]/)
    expect(denmark).not.toContain('no-dk-2026')
    expect(users.some((section) => section.startsWith('oslo-1\n'))).toBe(true)
  })

  it('refuses a missing configuration', async () => {
    expect(refusal(await azel(['broker', 'access', '--config', 'missing.yaml']))).toMatch(/missing\.yaml/)
    expect(refusal(await azel(['broker', 'access']))).toMatch(/required option '-c, --config <file>'/)
  })
})

describe('azel listen', () => {
  const KEY = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'
  const words = (change: Readonly<Record<string, string | undefined>> = {}): string[] =>
    Object.entries({
      '--broker': 'mqtt://127.0.0.1:1',
      '--as': 'denmark',
      '--key': 'denmark.key',
      '--station': `oslo-1=${KEY}`,
      ...change,
    }).flatMap(([option, value]) => (value === undefined ? [] : [option, value]))

  it.each([
    ['no broker', { '--broker': undefined }, /required option '--broker <url>'/],
    ['a broker with a password in it', { '--broker': 'mqtt://a:b@host' }, /without user and password/],
    ['a web address for a broker', { '--broker': 'http://host' }, /mqtts:\/\/HOST:8883/],
    ['a broker whose port is none', { '--broker': 'mqtt://host:99999' }, /mqtts:\/\/HOST:8883/],
    ['an id that is no topic part', { '--as': 'Denmark/#' }, /lower-case letters, digits and hyphens/],
    ['a station without its key', { '--station': 'oslo-1' }, /Write it as ID=PUBLICKEY/],
    ['a key of no station', { '--station': `=${KEY}` }, /Write it as ID=PUBLICKEY/],
    ['a key that is none', { '--station': 'oslo-1=abc' }, /^azel: [^\n]+\n$/],
    ['a missing signing key', { '--key': 'missing.key' }, /^azel: [^\n]*missing\.key/],
    ['a missing password file', { '--password-file': 'missing.txt' }, /^azel: [^\n]*missing\.txt/],
    ['a folder for its data file', { '--data': '.' }, /^azel: [^\n]+\n$/],
  ])('refuses %s in one clear line', async (_what, change, expected) => {
    await azel(['keys', 'create', 'denmark.key'])
    expect(refusal(await azel(['listen', ...words(change)]))).toMatch(expected)
  })

  it('waits for a broker that is not there, and ends at Ctrl-C with its count', async () => {
    await place.run(['keys', 'create', 'denmark.key'])
    const running = place.start(['listen', ...words()])
    const until = performance.now() + 20_000
    while (!existsSync(place.path('azel-partner.sqlite')) && performance.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 50))
    await new Promise((resolve) => setTimeout(resolve, 300))
    running.child.kill('SIGINT')
    const outcome = await running.done
    expect(outcome).toMatchObject({ ended: 0, stdout: '' })
    expect(outcome.stderr).toMatch(
      /^0 observations verified, 0 came more than once, 0 refused, 0 still missing\.$/m,
    )
    expect(outcome.stderr).not.toMatch(/^\s+at /m)
  })
})
