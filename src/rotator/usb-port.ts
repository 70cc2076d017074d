import { type Fault, fault, messageOf } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'

/** What is used of the list of ports that the `serialport` package gives. */
export interface ListedPort {
  readonly path: string
  readonly vendorId?: string | undefined
  readonly productId?: string | undefined
  readonly serialNumber?: string | undefined
}
export type ListPorts = () => Promise<readonly ListedPort[]>

/** A USB adapter by what it is: `usb:0403:6001`, or with its serial number `usb:0403:6001:A50285BI`. */
interface UsbName {
  readonly vendor: string
  readonly product: string
  readonly serialNumber: string | undefined
}

const SCHEME = 'usb:'
const NAME = /^usb:([0-9a-f]{4}):([0-9a-f]{4})(?::([^\s:]{1,64}))?$/i

/** Whether a port is named by its USB adapter and not by a path. */
export const isUsbName = (port: string): boolean => port.startsWith(SCHEME)

export const readUsbName = (port: string): UsbName | undefined => {
  const match = NAME.exec(port)
  const [, vendor, product, serialNumber] = match ?? []
  if (vendor === undefined || product === undefined) return undefined
  return { vendor: vendor.toLowerCase(), product: product.toLowerCase(), serialNumber }
}

/** How many ports a message names: a terminal server can have hundreds. */
const NAMED_PORTS_MAX = 8

/** The ports that there are, for messages: `there is /dev/ttyUSB0`. */
export const describePorts = (ports: readonly ListedPort[]): string => {
  // Without a vendor these are mostly the board's unconnected ttyS0 to ttyS31.
  const plugged = ports.filter((port) => port.vendorId !== undefined)
  const names = (plugged.length > 0 ? plugged : ports).map((port) => port.path)
  if (names.length === 0) return 'there is no serial port at all'
  const more = names.length > NAMED_PORTS_MAX ? ` and ${names.length - NAMED_PORTS_MAX} more` : ''
  return `there is ${names.slice(0, NAMED_PORTS_MAX).join(', ')}${more}`
}

/**
 * The path that the adapter has at this moment: it comes back under another one after it was unplugged. Errors: it is
 * not there (`serial.missing`), there are two of them, or this system cannot list its ports (`serial.failed`).
 */
export const findUsbPort = async (port: string, listPorts: ListPorts): Promise<Result<string, Fault>> => {
  const name = readUsbName(port)
  if (name === undefined) {
    return err(fault('serial.missing', `${port} is no adapter of the form usb:VENDOR:PRODUCT:SERIAL`))
  }
  let ports: readonly ListedPort[]
  try {
    ports = await listPorts()
  } catch (thrown) {
    // Lists by `udevadm`, which containers and minimal systems do not have.
    return err(
      fault(
        'serial.failed',
        `The serial ports cannot be listed here (${messageOf(thrown)}), so that ${port} is not found; ` +
          'name it as /dev/serial/by-id/…',
      ),
    )
  }
  const found = ports.filter(
    ({ vendorId, productId, serialNumber }) =>
      vendorId?.toLowerCase() === name.vendor &&
      productId?.toLowerCase() === name.product &&
      (name.serialNumber === undefined || serialNumber === name.serialNumber),
  )
  const [first, second] = found
  if (first === undefined) {
    return err(fault('serial.missing', `The adapter ${port} is not plugged in; ${describePorts(ports)}`))
  }
  if (second === undefined) return ok(first.path)
  const choice = found
    .slice(0, NAMED_PORTS_MAX)
    .map(({ path, serialNumber }) => `${path} (${serialNumber ?? 'without serial number'})`)
  return err(
    fault(
      'serial.missing',
      `${port} is ${found.length} adapters: ${choice.join(', ')}; add the serial number of the right one`,
    ),
  )
}
