import { describe, expect, it } from 'vitest'
import type { AzEl } from '../../src/kernel/angle.ts'
import { monoMs } from '../../src/kernel/time.ts'
import { deg, ms } from '../../src/kernel/units.ts'
import { noProgress, type Progress, standsSince, watchMotion } from '../../src/pointing/motion-watch.ts'
import { g5500 } from './passes.ts'

const settings = {
  envelope: { mount: g5500 },
  deadBand: deg(2),
  stallAfter: ms(8_000),
  obeysWithin: ms(2_000),
}
const at = (azimuth: number, elevation = 30): AzEl => ({ azimuth: deg(azimuth), elevation: deg(elevation) })

/** Runs an axis through its angles, one each half second, and gives the first fault with its instant. */
const watch = (
  angles: readonly number[],
  targetAt: (index: number) => number,
): { readonly code: string; readonly message: string; readonly seconds: number } | undefined => {
  let progress: Progress = noProgress
  for (const [index, angle] of angles.entries()) {
    const seen = watchMotion(settings, progress, {
      commanded: at(targetAt(index)),
      position: at(angle),
      monoNow: monoMs(index * 500),
    })
    progress = seen.progress
    if (seen.fault !== undefined) {
      return { code: seen.fault.code, message: seen.fault.message, seconds: index / 2 }
    }
  }
  return undefined
}
const ramp = (from: number, perStep: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => from + perStep * index)

describe('the watch on what moves', () => {
  it('is content with an antenna that goes where it was sent and stands there', () => {
    expect(watch([...ramp(100, 3, 30), ...ramp(190, 0, 100)], () => 190)).toBeUndefined()
  })

  it('is content with one that follows a target a little behind', () => {
    expect(
      watch(
        ramp(100, 1, 200).map((angle) => angle - 6),
        (index) => 100 + index,
      ),
    ).toBeUndefined()
  })

  it('is content with one that must first brake before it turns round', () => {
    const angles = [100, 103, 106, 108, 108, 106, 103, ...ramp(100, -3, 20), ...ramp(40, 0, 20)]
    expect(watch(angles, (index) => (index < 2 ? 300 : 40))).toBeUndefined()
  })

  it('finds one that stands, and says when it stands at the end of its range', () => {
    expect(watch(ramp(100, 0, 40), () => 190)).toMatchObject({ code: 'motion.stalled', seconds: 8 })
    const stopped = watch(ramp(2, 0, 40), () => 100)
    expect(stopped?.message).toContain('near the end of its range at 0°')
  })

  it('finds one that goes the wrong way, before it has gone far', () => {
    expect(watch(ramp(100, -3, 40), () => 190)).toMatchObject({ code: 'motion.wrong-way', seconds: 3 })
  })

  it('finds one that goes the wrong way from a target that moves on', () => {
    expect(watch(ramp(100, -2, 40), (index) => 110 + index)).toMatchObject({ code: 'motion.wrong-way' })
  })

  it('finds one that runs on over its target', () => {
    const found = watch([...ramp(100, 3, 30), ...ramp(190, 3, 30)], () => 190)
    expect(found).toMatchObject({ code: 'motion.runaway' })
    expect(found?.message).toContain('runs on')
  })

  it('finds one that leaves the place where it stood', () => {
    expect(watch([...ramp(190, 0, 30), ...ramp(190, -3, 30)], () => 190)).toMatchObject({
      code: 'motion.runaway',
    })
  })

  it('finds one that stands though its reading flickers by a step', () => {
    const flickering = ramp(100, 0, 60).map((angle, index) => (index % 7 === 0 ? angle + 1 : angle))
    expect(watch(flickering, () => 190)).toMatchObject({ code: 'motion.stalled' })
  })

  it('says nothing without readings, and begins anew with the next', () => {
    const blind = watchMotion(settings, noProgress, {
      commanded: at(190),
      position: undefined,
      monoNow: monoMs(0),
    })
    expect(blind).toEqual({ progress: noProgress, fault: undefined })
  })

  it('knows since when an axis has stood away from its target', () => {
    const { progress } = watchMotion(settings, noProgress, {
      commanded: at(190),
      position: at(100),
      monoNow: monoMs(1_000),
    })
    expect(standsSince(settings, progress, 1_000)).toBe(true)
    expect(standsSince(settings, progress, 900)).toBe(false)
  })
})
