import { InvalidArgumentError } from 'commander'
import { deg, metres } from '../../kernel/units.ts'
import { checkSite, type Site } from '../../orbit/site.ts'

/** A host and port to listen on; port 0 lets the system choose. */
export interface Place {
  readonly host: string
  readonly port: number
}

const PORT_MAX = 65_535
const SEED_MAX = 0xffff_ffff
// Slower than a teleprinter nobody waits for; faster than any serial adapter there is none.
const BAUD_RATE_MIN = 50
const BAUD_RATE_MAX = 4_000_000
// Nobody writes more by hand; each is a timer.
const FAULTS_MAX = 1000

export const LOOPBACK = '127.0.0.1'

export const readPlace = (text: string): Place => {
  const match = /^(?:(?<host>[^:]+|\[[0-9a-f:]+\]):)?(?<port>\d{1,5})$/i.exec(text)
  const port = Number(match?.groups?.['port'])
  if (match === null || port > PORT_MAX) throw new InvalidArgumentError('Write it as HOST:PORT or PORT.')
  return { host: (match.groups?.['host'] ?? LOOPBACK).replace(/^\[|\]$/g, ''), port }
}

export const readSeed = (text: string): number => {
  const seed = Number(text)
  if (!/^\d+$/.test(text) || seed > SEED_MAX)
    throw new InvalidArgumentError(`Give a whole number up to ${SEED_MAX}.`)
  return seed
}

export const readBaudRate = (text: string): number => {
  const rate = Number(text)
  if (!/^\d{1,7}$/.test(text) || rate < BAUD_RATE_MIN || rate > BAUD_RATE_MAX)
    throw new InvalidArgumentError(`Give a whole number from ${BAUD_RATE_MIN} to ${BAUD_RATE_MAX}.`)
  return rate
}

const PULSES_PER_DEGREE = [1, 2, 4, 10] as const

/** A SPID controller's setting; which of them has which is for the simulator to say. */
export const readPulses = (text: string): (typeof PULSES_PER_DEGREE)[number] => {
  const pulses = PULSES_PER_DEGREE.find((choice) => String(choice) === text)
  if (pulses === undefined) throw new InvalidArgumentError('Give 1, 2, 4 or 10.')
  return pulses
}

export const readSite = (text: string): Site => {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  const [latitude = Number.NaN, longitude = Number.NaN, height = Number.NaN] = numbers
  if (numbers.length !== 3 || !numbers.every(Number.isFinite)) {
    throw new InvalidArgumentError('Write it as LATITUDE,LONGITUDE,HEIGHT, for instance 51.5,-0.1275,50.')
  }
  const site = checkSite({ latitude: deg(latitude), longitude: deg(longitude), height: metres(height) })
  if (!site.ok) throw new InvalidArgumentError(`${site.error.message}.`)
  return site.value
}

/** `--fault`, which may be given again. */
export const collectFaults = (text: string, before: readonly string[]): readonly string[] => {
  if (before.length >= FAULTS_MAX) throw new InvalidArgumentError(`Give at most ${FAULTS_MAX} faults.`)
  return [...before, text]
}
