import { readFileSync } from 'node:fs'
import type { FirmwareEffect, FirmwareView, RunningFirmware } from '../../hardware-sim/firmware/firmware.ts'
import { FIRMWARES, type FirmwareName } from '../../hardware-sim/firmware/registry.ts'
import { deg, degPerSec, ms } from '../../src/kernel/units.ts'

/** A firmware on the table, its antenna somewhere, and what rotctl has been seen to write. */
const transcript = JSON.parse(
  readFileSync(new URL('../fixtures/hardware-sim/rotctl-transcript.json', import.meta.url), 'utf8'),
) as { hostToDevice: Record<string, Record<string, string[]>> }

export const recordedBytes = (model: number, command: string): Uint8Array[] =>
  (transcript.hostToDevice[model]?.[command] ?? []).map((hex) => Buffer.from(hex.replaceAll(' ', ''), 'hex'))

export const viewAt = (
  azimuth: number,
  elevation: number,
  more: Partial<FirmwareView> = {},
): FirmwareView => ({
  reading: { azimuth: deg(azimuth), elevation: deg(elevation) },
  azimuthRange: { min: deg(0), max: deg(360) },
  elevationRange: { min: deg(0), max: deg(90) },
  rates: { azimuth: degPerSec(0), elevation: degPerSec(0) },
  sinceBootMs: ms(60_000),
  homeKnown: true,
  ...more,
})

export const SPID_RANGES = {
  azimuthRange: { min: deg(-180), max: deg(540) },
  elevationRange: { min: deg(-20), max: deg(210) },
}

export const feed = (
  firmware: RunningFirmware,
  bytes: Uint8Array | string,
  view: FirmwareView,
): FirmwareEffect[] => [...Buffer.from(bytes as string)].flatMap((byte) => firmware.step(byte, view))

export const start = (name: FirmwareName): RunningFirmware => FIRMWARES[name]()

export const motions = (effects: readonly FirmwareEffect[]): object[] =>
  effects.filter((effect) => effect.kind !== 'reply')

export const answers = (effects: readonly FirmwareEffect[]): Buffer =>
  Buffer.concat(effects.map((effect) => (effect.kind === 'reply' ? effect.bytes : new Uint8Array())))

export const moveTo = (azimuth: number, elevation: number): object[] => [
  { kind: 'move-to', axis: 'azimuth', target: azimuth },
  { kind: 'move-to', axis: 'elevation', target: elevation },
]

export const STOP_BOTH = [
  { kind: 'stop', axis: 'azimuth' },
  { kind: 'stop', axis: 'elevation' },
]
