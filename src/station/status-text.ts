import { describeFault, type Fault } from '../kernel/errors.ts'
import { formatDuration, formatUtc, type UtcMs, utcBetween, utcMs } from '../kernel/time.ts'
import { type LockOut, strictest } from '../pointing/lock-out.ts'
import { skyDirection } from '../pointing/mount.ts'
import type { AntennaUser } from '../pointing/occupancy.ts'
import type { AntennaStatus, MotorStartsReport } from './antenna.ts'
import { type ElementsReport, elementsWords } from './elements-report.ts'
import type { StationStatus } from './station.ts'

/** The antenna as it is told to people and programs. */
export interface AntennaReport {
  readonly phase: string
  readonly fault: Fault | undefined
  /** Where on the sky the antenna points. */
  readonly azimuthDeg: number | undefined
  readonly elevationDeg: number | undefined
  /** Where it was sent, on the sky. */
  readonly commandedAzimuthDeg: number | undefined
  readonly commandedElevationDeg: number | undefined
  /** In the antenna's own coordinate; `turnCertain` false: it may be a whole turn off. */
  readonly ownAzimuthDeg: number | undefined
  readonly turnCertain: boolean
  /** Reckoned, not read: the controller cannot be asked. */
  readonly isEstimate: boolean
  readonly lockOuts: readonly LockOut[]
  /** Absent where the motors may start as often as they are asked to. */
  readonly motorStarts?: MotorStartsReport | undefined
  /** Who has the antenna, and for what: a program's address, an operator's command, a pass. */
  readonly holder: AntennaHolder | undefined
}

/** What the control socket says of a running station: flat, for programs and for `statusLines`. */
export interface StatusReport extends AntennaReport {
  readonly station: string
  readonly nowUtcMs: number
  /** The command that has the antenna without a daemon; what is said of a station then says nothing. */
  readonly alone?: string
  readonly receiverConnected: boolean
  /** Why the antenna does not follow the pass under way; absent where it does, and between passes. */
  readonly notFollowed?: string
  /** Measurements in the pass under way; undefined between passes. */
  readonly heardInPass: number | undefined
  readonly brokerConfigured: boolean
  readonly brokerConnected: boolean
  readonly journaled: number
  readonly queued: number
  readonly lost: number
  readonly sent: number
  readonly sentAgain: number
  readonly waitingForRelease: number
  /** Absent in worlds whose elements never age. */
  readonly elements?: ElementsReport
  readonly pass:
    | { readonly name: string; readonly startUtcMs: number; readonly stopUtcMs: number }
    | undefined
}

export interface AntennaHolder {
  readonly user: AntennaUser
  readonly what: string | undefined
  readonly sinceUtcMs: number | undefined
}

export const reportOf = (options: {
  readonly station: string
  readonly nowUtc: UtcMs
  readonly status: StationStatus
  readonly brokerConfigured: boolean
  readonly elements?: ElementsReport
  readonly holder?: AntennaHolder | undefined
}): StatusReport => {
  const { status } = options
  const pass = status.current ?? status.next
  const notFollowed = whyNotFollowed(status, options.holder)
  return {
    station: options.station,
    nowUtcMs: options.nowUtc,
    ...antennaReport(status.antenna),
    holder: options.holder,
    receiverConnected: status.receiverConnected,
    ...(notFollowed === undefined ? {} : { notFollowed }),
    heardInPass: status.current === undefined ? undefined : status.heardInPass,
    brokerConfigured: options.brokerConfigured,
    brokerConnected: status.brokerConnected,
    ...status.journal,
    sent: status.sent.sent,
    sentAgain: status.sent.sentAgain,
    waitingForRelease: status.waitingForRelease,
    ...(options.elements === undefined ? {} : { elements: options.elements }),
    pass:
      pass === undefined
        ? undefined
        : { name: pass.task.pass.name, startUtcMs: pass.task.startUtcMs, stopUtcMs: pass.task.stopUtcMs },
  }
}

/** An antenna's state; who has it is somebody else's knowledge. */
export const antennaReport = (antenna: AntennaStatus): Omit<AntennaReport, 'holder'> => {
  const { reported, commanded } = antenna
  const sky = reported === undefined ? undefined : skyDirection(reported)
  const aim = commanded === undefined ? undefined : skyDirection(commanded)
  return {
    phase: antenna.phase,
    fault: antenna.fault,
    azimuthDeg: sky?.azimuth,
    elevationDeg: sky?.elevation,
    commandedAzimuthDeg: aim?.azimuth,
    commandedElevationDeg: aim?.elevation,
    ownAzimuthDeg: reported?.azimuth,
    turnCertain: antenna.turnCertain,
    isEstimate: antenna.isEstimate,
    lockOuts: antenna.lockOuts,
    motorStarts: antenna.motorStarts,
  }
}

/** Undefined where it is followed, or none is under way. */
const whyNotFollowed = (
  { current, antenna, refusal }: StationStatus,
  holder: AntennaHolder | undefined,
): string | undefined => {
  // The plan has the antenna from its way to the rise on; one without axes has nothing to follow with.
  if (current === undefined || antenna.phase === 'fixed' || antenna.user === 'plan') return undefined
  if (antenna.fault !== undefined) return antenna.fault.message
  const lockOut = strictest(antenna.lockOuts)
  if (lockOut !== undefined) return `it is locked out for ${lockOut.kind}`
  if (antenna.phase === 'held') return 'an operator stopped it'
  if (antenna.user !== undefined) {
    const user = USERS[antenna.user]
    return holder?.what === undefined ? `${user} has it` : `${user} has it (${holder.what})`
  }
  if (antenna.isPassWithheld === true) {
    return 'somebody stopped it or sent it to rest; "azel clear-fault" has it follow the pass'
  }
  if (antenna.phase === 'stopping') return 'it is being stopped'
  return refusal?.message ?? 'it has not been told to'
}

/** The worst thing first, in one sentence: what somebody wants to read at three in the morning. */
export const headline = (report: StatusReport): string => {
  if (report.fault !== undefined) return describeFault(report.fault)
  if (report.phase === 'held') {
    return 'An operator stopped the antenna, and it is held: "azel park", "azel track" or "azel clear-fault" lets it go on.'
  }
  const lockOut = strictest(report.lockOuts)
  if (lockOut !== undefined) {
    const stowed = isStowed(report) ? 'stowed, and ' : ''
    return `The antenna is ${stowed}locked out for ${lockOut.kind}, by ${lockOut.by}.`
  }
  if (!report.turnCertain && report.ownAzimuthDeg !== undefined) {
    return 'On which turn of its cable the antenna is, is not known. Look, and say "azel confirm-turn AZIMUTH".'
  }
  if (report.alone !== undefined) return `No daemon runs; "${report.alone}" has the antenna.`
  if (report.notFollowed !== undefined) {
    return `A pass is under way and the antenna does not follow it: ${report.notFollowed}.`
  }
  if (report.queued > 0) return `The disk refuses records: ${report.queued} wait in memory. Free space on it.`
  if (!report.receiverConnected) return 'The receiver does not answer; Azel goes on trying.'
  if (report.brokerConfigured && !report.brokerConnected) {
    return 'The broker is not reachable; records are kept and sent when it is back.'
  }
  const [trouble] = report.elements?.troubles ?? []
  if (trouble !== undefined) return `${trouble}.`
  return `Station ${report.station} is well.`
}

/** In wind nothing else ends in rest; what a lock-out for maintenance found there need not be there any more. */
const isStowed = ({ phase, lockOuts }: StatusReport): boolean =>
  phase === 'idle' && strictest(lockOuts)?.kind === 'wind'

const heard = (count: number | undefined): string =>
  count === undefined
    ? ''
    : count === 0
      ? ', has heard nothing in this pass'
      : `, ${count} measurements in this pass`

/** The same in one line, for the service manager. */
export const statusLine = (report: StatusReport): string => {
  const { pass, fault, queued } = report
  return [
    fault !== undefined
      ? `antenna ${report.phase === 'unreachable' ? 'out of reach' : 'faulted'}: ${fault.message}`
      : report.phase === 'held'
        ? 'antenna held since STOP'
        : pass === undefined
          ? 'no pass is coming'
          : // Only a pass under way counts its measurements.
            report.heardInPass === undefined
            ? `next: ${pass.name} at ${formatUtc(pass.startUtcMs as UtcMs, 0)}`
            : report.notFollowed !== undefined
              ? `${pass.name} is not followed: ${report.notFollowed}`
              : `following ${pass.name} until ${formatUtc(pass.stopUtcMs as UtcMs, 0)}`,
    report.receiverConnected ? undefined : 'no receiver',
    report.brokerConnected ? 'broker connected' : 'no broker',
    queued > 0 ? `${queued} records wait for the disk` : undefined,
  ]
    .filter((part) => part !== undefined)
    .join('; ')
}

const USERS: Readonly<Record<AntennaUser, string>> = {
  plan: "the station's plan",
  operator: 'an operator',
  program: 'a program',
}

const holderWords = ({ user, what, sinceUtcMs }: AntennaHolder): string =>
  `${USERS[user]}${what === undefined ? '' : ` (${what})`}${
    sinceUtcMs === undefined ? '' : `, since ${formatUtc(utcMs(sinceUtcMs), 0)}`
  }`

const startsWords = ({ azimuth, elevation, perHour }: MotorStartsReport): string =>
  `motor starts in the last hour: azimuth ${azimuth}, elevation ${elevation}, of ${perHour}${
    Math.max(azimuth, elevation) < perHour
      ? ''
      : ': used up, so that passes are followed in hops of half the beam and programs wait'
  }`

/** What of the antenna is worth a line of its own, indented under it. */
const antennaLines = ({
  holder,
  lockOuts,
  turnCertain,
  ownAzimuthDeg,
  isEstimate,
  motorStarts,
  notFollowed,
}: StatusReport): readonly string[] =>
  [
    ...(notFollowed === undefined ? [] : [`does not follow the pass under way: ${notFollowed}`]),
    ...(holder === undefined ? [] : [`used by ${holderWords(holder)}`]),
    ...lockOuts.map(({ kind, by }) => `locked out for ${kind}, by ${by}`),
    ...(ownAzimuthDeg !== undefined && !turnCertain
      ? [
          `its turn of the cable is not certain (it may be azimuth ${ownAzimuthDeg.toFixed(1)}°): azel confirm-turn`,
        ]
      : []),
    ...(motorStarts === undefined ? [] : [startsWords(motorStarts)]),
    ...(isEstimate ? ['the controller cannot be asked: where it points is reckoned'] : []),
  ].map((line) => `            ${line}`)

const elementsLines = (report: ElementsReport | undefined, now: UtcMs): readonly string[] =>
  report === undefined
    ? []
    : [
        `  elements  ${elementsWords(report, now)}`,
        ...report.troubles.map((trouble) => `            ${trouble}`),
      ]

export const statusLines = (report: StatusReport): readonly string[] => {
  const { pass, azimuthDeg, elevationDeg } = report
  const now = report.nowUtcMs as UtcMs
  const direction =
    azimuthDeg === undefined || elevationDeg === undefined
      ? ''
      : `, azimuth ${azimuthDeg.toFixed(1)}°, elevation ${elevationDeg.toFixed(1)}°`
  const passText =
    pass === undefined
      ? 'none is coming'
      : report.nowUtcMs >= pass.startUtcMs
        ? `${pass.name}, sets in ${formatDuration(utcBetween({ from: now, to: pass.stopUtcMs as UtcMs }))}`
        : `${pass.name} at ${formatUtc(pass.startUtcMs as UtcMs, 0)}, in ${formatDuration(utcBetween({ from: now, to: pass.startUtcMs as UtcMs }))}`
  const broker = report.brokerConfigured ? (report.brokerConnected ? 'connected' : 'not reachable') : 'none'
  const antenna = [
    `  antenna   ${isStowed(report) ? 'stowed' : report.phase}${direction}`,
    ...antennaLines(report),
  ]
  if (report.alone !== undefined) return [headline(report), ...antenna]
  return [
    headline(report),
    `  pass      ${passText}`,
    ...antenna,
    `  receiver  ${report.receiverConnected ? 'connected' : 'not connected'}${heard(report.heardInPass)}`,
    ...elementsLines(report.elements, now),
    `  journal   ${report.journaled} records since the start, ${report.queued} waiting for the disk, ${report.lost} lost`,
    `  sharing   broker ${broker}; ${report.sent} sent, ${report.sentAgain} sent again, ${report.waitingForRelease} waiting for their release`,
  ]
}
