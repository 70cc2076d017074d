import { lookup } from 'node:dns/promises'
import { BlockList, isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { OpenByteStream, Provenance } from '../kernel/byte-stream.ts'
import { type Clock, withTimeout } from '../kernel/clock.ts'
import { fault } from '../kernel/errors.ts'
import { err } from '../kernel/result.ts'
import { ms } from '../kernel/units.ts'
import { findDriver } from '../rotator/registry.ts'
import { openSerialPort } from '../rotator/serial-port.ts'
import { openTcp } from '../rotator/tcp-byte-stream.ts'
import { isTcpPort, readTcpPlace } from './configuration/tcp-place.ts'

// A resolver's own time-outs add up to half a minute; a device on the local network has a name that answers at once.
const LOOKUP_TIMEOUT = ms(3_000)

/** Whether an address is one of this very host: loopback, unspecified, or that of an interface. */
const isOwnAddress = (address: string): boolean => {
  const own = new BlockList()
  own.addSubnet('127.0.0.0', 8, 'ipv4')
  own.addAddress('0.0.0.0', 'ipv4')
  own.addAddress('::1', 'ipv6')
  own.addAddress('::', 'ipv6')
  for (const { address: ours, family } of Object.values(networkInterfaces()).flatMap((list) => list ?? [])) {
    own.addAddress(ours, family === 'IPv6' ? 'ipv6' : 'ipv4')
  }
  // BlockList also holds an IPv4 address against its ::ffff: form.
  return own.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}

/**
 * A controller's protocol on a TCP port of this very host is a simulator's: a real controller is on a serial port, or
 * on another host behind a terminal server. Undefined where the name is not known.
 */
export const provenanceOfTcpRotator = async (clock: Clock, host: string): Promise<Provenance | undefined> => {
  const addresses = await withTimeout(
    clock,
    LOOKUP_TIMEOUT,
    lookup(host, { all: true }).catch(() => undefined),
  )
  if (addresses === undefined) return undefined
  return addresses.some(({ address }) => isOwnAddress(address)) ? 'simulated' : 'real'
}

/**
 * Opens the rotator's line: a serial path, `usb:VENDOR:PRODUCT[:SERIAL]` or `tcp://HOST:PORT`, set as the driver wants
 * it. Without a baud rate it is the one that the controller leaves the factory with.
 */
export const rotatorOpener =
  (options: {
    readonly clock: Clock
    readonly driver: string
    readonly port: string
    readonly baudRate?: number | undefined
    /** The owner states that what a rotctld on this host drives is no simulator. */
    readonly realBehindRotctld?: boolean
    /** As of `SerialLine`. */
    readonly pastLock?: boolean | undefined
  }): OpenByteStream =>
  async () => {
    const { clock, port } = options
    const driver = findDriver(options.driver)
    if (!driver.ok) return driver
    const { serial, title } = driver.value.capabilities
    if (!isTcpPort(port)) {
      if (serial === undefined) {
        return err(fault('link.refused', `${title} is reached as tcp://HOST:PORT, not as ${port}`))
      }
      const baudRate = options.baudRate ?? serial.baudRates[0]
      return openSerialPort({ port, baudRate, parity: serial.parity, pastLock: options.pastLock })
    }
    const place = readTcpPlace(port)
    if (place === undefined)
      return err(fault('link.refused', `${port} is no address of the form tcp://HOST:PORT`))
    const isStatedReal = options.driver === 'rotctld' && options.realBehindRotctld === true
    // Asked at each connection: names and interfaces change.
    const provenance = isStatedReal ? 'real' : await provenanceOfTcpRotator(clock, place.host)
    if (provenance === undefined) {
      return err(fault('link.refused', `The rotator's host ${place.host} is not known here`))
    }
    return openTcp({ clock, ...place, provenance })
  }

/** Opens the receiver's line. What is behind it shows in the greeting: a simulator names itself there. */
export const receiverOpener =
  (options: { readonly clock: Clock; readonly rtlTcp: string }): OpenByteStream =>
  async () => {
    const place = readTcpPlace(options.rtlTcp)
    return place === undefined
      ? err(fault('link.refused', `${options.rtlTcp} is no address of the form HOST:PORT`))
      : openTcp({ clock: options.clock, ...place, provenance: 'real' })
  }
