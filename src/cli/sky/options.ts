import { type Command, Option } from 'commander'
import type { UtcMs } from '../../kernel/time.ts'
import type { Deg, Sec } from '../../kernel/units.ts'
import type { CelestialBody } from '../../orbit/body-motion.ts'
import type { Site } from '../../orbit/site.ts'
import type { PlaceOptions } from '../catalog/place.ts'
import {
  collectSatellite,
  type GivenWeather,
  parseDut1,
  parseElevation,
  parseInstant,
  parseSite,
  parseWeather,
} from './arguments.ts'

/** From where the sky is looked at, and what is taken into account. */
export interface ViewpointOptions {
  readonly site?: Site
  readonly minElevation?: Deg
  readonly mask?: string
  readonly dut1?: Sec
  readonly dut1File?: string
  /** `true` where it is asked for without a model. */
  readonly refraction?: true | 'bennett' | 'radio'
  readonly weather?: GivenWeather
  readonly lightTime?: true
}

/** What is looked at. */
export interface ObjectOptions {
  readonly catalog?: string
  readonly satellite?: readonly string[]
  readonly ephemeris?: string
  readonly body?: CelestialBody
}

export interface SkyOptions extends PlaceOptions, ViewpointOptions, ObjectOptions {
  readonly from?: UtcMs
}

/** The options that the commands on the sky share. */
export const addSkyOptions = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--catalog <file>',
        'elements: OMM or TLE (default: the catalogue of "azel catalog")',
      ).conflicts(['ephemeris', 'body', 'data']),
    )
    .addOption(
      new Option('--ephemeris <file>', 'an ephemeris (OEM) in place of elements').conflicts(['body', 'data']),
    )
    .addOption(
      new Option('--body <name>', 'the Sun or the Moon')
        .choices(['sun', 'moon'])
        .conflicts(['satellite', 'data']),
    )
    .option('--satellite <number>', 'a catalogue number or a name', collectSatellite)
    .option(
      '--site <lat,lon,height>',
      "degrees north, degrees east, metres above the ellipsoid (default: the configuration's site)",
      parseSite,
    )
    .option('--from <time>', 'UTC, for instance 2026-08-23T00:00:00 (default: now)', parseInstant)
    .addOption(
      new Option('--dut1 <seconds>', 'UT1 − UTC (default: 0)').argParser(parseDut1).conflicts('dut1File'),
    )
    .option('--dut1-file <file>', 'UT1 − UTC from a bulletin of the IERS: finals2000A or its CSV')
    .addOption(
      new Option(
        '--refraction [model]',
        'apparent elevations: bennett (light, the default) or radio (ITU-R P.834)',
      ).choices(['bennett', 'radio']),
    )
    .option(
      '--weather <hpa,celsius[,percent]>',
      "air for the refraction (default: the standard atmosphere at the site's height)",
      parseWeather,
    )
    .option('--light-time', 'where the object was when the light left it; always so with --ephemeris')
    .option('--data <folder>', "where the catalogue lives (default: the configuration's data folder)")
    .option('-c, --config <file>', 'a configuration (default: /etc/azel/azel.yaml, where there is one)')

/** What hides the sky; where a command asks when something is up. */
export const addHorizonOptions = (command: Command): Command =>
  command
    .option(
      '--min-elevation <degrees>',
      "lowest elevation (default: 0, or the plan's at the configuration's site)",
      parseElevation,
    )
    .option(
      '--mask <file>',
      "the horizon: azimuth and elevation a line, or YAML (default: the configuration's at its site)",
    )
