import { type AzEl, compassPoint } from '../../kernel/angle.ts'
import { formatDuration, formatUtc } from '../../kernel/time.ts'
import { ms } from '../../kernel/units.ts'
import { skyDirection } from '../../pointing/mount.ts'
import { fitColumns } from '../display-width.ts'
import { drawSky, type SkyCell } from './sky-plot.ts'
import type { DemoState } from './state.ts'

/** Lays the state out for a terminal of 80 by 24. Pure: the same state gives the same text. */
export interface Style {
  readonly dim: (text: string) => string
  readonly bold: (text: string) => string
  readonly good: (text: string) => string
  readonly warn: (text: string) => string
}

const sgr = (code: string) => (text: string) => `\u001b[${code}m${text}\u001b[0m`
const plain = (text: string): string => text
export const COLOURED: Style = { dim: sgr('2'), bold: sgr('1'), good: sgr('32'), warn: sgr('33') }
export const UNCOLOURED: Style = { dim: plain, bold: plain, good: plain, warn: plain }

const WIDTH = 80
const PLOT_ROWS = 14
const BAR_CELLS = 40
const SPECTRUM_CELLS = 44
const BLOCKS = ' ▁▂▃▄▅▆▇█'
// What a block of the spectrum stands for at the top, above the noise.
const SPECTRUM_RANGE_DB = 20

const directionText = (direction: AzEl | undefined): string => {
  if (direction === undefined) return '—'
  const sky = skyDirection(direction)
  return `${sky.azimuth.toFixed(1).padStart(5)}° ${compassPoint(sky.azimuth).padEnd(3)}  ${sky.elevation.toFixed(1).padStart(5)}° up`
}

const bar = (share: number): string => {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * BAR_CELLS)
  return `${'█'.repeat(filled)}${'░'.repeat(BAR_CELLS - filled)}`
}

export const spectrumLine = (spectrum: Float64Array, cells: number): string => {
  const sorted = Float64Array.from(spectrum).sort()
  const floor = sorted[sorted.length >> 1] ?? 0
  return Array.from({ length: cells }, (_, cell) => {
    const from = Math.floor((cell * spectrum.length) / cells)
    const to = Math.max(from + 1, Math.floor(((cell + 1) * spectrum.length) / cells))
    const level = Math.max(...spectrum.subarray(from, to)) - floor
    const step = Math.round(Math.min(1, Math.max(0, level / SPECTRUM_RANGE_DB)) * (BLOCKS.length - 1))
    return BLOCKS[Math.max(1, step)] ?? BLOCKS[1]
  }).join('')
}

const phaseText = (state: DemoState): string => {
  const { nowUtc, pass } = state
  if (nowUtc < pass.aosUtc) return `rises in ${formatDuration(ms(pass.aosUtc - nowUtc))}`
  if (nowUtc < pass.losUtc) return `sets in ${formatDuration(ms(pass.losUtc - nowUtc))}`
  return 'has set; delayed items to come'
}

/** Cells of one kind are styled together: fewer bytes to a terminal on a thin line. */
const skyRow = (cells: readonly SkyCell[], style: Style): string => {
  const runs: { text: string; readonly bright: boolean }[] = []
  for (const { glyph, bright } of cells) {
    const last = runs.at(-1)
    if (last !== undefined && last.bright === bright) last.text += glyph
    else runs.push({ text: glyph, bright })
  }
  return runs.map(({ text, bright }) => (bright ? text : style.dim(text))).join('')
}

export const layOut = (state: DemoState, style: Style): readonly string[] => {
  const { pass, look, antenna } = state
  const sky = drawSky({
    rows: PLOT_ROWS,
    track: pass.track,
    marks: [
      ...(antenna.reported === undefined ? [] : [{ direction: skyDirection(antenna.reported), glyph: '◎' }]),
      ...(state.target === undefined ? [] : [{ direction: state.target, glyph: '●' }]),
    ],
  })
  const frequency =
    look?.frequency === undefined
      ? 'nothing heard'
      : `${(look.frequency / 1e6).toFixed(6)} MHz ± ${(look.sigmaHz ?? 0).toFixed(2)} Hz`
  const shift =
    look?.frequency === undefined ? '' : `Doppler ${((look.frequency - look.nominal) / 1000).toFixed(2)} kHz`
  const side = [
    style.bold('Antenna'),
    `  reported  ${directionText(antenna.reported)}`,
    `  commanded ${directionText(antenna.commanded)}`,
    `  target    ${directionText(state.target)}`,
    `  ${state.offByDeg === undefined ? 'waiting' : `truly off by ${state.offByDeg.toFixed(1)}°`}, ${antenna.phase}`,
    '',
    style.bold('Radio'),
    `  ${look === undefined ? style.dim('listening begins with the pass') : spectrumLine(look.spectrum, SPECTRUM_CELLS)}`,
    `  ${frequency}`,
    `  ${look?.snrDb === undefined ? '' : `SNR ${look.snrDb.toFixed(1)} dB   `}${shift}`,
    '',
    `${style.bold('Journal')}   ${state.journaled} observations on disk`,
    `${style.bold('Broker')}    ${state.broker.name} ${state.broker.connected ? style.good('connected') : style.warn('away; records are kept')}`,
    style.dim('  ◎ antenna   ● satellite   + zenith'),
  ]
  const progress = (state.nowUtc - pass.aosUtc) / (pass.losUtc - pass.aosUtc)
  return [
    `${style.bold('AZEL')}  ${formatUtc(state.nowUtc, 0)}  ×${Number.isFinite(state.speed) ? state.speed : 'max'}   ${style.warn('SIMULATED: no real device, no real data')}`,
    `${pass.name} (${pass.catalogNumber})  ${pass.transmitter}  up to ${pass.maximumElevationDeg.toFixed(0)}°`,
    `${bar(progress)} ${Math.round(Math.min(1, Math.max(0, progress)) * 100)} %  ${phaseText(state)}`,
    '',
    ...sky.rows.map((row, index) => `${skyRow(row, style)}   ${side[index] ?? ''}`),
    style.bold('Partners'),
    ...state.partners.map(
      (partner) =>
        `  ${partner.id.padEnd(9)} ${String(partner.verified).padStart(4)} verified${partner.waiting > 0 ? `, ${partner.waiting} due` : ''}${partner.withheld > 0 ? `, ${partner.withheld} withheld: ${partner.reason}` : ''}${partner.verified + partner.waiting + partner.withheld === 0 ? `  ${partner.terms}` : ''}`,
    ),
    antenna.fault === undefined ? style.dim(state.note) : style.warn(state.note),
  ].map((line) => fitColumns(line, WIDTH))
}
