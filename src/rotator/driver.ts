import type { AzEl } from '../kernel/angle.ts'
import type { Fault } from '../kernel/errors.ts'
import type { Result } from '../kernel/result.ts'
import type { Deg, Ms } from '../kernel/units.ts'

interface AngleRange {
  readonly minimum: Deg
  readonly maximum: Deg
}

/** How the model's serial line is set; eight data bits and one stop bit, as all of them have. */
export interface SerialSettings {
  /** What the model can be set to; the first is what it leaves the factory with. */
  readonly baudRates: readonly [number, ...number[]]
  readonly parity: 'none' | 'even' | 'odd'
}

/**
 * How bytes become frames. `lines`: any of the delimiters ends one. `packets`: of one length, with a first and a last
 * byte and no check sum; what is between them and is no packet (a log in words, rubbish) is passed over.
 */
export type Framing =
  | { readonly kind: 'lines'; readonly delimiters: string; readonly bytesMax: number }
  | { readonly kind: 'packets'; readonly start: number; readonly end: number; readonly length: number }

/** What one model of controller can do and how it wants to be treated: data, no code. */
export interface RotatorCapabilities {
  /** As in the configuration, for instance `gs232b`. */
  readonly name: string
  /** For people. */
  readonly title: string
  /** `azimuth`: it has no elevation, and readings have none. */
  readonly axes: 'azimuth-elevation' | 'azimuth'
  /** False: the controller cannot be asked where the antenna is (open loop); it has no `queries`. */
  readonly readBack: boolean
  /**
   * Who chooses the way round: `host`, where a commanded azimuth names the turn of the cable; `controller`, where it
   * takes its own way, mostly the shortest, and the absolute turn cannot be commanded.
   */
  readonly turnChoice: 'host' | 'controller'
  /**
   * How the azimuth is reported where the range is more than a turn: `as-is` in the axis's own coordinate, `modulo`
   * within one turn, `either` where units of the model differ and it has to be found out.
   */
  readonly azimuthReport: 'as-is' | 'either' | 'modulo'
  /**
   * False: the protocol has no sign, and an azimuth below north is told as the one a turn further, so that a range of
   * more than a turn must not begin below north.
   */
  readonly azimuthSigned: boolean
  /** Relays switch its motors: they wear with each start, and are spared. */
  readonly hasRelays: boolean
  /** What commands can express; the mount's limits lie within. */
  readonly azimuthRange: AngleRange
  readonly elevationRange: AngleRange
  /** What commands and reports resolve, the coarser of the two. */
  readonly resolution: Deg
  /** Undefined: reached over the network only. With a line of its own it may still stand behind a terminal server. */
  readonly serial: SerialSettings | undefined
  /** The TCP port that the model, or its server, listens on when left alone; undefined: it has none. */
  readonly tcpPort: number | undefined
  readonly framing: Framing
  /** Opening the line with DTR resets it (Arduinos, GRBL boards): the control lines are left alone. */
  readonly resetsOnOpen: boolean
  /** For so long after a reset it is silent or ignores motions: they are repeated until they are seen, silence is borne. */
  readonly bootIgnore: Ms
  /**
   * What positions are that nobody asked for: `readings`, where it answers motions so; `ignored`, where it may, but an
   * adapter that echoes our own command would look the same; else `noise`, which is counted.
   */
  readonly unaskedPositions: 'readings' | 'ignored' | 'noise'
  /** Rest after each write before the next one. */
  readonly writePause: Ms
  /** STOP may follow another frame at once, without that rest. */
  readonly stopBypassesPause: boolean
  /** For each frame of a query. */
  readonly replyTimeout: Ms
  readonly pollPeriod: Ms
  /** So many polls without an answer, one after the other, and the controller is mute. */
  readonly missedPollsMax: number
  /** Least time between two motion commands that it bears without stuttering. */
  readonly commandPeriod: Ms
}

export type AxisName = 'azimuth' | 'elevation'

/** One frame of a question and what its answer holds. */
export interface QueryFrame {
  readonly bytes: Uint8Array
  readonly asks: readonly AxisName[]
}

/**
 * One way to ask where the antenna is: frames sent one after the other, each when the one before is answered, whose
 * partial answers make one position. `onlyIfHeard`: tried only on a line on which the controller has said something,
 * because one that answers another form would take this for a command.
 */
export interface QueryForm {
  readonly frames: readonly QueryFrame[]
  readonly onlyIfHeard: boolean
}

/** How many pulses a controller counts to a degree: it says so in its answers, and motions are told in them. */
export interface PulseScale {
  readonly azimuthPerDegree: number
  readonly elevationPerDegree: number
}

/** The limits that a controller or a server in front of it says it has; a part of them may come in each frame. */
export interface ReportedLimits {
  readonly azimuthMinimum?: Deg
  readonly azimuthMaximum?: Deg
  readonly elevationMinimum?: Deg
  readonly elevationMaximum?: Deg
}

/**
 * What one frame from the controller says. `position` may be partial; an `angle` does not say of which axis it is
 * (the question tells); a `comment` is known and says nothing of use (an echo, a log); `unknown` is noise, or a
 * dialect that we do not know.
 */
export type RotatorReply =
  | {
      readonly kind: 'position'
      readonly azimuth: Deg | undefined
      readonly elevation: Deg | undefined
      readonly scale?: PulseScale
    }
  | { readonly kind: 'angle'; readonly angle: Deg }
  /** `trouble`: what the controller says is wrong with it, in words; `''` where it says that nothing is. */
  | { readonly kind: 'status'; readonly moving: boolean | undefined; readonly trouble: string | undefined }
  | { readonly kind: 'limits'; readonly limits: ReportedLimits }
  | { readonly kind: 'acknowledged' }
  /** With the controller's reason in words, where it gives one. */
  | { readonly kind: 'refused'; readonly reason?: string }
  | { readonly kind: 'comment' }
  | { readonly kind: 'unknown' }

/** Capabilities plus a codec without input or output. Frames are text with one character a byte (Latin-1). */
export interface RotatorDriver {
  readonly capabilities: RotatorCapabilities
  /**
   * Frames to send one after the other with the pause between; an error where the protocol cannot express it. `scale`
   * is what the controller said in its last answer: a protocol that counts in pulses cannot say anything before.
   */
  readonly encodeMoveTo: (target: AzEl, scale?: PulseScale) => Result<readonly Uint8Array[], Fault>
  /** Ways to ask for the position, tried in this order until one is answered; none where it cannot be asked. */
  readonly queries: readonly QueryForm[]
  /** Asked once on each new line, before the first query: version, limits. Silence is borne. */
  readonly introductions: readonly Uint8Array[]
  /** Asked at each poll after the position; no longer on this line once it was not answered twice. */
  readonly statusQueries: readonly Uint8Array[]
  readonly encodeStop: () => readonly Uint8Array[]
  readonly parse: (frame: string) => RotatorReply
}
