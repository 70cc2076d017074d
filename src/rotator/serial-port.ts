import { readFile, realpath, stat } from 'node:fs/promises'
import { SerialPort } from 'serialport'
import type { ByteStream, Provenance } from '../kernel/byte-stream.ts'
import { type Fault, fault, messageOf } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { SerialSettings } from './driver.ts'
import { portHolder } from './port-holder.ts'
import { openSerialStream } from './serial-byte-stream.ts'
import { describePorts, findUsbPort, isUsbName } from './usb-port.ts'

const existingPorts = async (): Promise<string> => {
  // Lists by `udevadm`, which containers and minimal systems do not have; it rejects there.
  const ports = await SerialPort.list().catch(() => undefined)
  return ports === undefined ? 'the ports cannot be listed here' : describePorts(ports)
}

const groupName = async (groupId: number): Promise<string> => {
  const groups = await readFile('/etc/group', 'utf8').catch(() => '')
  const line = groups.split('\n').find((entry) => entry.split(':')[2] === String(groupId))
  return line?.split(':')[0] ?? `number ${groupId}`
}

const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''

// Linux, Documentation/admin-guide/devices.txt: Unix98 pseudo-terminals 136 to 143, BSD ones 2 and 3.
const isPseudoTerminal = (deviceNumber: number): boolean => {
  const major = Math.floor(deviceNumber / 256) & 0xfff
  return (major >= 136 && major <= 143) || major === 2 || major === 3
}

/**
 * What the operating system's node behind a path is. A pseudo-terminal, by whatever name or link, has software behind
 * it and is simulated; anything else can be a real line. (A kernel module that makes ports of another kind, such as
 * tty0tty, cannot be told from one.)
 */
const inspect = async (path: string): Promise<Result<Provenance, Fault>> => {
  try {
    const real = await realpath(path)
    const facts = await stat(real)
    if (!facts.isCharacterDevice()) {
      return err(fault('serial.missing', `${path} is no serial port; ${await existingPorts()}`))
    }
    return ok(real.startsWith('/dev/pts/') || isPseudoTerminal(facts.rdev) ? 'simulated' : 'real')
  } catch (thrown) {
    if (codeOf(thrown) === 'EACCES') {
      return err(fault('serial.permission', `The folder of ${path} is closed to this user`))
    }
    return err(fault('serial.missing', `There is no serial port ${path}; ${await existingPorts()}`))
  }
}

const explain = async (path: string, thrown: Error): Promise<Fault> => {
  const text = messageOf(thrown)
  if (/permission denied/i.test(text)) {
    const owner = await stat(path)
      .then((facts) => groupName(facts.gid))
      .catch(() => 'unknown')
    return fault('serial.permission', `This user may not open ${path}, which belongs to the group ${owner}`)
  }
  if (/lock|busy|temporarily unavailable/i.test(text)) {
    const holder = await realpath(path)
      .then(portHolder)
      .catch(() => undefined)
    const who = holder === undefined ? '' : ` (${holder})`
    return fault('serial.busy', `${path} is in use by another program${who}`)
  }
  if (/no such file|no such device/i.test(text)) {
    return fault('serial.missing', `There is no serial port ${path}; ${await existingPorts()}`)
  }
  return fault('serial.failed', `${path} cannot be opened (${text})`)
}

/** How the line is set; `parity` as the controller wants it, always 8 data bits and 1 stop bit. */
export interface SerialLine {
  readonly baudRate: number
  readonly parity: SerialSettings['parity']
  /** Also where another process holds the port; only for a STOP past one that hangs. */
  readonly pastLock?: boolean | undefined
}

/**
 * The options with which every port is opened: exclusively, without flow control, and so that the control lines are
 * left alone as far as the system allows. Linux itself raises DTR and RTS when a port is opened that they were low on,
 * which resets an Arduino, and nothing that opens the port can prevent that; with HUPCL off they then stay high when
 * it is closed, so that only the first opening after plugging in resets the board. Setting them by hand would add
 * edges, so that is never done.
 */
export const serialOptions = (path: string, { baudRate, parity, pastLock }: SerialLine) =>
  ({
    path,
    baudRate,
    parity,
    dataBits: 8,
    stopBits: 1,
    autoOpen: false,
    lock: pastLock !== true,
    hupcl: false,
  }) as const

/**
 * Opens a serial port of this machine as a fresh connection: a path, or a USB adapter as `usb:VENDOR:PRODUCT[:SERIAL]`,
 * which is looked for anew each time. Errors: `serial.missing`, `serial.permission`, `serial.busy`, `serial.failed`.
 */
export const openSerialPort = async (
  options: SerialLine & { readonly port: string },
): Promise<Result<ByteStream, Fault>> => {
  const found = isUsbName(options.port)
    ? await findUsbPort(options.port, () => SerialPort.list())
    : ok(options.port)
  if (!found.ok) return found
  const path = found.value
  const provenance = await inspect(path)
  if (!provenance.ok) return provenance
  let port: SerialPort
  try {
    port = new SerialPort(serialOptions(path, options))
  } catch (thrown) {
    return err(fault('serial.failed', `${path} cannot be opened (${messageOf(thrown)})`))
  }
  const opened = await openSerialStream(port, {
    description: `${path} at ${options.baudRate} baud`,
    provenance: provenance.value,
  })
  return opened.ok ? opened : err(await explain(path, opened.error))
}
