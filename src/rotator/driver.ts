import type { AzEl } from '../kernel/angle.ts'
import type { Fault } from '../kernel/errors.ts'
import type { Result } from '../kernel/result.ts'
import type { Deg, Ms } from '../kernel/units.ts'

/** What one model of controller can do and how it wants to be treated: data, no code. */
export interface RotatorCapabilities {
  /** As in the configuration, for instance `gs232b`. */
  readonly name: string
  /** For people. */
  readonly title: string
  /** What commands can express; the mount's limits lie within. */
  readonly azimuthRange: { readonly minimum: Deg; readonly maximum: Deg }
  readonly elevationRange: { readonly minimum: Deg; readonly maximum: Deg }
  readonly resolution: Deg
  readonly baudRates: readonly number[]
  /** Rest after each write before the next one. */
  readonly writePause: Ms
  readonly replyTimeout: Ms
  readonly pollPeriod: Ms
  /** So many polls without an answer, one after the other, and the controller is mute. */
  readonly missedPollsMax: number
  /** Least time between two motion commands that it bears without stuttering. */
  readonly commandPeriod: Ms
  /** Frames end with any of these bytes; one that gets longer than `frameBytesMax` is dropped. */
  readonly frameDelimiters: string
  readonly frameBytesMax: number
  /**
   * How the azimuth is reported where the range is more than a turn: `as-is` in the axis's own coordinate, `either`
   * where some units of the model report it modulo 360 and it has to be found out.
   */
  readonly azimuthReport: 'as-is' | 'either'
}

/** What one frame from the controller says; `unknown` is noise, or a dialect that we do not know. */
export type RotatorReply =
  | { readonly kind: 'position'; readonly azimuth: Deg; readonly elevation: Deg | undefined }
  | { readonly kind: 'refused' }
  | { readonly kind: 'unknown' }

/** Capabilities plus a codec without input or output. Frames are text with one character a byte (Latin-1). */
export interface RotatorDriver {
  readonly capabilities: RotatorCapabilities
  /** Frames to send one after the other with the pause between; an error where the protocol cannot express it. */
  readonly encodeMoveTo: (target: AzEl) => Result<readonly Uint8Array[], Fault>
  /** One frame; none where the controller cannot be asked. */
  readonly encodeQuery: () => readonly [] | readonly [Uint8Array]
  readonly encodeStop: () => readonly Uint8Array[]
  readonly parse: (frame: string) => RotatorReply
}
