import type { AzEl } from '../../kernel/angle.ts'
import { type Clock, every, type Repeating } from '../../kernel/clock.ts'
import { describeFault } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import { formatUtc } from '../../kernel/time.ts'
import { ms } from '../../kernel/units.ts'
import { skyDirection } from '../../pointing/mount.ts'
import type { DemoOutcome } from './demo-run.ts'
import { PARTNER_IDS } from './scenario.ts'
import type { DemoState } from './state.ts'
import { COLOURED, layOut, UNCOLOURED } from './terminal-view.ts'

/** How the demo shows itself: a live page on a terminal, lines elsewhere, one JSON object when asked. */
export interface Presenter {
  readonly log: Log
  readonly watch: (state: () => DemoState) => void
  readonly end: () => void
  readonly summarise: (outcome: DemoOutcome, interrupted: boolean) => void
}

// Calm: ten times a second is smooth for an antenna, and costs nothing.
const REDRAW_PERIOD = ms(100)
const LINE_PERIOD = ms(2_000)
const ENTER_PAGE = '\u001b[?1049h\u001b[?25l'
const LEAVE_PAGE = '\u001b[?25h\u001b[?1049l'
const HOME = '\u001b[H'
const CLEAR_LINE_END = '\u001b[K'
const CLEAR_BELOW = '\u001b[J'

export const createPresenter = (options: {
  readonly clock: Clock
  readonly wallClock: Clock
  readonly json: boolean
  readonly live: boolean
  readonly coloured: boolean
  readonly write: (text: string) => void
  readonly writeError: (text: string) => void
}): Presenter => {
  const { clock, wallClock, json, live, write } = options
  const style = options.coloured && live ? COLOURED : UNCOLOURED
  let drawing: Repeating | undefined
  let onPage = false

  const line = (text: string): void => {
    if (!live && !json) write(`${formatUtc(clock.utcNow(), 0)}  ${text}\n`)
  }
  const draw = (state: DemoState): void => {
    write(
      HOME +
        layOut(state, style)
          .map((text) => `${text}${CLEAR_LINE_END}\n`)
          .join('')
          .trimEnd() +
        CLEAR_BELOW,
    )
  }
  const progressLine = (state: DemoState): void => {
    const { antenna, target, look } = state
    if (state.nowUtc < state.pass.aosUtc || state.nowUtc > state.pass.losUtc) return
    const angle = (position: AzEl | undefined): string => {
      if (position === undefined) return '—'
      const { azimuth, elevation } = skyDirection(position)
      return `${azimuth.toFixed(1)}°/${elevation.toFixed(1)}°`
    }
    line(
      [
        `${antenna.phase}, antenna ${angle(antenna.reported)}, target ${angle(target)}`,
        look?.frequency === undefined
          ? 'nothing heard'
          : `${(look.frequency / 1e6).toFixed(6)} MHz, SNR ${look.snrDb?.toFixed(1)} dB`,
        state.partners
          .map(({ id, verified, withheld }) => `${id} ${verified} verified, ${withheld} withheld`)
          .join('; '),
      ].join('; '),
    )
  }

  return {
    log: {
      info: (message) => line(message),
      warn: (message) => line(`warning: ${message}`),
      fault: (failure) => {
        if (json) options.writeError(`${formatUtc(clock.utcNow(), 0)}  ${describeFault(failure)}\n`)
        else line(describeFault(failure))
      },
    },
    watch: (state) => {
      if (json) return
      if (live) {
        write(ENTER_PAGE)
        onPage = true
        draw(state())
      }
      drawing = every(wallClock, live ? REDRAW_PERIOD : LINE_PERIOD, () =>
        live ? draw(state()) : progressLine(state()),
      )
    },
    end: () => {
      drawing?.stop()
      if (onPage) write(LEAVE_PAGE)
      onPage = false
    },
    summarise: (outcome, interrupted) => {
      if (json) write(`${JSON.stringify(outcome.summary)}\n`)
      else for (const text of summaryLines(outcome, interrupted)) write(`${text}\n`)
    },
  }
}

const summaryLines = (outcome: DemoOutcome, interrupted: boolean): readonly string[] => {
  const { summary } = outcome
  const { pointingErrorDeg, measuredMinusTrueHz, measuredMinusPredictedHz, normalisedError } = summary
  return [
    `${summary.satellite.name} (${summary.satellite.catalogNumber}), ${summary.passStartUtc.slice(0, 19)}Z to ${summary.passEndUtc.slice(11, 19)}Z`,
    'SIMULATED: no real device, no real data.',
    `  pointing   true error ${pointingErrorDeg.rms.toFixed(2)}° rms, ${pointingErrorDeg.max.toFixed(2)}° at most`,
    `  frequency  measured minus true ${measuredMinusTrueHz.rms.toFixed(2)} Hz rms, ${normalisedError.meanSquare.toFixed(2)} of the variance stated`,
    `             measured minus predicted ${measuredMinusPredictedHz.rms.toFixed(0)} Hz rms: the satellite and its`,
    '             transmitter are not quite what the catalogue says',
    `  journal    ${summary.observations} observations, ${summary.journaled} on disk, hash-chained`,
    ...PARTNER_IDS.map(
      (id) =>
        `  ${id.padEnd(10)} ${summary.verified[id]} verified, ${summary.delivered[id]} signed for, ${summary.withheld[id]} withheld`,
    ),
    ...wrapped(`broker     ${outcome.broker.remark}`),
    ...(outcome.sentAgain > 0
      ? [`             ${outcome.sentAgain} items were sent again, because a partner asked`]
      : []),
    ...(outcome.fault === undefined ? [] : wrapped(`antenna    ${describeFault(outcome.fault)}`)),
    interrupted
      ? 'Stopped by you; the antenna was stopped first.'
      : outcome.complete
        ? `All that was due was verified by its partner (${summary.stationSecondsPerWallSecond.toFixed(0)} station seconds a second).`
        : `NOT all that was due has been verified: ${summary.gaps} items are missing.`,
  ]
}

const WIDTH = 80
const INDENT = ' '.repeat(13)

/** Breaks a long line at spaces, its continuation under its text. */
const wrapped = (text: string): readonly string[] => {
  const lines: string[] = []
  let line = '  '
  for (const word of text.split(/(?<=\s)(?=\S)/)) {
    if ((line + word).trimEnd().length > WIDTH) {
      lines.push(line.trimEnd())
      line = INDENT
    }
    line += word
  }
  return [...lines, line.trimEnd()]
}
