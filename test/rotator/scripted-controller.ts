import type { OpenByteStream } from '../../src/kernel/byte-stream.ts'
import { every } from '../../src/kernel/clock.ts'
import { ok } from '../../src/kernel/result.ts'
import { ms } from '../../src/kernel/units.ts'
import type { VirtualClock } from '../../src/kernel/virtual-clock.ts'
import { createScriptedStream, type ScriptedStream } from '../support/scripted-stream.ts'

/** A GS-232B in a few lines, with switches for what can go wrong. Everything that was written is kept, per line. */
export interface ScriptedController {
  readonly open: OpenByteStream
  readonly lines: ScriptedStream[]
  /** What came over all lines, with the stopwatch. */
  readonly heard: { readonly text: string; readonly atMono: number }[]
  azimuth: number
  elevation: number
  target: { azimuth: number; elevation: number } | undefined
  mute: boolean
  deafToStop: boolean
  stuck: boolean
  /** The azimuth motor's wires are crossed. */
  isReversed: boolean
  replyDelayMs: number
  reply: (azimuth: number, elevation: number) => string
  /** Degrees it coasts on after a stop. */
  coast: number
}

export const createScriptedController = (clock: VirtualClock): ScriptedController => {
  const pad = (value: number): string => String(Math.round(value)).padStart(3, '0')
  const controller: ScriptedController = {
    lines: [],
    heard: [],
    azimuth: 100,
    elevation: 30,
    target: undefined,
    mute: false,
    deafToStop: false,
    stuck: false,
    isReversed: false,
    replyDelayMs: 20,
    coast: 0,
    reply: (azimuth, elevation) => `AZ=${pad(azimuth)}  EL=${pad(elevation)}\r\n`,
    open: async () => {
      const stream = createScriptedStream({
        onWrite: (text, line) => {
          controller.heard.push({ text, atMono: clock.monoNow() })
          const move = /^W(\d{3}) (\d{3})\r$/.exec(text)
          if (move !== null) controller.target = { azimuth: Number(move[1]), elevation: Number(move[2]) }
          if (text === 'S\r' && !controller.deafToStop && controller.target !== undefined) {
            const { azimuth } = controller.target
            const side = Math.sign(azimuth - controller.azimuth)
            const left = Math.min(controller.coast, Math.abs(azimuth - controller.azimuth))
            controller.target = {
              azimuth: controller.azimuth + side * left,
              elevation: controller.elevation,
            }
          }
          if (text === 'C2\r' && !controller.mute) {
            clock.setTimer(ms(controller.replyDelayMs), () =>
              line.say(controller.reply(controller.azimuth, controller.elevation)),
            )
          }
        },
      })
      controller.lines.push(stream)
      return ok(stream)
    },
  }
  const approach = (from: number, to: number, step: number): number =>
    from + Math.sign(to - from) * Math.min(step, Math.abs(to - from))
  every(clock, ms(100), () => {
    if (controller.target === undefined || controller.stuck) return
    const { azimuth } = controller
    const next = approach(azimuth, controller.target.azimuth, 0.6)
    controller.azimuth = controller.isReversed ? Math.max(0, 2 * azimuth - next) : next
    controller.elevation = approach(controller.elevation, controller.target.elevation, 0.27)
  })
  return controller
}
