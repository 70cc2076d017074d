import type { Outcome } from '../azel-process.ts'

/** What `azel demo --once --json` prints. */
export interface Summary {
  readonly satellite: { readonly catalogNumber: number; readonly name: string }
  readonly passStartUtc: string
  readonly passEndUtc: string
  readonly observations: number
  readonly journaled: number
  readonly delivered: Readonly<Record<string, number>>
  readonly verified: Readonly<Record<string, number>>
  readonly withheld: Readonly<Record<string, number>>
  readonly gaps: number
  readonly pointingErrorDeg: { readonly rms: number; readonly max: number }
  readonly measuredMinusTrueHz: { readonly mean: number; readonly rms: number }
  readonly measuredMinusPredictedHz: { readonly mean: number; readonly rms: number }
  readonly normalisedError: { readonly meanSquare: number; readonly max: number }
  readonly journalHead: string
  readonly streamHeads: Readonly<Record<string, string>>
  readonly stationSecondsPerWallSecond: number
}

export const summaryOf = ({ stdout }: Outcome): Summary => {
  if (!/^\{.*\}\n$/.test(stdout)) throw new Error(`this is not one JSON object: ${stdout}`)
  return JSON.parse(stdout) as Summary
}
