/**
 * Branded units: a number that knows what it is, so that a radian never meets a degree.
 *
 * A brand exists only for the type checker; at run time each of these is a plain number. Make one with the
 * constructor of the same name (`deg(12.5)`), do arithmetic with the helpers here and in `angle.ts`.
 */

declare const unit: unique symbol

export type Unit<Name extends string> = number & { readonly [unit]: Name }

/** Angle in degrees. */
export type Deg = Unit<'deg'>
/** Angle in radians. */
export type Rad = Unit<'rad'>
/** Angular rate in degrees per second. */
export type DegPerSec = Unit<'deg/s'>
/** Length in kilometres. */
export type Km = Unit<'km'>
/** Length in metres. */
export type Metres = Unit<'m'>
/** Speed in kilometres per second. */
export type KmPerSec = Unit<'km/s'>
/** Frequency in hertz. */
export type Hz = Unit<'Hz'>
/** A ratio of powers in decibels. */
export type Db = Unit<'dB'>
/** A ratio in parts per million (1e-6). */
export type Ppm = Unit<'ppm'>
/** A duration in milliseconds, fraction kept. */
export type Ms = Unit<'ms'>
/** A duration in seconds, fraction kept. */
export type Sec = Unit<'s'>

export const deg = (value: number): Deg => value as Deg
export const rad = (value: number): Rad => value as Rad
export const degPerSec = (value: number): DegPerSec => value as DegPerSec
export const km = (value: number): Km => value as Km
export const metres = (value: number): Metres => value as Metres
export const kmPerSec = (value: number): KmPerSec => value as KmPerSec
export const hz = (value: number): Hz => value as Hz
export const db = (value: number): Db => value as Db
export const ppm = (value: number): Ppm => value as Ppm
export const ms = (value: number): Ms => value as Ms
export const sec = (value: number): Sec => value as Sec

export const degToRad = (value: Deg): Rad => (value * (Math.PI / 180)) as Rad
export const radToDeg = (value: Rad): Deg => (value * (180 / Math.PI)) as Deg
export const secToMs = (value: Sec): Ms => (value * 1000) as Ms
export const msToSec = (value: Ms): Sec => (value / 1000) as Sec

/** Speed of light in vacuum, km/s, exact (BIPM, SI brochure 9th ed., 2.2). */
export const SPEED_OF_LIGHT_KM_PER_SEC = 299_792.458
