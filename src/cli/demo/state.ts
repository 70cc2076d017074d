import type { AzEl } from '../../kernel/angle.ts'
import type { UtcMs } from '../../kernel/time.ts'
import type { Hz } from '../../kernel/units.ts'
import type { AntennaStatus } from '../../station/antenna.ts'

/** What the demo shows, at one moment. */
export interface DemoState {
  readonly nowUtc: UtcMs
  readonly speed: number
  readonly broker: { readonly name: string; readonly connected: boolean }
  readonly pass: {
    readonly name: string
    readonly catalogNumber: number
    readonly transmitter: string
    readonly aosUtc: UtcMs
    readonly tcaUtc: UtcMs
    readonly losUtc: UtcMs
    readonly maximumElevationDeg: number
    readonly track: readonly AzEl[]
  }
  readonly antenna: AntennaStatus
  /** Where the target is expected; undefined below the horizon. */
  readonly target: AzEl | undefined
  /** True boresight against true satellite. */
  readonly offByDeg: number | undefined
  readonly look:
    | {
        readonly spectrum: Float64Array
        readonly snrDb: number | undefined
        readonly frequency: Hz | undefined
        readonly sigmaHz: number | undefined
        readonly nominal: Hz
      }
    | undefined
  readonly journaled: number
  readonly partners: readonly PartnerState[]
  readonly note: string
}

export interface PartnerState {
  readonly id: string
  readonly terms: string
  readonly verified: number
  readonly waiting: number
  readonly withheld: number
  /** Why the last one was withheld. */
  readonly reason: string
}
