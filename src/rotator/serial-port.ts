import { readFile, realpath, stat } from 'node:fs/promises'
import { SerialPort } from 'serialport'
import type { ByteStream, Provenance } from '../kernel/byte-stream.ts'
import { type Fault, fault, messageOf } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { openSerialStream } from './serial-byte-stream.ts'

/** How many ports a message names: a terminal server can have hundreds. */
const NAMED_PORTS_MAX = 8

const existingPorts = async (): Promise<string> => {
  // Lists by `udevadm`, which containers and minimal systems do not have; it rejects there.
  const ports = await SerialPort.list().catch(() => undefined)
  if (ports === undefined) return 'the ports cannot be listed here'
  // Without a vendor these are mostly the board's unconnected ttyS0 to ttyS31.
  const plugged = ports.filter((port) => port.vendorId !== undefined)
  const names = (plugged.length > 0 ? plugged : ports).map((port) => port.path)
  if (names.length === 0) return 'there is no serial port at all'
  const more = names.length > NAMED_PORTS_MAX ? ` and ${names.length - NAMED_PORTS_MAX} more` : ''
  return `there is ${names.slice(0, NAMED_PORTS_MAX).join(', ')}${more}`
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
    return fault('serial.busy', `${path} is in use by another program`)
  }
  if (/no such file|no such device/i.test(text)) {
    return fault('serial.missing', `There is no serial port ${path}; ${await existingPorts()}`)
  }
  return fault('serial.failed', `${path} cannot be opened (${text})`)
}

/**
 * Opens a serial port of this machine, 8 data bits, no parity, exclusively, as a fresh connection. The control line
 * that would reset some controllers at closing (HUPCL) is left alone.
 */
export const openSerialPort = async (options: {
  readonly path: string
  readonly baudRate: number
}): Promise<Result<ByteStream, Fault>> => {
  const { path, baudRate } = options
  const provenance = await inspect(path)
  if (!provenance.ok) return provenance
  let port: SerialPort
  try {
    port = new SerialPort({ path, baudRate, autoOpen: false, lock: true, hupcl: false })
  } catch (thrown) {
    return err(fault('serial.failed', `${path} cannot be opened (${messageOf(thrown)})`))
  }
  const opened = await openSerialStream(port, {
    description: `${path} at ${baudRate} baud`,
    provenance: provenance.value,
  })
  return opened.ok ? opened : err(await explain(path, opened.error))
}
