import type { Configuration } from './schema.ts'

const count = (number: number, one: string): string => `${number} ${one}${number === 1 ? '' : 's'}`

const refractionWords = ({
  model,
  pressureHpa,
  temperatureCelsius,
}: Configuration['station']['refraction']) => {
  if (model === 'none') return 'by geometry, without refraction'
  const pressure = pressureHpa === undefined ? [] : [`${pressureHpa} hPa`]
  const temperature = temperatureCelsius === undefined ? [] : [`${temperatureCelsius} °C`]
  const given = [...pressure, ...temperature]
  return `with the refraction of ${model === 'radio' ? 'radio waves' : 'light'} (${given.length === 0 ? 'standard atmosphere' : given.join(', ')})`
}

const horizonWords = ({ horizonMask }: Configuration): string => {
  const elevations = horizonMask.map(({ elevationDeg }) => elevationDeg)
  const [first] = elevations
  if (first === undefined) return 'No horizon mask.'
  if (elevations.length === 1) return `The horizon is at ${first}° all round.`
  return `The horizon has ${elevations.length} points, from ${Math.min(...elevations)}° to ${Math.max(...elevations)}°.`
}

/** What a configuration means, in a few lines for its owner: above all who gets what. */
export const summariseConfiguration = (configuration: Configuration): readonly string[] => {
  const { station, antenna, sharing, label } = configuration
  const lines = [
    `Station ${station.id} (${station.name}) at ${station.latitudeDeg}°, ${station.longitudeDeg}°, ${station.heightM} m; data mode ${station.dataMode}.`,
    `Directions ${refractionWords(station.refraction)}; ${station.ut1File === undefined ? 'UT1 is taken as UTC' : `UT1 by ${station.ut1File}`}.`,
    antenna.kind === 'fixed'
      ? `Fixed antenna towards azimuth ${antenna.azimuthDeg}°, elevation ${antenna.elevationDeg}°.`
      : `Antenna on a ${antenna.rotator.driver} rotator at ${antenna.rotator.port}.`,
    horizonWords(configuration),
    `${count(configuration.requests.length, 'request')}; records are marked ${label.classification}, releasable to ${label.relTo.length === 0 ? 'nobody' : label.relTo.join(', ')}.`,
  ]
  for (const partner of sharing.partners) {
    const agreements = sharing.agreements.filter((agreement) => agreement.partner === partner.id)
    if (agreements.length === 0)
      lines.push(`Partner ${partner.id} (${partner.nation}): no agreement, gets nothing.`)
    for (const agreement of agreements) {
      const terms = [
        agreement.dataModes.join(', '),
        agreement.delaySec > 0 ? `${agreement.delaySec} s after the measurement` : 'at once',
        ...(agreement.onePerSec === undefined ? [] : [`one record in ${agreement.onePerSec} s`]),
        ...(agreement.timeStepSec === undefined ? [] : [`times to ${agreement.timeStepSec} s`]),
        ...(agreement.frequencyStepHz === undefined
          ? []
          : [`frequencies to ${agreement.frequencyStepHz} Hz`]),
        ...(agreement.angleStepDeg === undefined ? [] : [`angles to ${agreement.angleStepDeg}°`]),
        ...(agreement.validUntil === undefined ? [] : [`until ${agreement.validUntil}`]),
      ]
      lines.push(`Partner ${partner.id} (${partner.nation}), agreement ${agreement.id}: ${terms.join('; ')}.`)
    }
  }
  if (configuration.broker === undefined)
    lines.push('No broker: records are kept here and shared with nobody.')
  return lines
}
