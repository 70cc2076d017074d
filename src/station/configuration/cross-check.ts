import { serverOf } from '../../catalog/sources/source.ts'
import { parseUtc } from '../../kernel/time.ts'
import { deg } from '../../kernel/units.ts'
import { horizonHole } from '../../orbit/horizon-mask.ts'
import type { RotatorCapabilities } from '../../rotator/driver.ts'
import { findDriver } from '../../rotator/registry.ts'
import { isUsbName, readUsbName } from '../../rotator/usb-port.ts'
import { checkSafePlaces } from './check-antenna.ts'
import type { Problem } from './problem.ts'
import { checkRotctld } from './rotctld.ts'
import type { Configuration } from './schema.ts'
import { queriesOf } from './source-schema.ts'
import { isTcpPort, readTcpPlace } from './tcp-place.ts'

type MovingAntenna = Extract<Configuration['antenna'], { kind: 'azimuth-elevation' }>

/** What no single setting shows: settings that contradict one another, names that lead nowhere. */
export const crossCheck = (configuration: Configuration): readonly Problem[] => [
  ...checkAntenna(configuration),
  ...checkSafePlaces(configuration),
  ...checkRotctld(configuration.rotctld, configuration.antenna.kind !== 'fixed'),
  ...checkMask(configuration),
  ...checkReceiver(configuration),
  ...checkCatalog(configuration),
  ...duplicates(configuration.requests, ['requests']),
  ...duplicates(configuration.sharing.partners, ['sharing', 'partners']),
  ...duplicates(configuration.sharing.agreements, ['sharing', 'agreements']),
  ...checkPartners(configuration),
  ...checkAgreements(configuration),
  ...checkRelease(configuration),
]

/** Limits that the controller has no words for: no command could ever lead there. */
const checkExpression = (antenna: MovingAntenna, capabilities: RotatorCapabilities): readonly Problem[] => {
  const { title, axes, azimuthRange, elevationRange } = capabilities
  const { minimumDeg: lowest, maximumDeg: highest } = antenna.elevation
  if (axes === 'azimuth' && lowest !== highest) {
    return [
      {
        path: ['antenna', 'elevation', 'maximumDeg'],
        problem: `${title} turns the azimuth alone: give both limits the elevation at which the antenna is fixed`,
      },
    ]
  }
  const driven = axes === 'azimuth' ? (['azimuth'] as const) : (['azimuth', 'elevation'] as const)
  return driven
    .flatMap((axis) => {
      const { minimum, maximum } = axis === 'azimuth' ? azimuthRange : elevationRange
      const { minimumDeg, maximumDeg } = antenna[axis]
      const wrong = (name: string, angle: number): Problem => ({
        path: ['antenna', axis, name],
        problem: `${title} can only be told ${minimum}° to ${maximum}°, not ${angle}°`,
      })
      return [
        ...(minimumDeg < minimum ? [wrong('minimumDeg', minimumDeg)] : []),
        ...(maximumDeg > maximum ? [wrong('maximumDeg', maximumDeg)] : []),
      ]
    })
    .concat(checkSign(antenna, capabilities))
}

const checkSign = (
  { azimuth: { minimumDeg, maximumDeg } }: MovingAntenna,
  { title, azimuthSigned }: RotatorCapabilities,
): readonly Problem[] =>
  azimuthSigned || minimumDeg >= 0 || maximumDeg - minimumDeg <= 360
    ? []
    : [
        {
          path: ['antenna', 'azimuth', 'minimumDeg'],
          problem: `${title} has no sign: it cannot tell ${minimumDeg}° from ${minimumDeg + 360}°. Give a range of at most 360°, or one that does not begin below 0, not ${minimumDeg}° to ${maximumDeg}°`,
        },
      ]

const checkSpeed = (
  { rotator: { baudRate } }: MovingAntenna,
  { title, serial }: RotatorCapabilities,
): readonly Problem[] => {
  const slowest = Math.min(...(serial?.baudRates ?? []))
  if (baudRate === undefined || baudRate >= slowest || serial === undefined) return []
  return [
    {
      path: ['antenna', 'rotator', 'baudRate'],
      problem: `${title} is driven at ${slowest} baud or more: at ${baudRate} its answers come too late to stop by. Set it faster at the controller`,
    },
  ]
}

const checkRotator = (antenna: MovingAntenna): readonly Problem[] => {
  const { driver, port } = antenna.rotator
  const problems: Problem[] = []
  const found = findDriver(driver)
  if (!found.ok) problems.push({ path: ['antenna', 'rotator', 'driver'], problem: found.error.message })
  else {
    const { capabilities } = found.value
    problems.push(...checkExpression(antenna, capabilities), ...checkSpeed(antenna, capabilities))
  }
  const wrongPort = (problem: string): void => {
    problems.push({ path: ['antenna', 'rotator', 'port'], problem })
  }
  if (isTcpPort(port)) {
    if (readTcpPlace(port) === undefined) {
      wrongPort(`write it as tcp://HOST:PORT, with a port from 1 to 65535, not ${port}`)
    }
  } else if (found.ok && found.value.capabilities.serial === undefined) {
    wrongPort(`${found.value.capabilities.title} is reached as tcp://HOST:PORT, not as ${port}`)
  } else if (isUsbName(port) && readUsbName(port) === undefined) {
    wrongPort(
      `write it as usb:VENDOR:PRODUCT or usb:VENDOR:PRODUCT:SERIAL, four hexadecimal digits each, not ${port}`,
    )
  }
  return problems
}

const checkAntenna = ({ antenna }: Configuration): readonly Problem[] => {
  if (antenna.kind === 'fixed') return []
  const problems: Problem[] = [...checkRotator(antenna)]
  for (const axis of ['azimuth', 'elevation'] as const) {
    const { minimumDeg, maximumDeg } = antenna[axis]
    // An elevation of one angle is that of an antenna that nothing tilts.
    const isRange = minimumDeg < maximumDeg || (axis === 'elevation' && minimumDeg === maximumDeg)
    if (isRange) continue
    problems.push({
      path: ['antenna', axis, 'maximumDeg'],
      problem: `it must be above minimumDeg (${minimumDeg}°), not ${maximumDeg}°`,
    })
  }
  return problems
}

const checkReceiver = ({ receiver }: Configuration): readonly Problem[] =>
  readTcpPlace(receiver.rtlTcp) === undefined
    ? [{ path: ['receiver', 'rtlTcp'], problem: `there is no TCP port in ${receiver.rtlTcp}` }]
    : []

const checkCatalog = ({ catalog }: Configuration): readonly Problem[] => {
  const problems: Problem[] = []
  if (catalog.elements === undefined && catalog.sources.length === 0) {
    problems.push({
      path: ['catalog'],
      problem: 'there are no elements; give sources, or a file of elements',
    })
  }
  if (catalog.elements !== undefined && catalog.sources.length > 0) {
    problems.push({
      path: ['catalog', 'elements'],
      problem: 'there are sources too; make it one of them: { kind: file, path: … }',
    })
  }
  for (const [index, source] of catalog.sources.entries()) {
    const path = ['catalog', 'sources', index]
    const given = queriesOf(source).length
    if (source.kind === 'celestrak' && given !== 1) {
      problems.push({
        path,
        problem: `give one of group, catalogNumber, name, designator and special, not ${given === 0 ? 'none' : given}`,
      })
    }
    if (source.kind !== 'celestrak' && source.kind !== 'space-track') continue
    const server = serverOf(source)
    if (!server.ok) problems.push({ path: [...path, 'server'], problem: 'write it as https://HOST' })
  }
  if (catalog.skipAfterDays <= catalog.staleAfterDays) {
    problems.push({
      path: ['catalog', 'skipAfterDays'],
      problem: `it must be more than staleAfterDays (${catalog.staleAfterDays})`,
    })
  }
  return problems
}

const checkMask = ({ horizonMask }: Configuration): readonly Problem[] => {
  const unordered = horizonMask.flatMap((point, index) => {
    const before = horizonMask[index - 1]
    return before !== undefined && point.azimuthDeg <= before.azimuthDeg
      ? [
          {
            path: ['horizonMask', index],
            problem: `azimuths must rise from point to point; ${point.azimuthDeg}° follows ${before.azimuthDeg}°`,
          },
        ]
      : []
  })
  if (unordered.length > 0) return unordered
  const [first] = horizonMask
  const last = horizonMask.at(-1)
  if (first?.azimuthDeg === 0 && last?.azimuthDeg === 360 && first.elevationDeg !== last.elevationDeg) {
    return [
      {
        path: ['horizonMask', horizonMask.length - 1],
        problem: `azimuth 360° is azimuth 0°, where the horizon is ${first.elevationDeg}°, not ${last.elevationDeg}°`,
      },
    ]
  }
  const hole = horizonHole(
    horizonMask.map(({ azimuthDeg, elevationDeg }) => ({
      azimuth: deg(azimuthDeg),
      elevation: deg(elevationDeg),
    })),
  )
  return hole === undefined ? [] : [{ path: ['horizonMask'], problem: hole }]
}

const duplicates = (
  entries: readonly { readonly id: string }[],
  path: readonly PropertyKey[],
): readonly Problem[] => {
  const seen = new Set<string>()
  return entries.flatMap(({ id }, index) => {
    if (!seen.has(id)) {
      seen.add(id)
      return []
    }
    return [{ path: [...path, index, 'id'], problem: `"${id}" is there twice; ids are unique` }]
  })
}

const checkPartners = ({ station, sharing }: Configuration): readonly Problem[] => {
  const keys = new Map<string, string>()
  return sharing.partners.flatMap(({ id, publicKey }, index) => {
    const path = ['sharing', 'partners', index]
    const problems: Problem[] = []
    if (id === station.id) {
      // The broker's access list goes by the id: he could read and write everything of the station.
      problems.push({ path: [...path, 'id'], problem: 'this is the id of the station itself' })
    }
    const other = keys.get(publicKey)
    if (other !== undefined) {
      problems.push({ path: [...path, 'publicKey'], problem: `it is the key of "${other}" too` })
    }
    keys.set(publicKey, id)
    return problems
  })
}

const checkAgreements = ({ sharing }: Configuration): readonly Problem[] => {
  const partners = new Set(sharing.partners.map(({ id }) => id))
  return sharing.agreements.flatMap((agreement, index) => {
    const path = ['sharing', 'agreements', index]
    const problems: Problem[] = []
    if (!partners.has(agreement.partner)) {
      problems.push({
        path: [...path, 'partner'],
        problem: `there is no partner "${agreement.partner}" under sharing.partners`,
      })
    }
    const from = agreement.validFrom === undefined ? undefined : parseUtc(agreement.validFrom)
    const until = agreement.validUntil === undefined ? undefined : parseUtc(agreement.validUntil)
    if (from?.ok === false) problems.push({ path: [...path, 'validFrom'], problem: from.error })
    if (until?.ok === false) problems.push({ path: [...path, 'validUntil'], problem: until.error })
    if (from?.ok === true && until?.ok === true && from.value >= until.value) {
      problems.push({ path: [...path, 'validUntil'], problem: 'it must be after validFrom' })
    }
    if (agreement.timeStepSec !== undefined && agreement.frequencyStepHz === undefined) {
      problems.push({
        path: [...path, 'timeStepSec'],
        problem: 'it hides nothing alone: the exact frequency gives the time away; give frequencyStepHz too',
      })
    }
    return problems
  })
}

const checkRelease = ({ sharing, broker, label }: Configuration): readonly Problem[] => {
  const problems: Problem[] = []
  if (sharing.agreements.length > 0 && broker === undefined) {
    problems.push({
      path: ['sharing', 'agreements'],
      problem: 'there are agreements but no broker to share through',
    })
  }
  for (const [index, code] of label.relTo.entries()) {
    if (code.length === 4 && sharing.groups[code] === undefined) {
      problems.push({
        path: ['label', 'relTo', index],
        problem: `the group ${code} is not under sharing.groups`,
      })
    }
  }
  return problems
}
