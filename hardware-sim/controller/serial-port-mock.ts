import { SerialPortMock } from 'serialport'
import type { Clock } from '../../src/kernel/clock.ts'
import { type Fault, fault, messageOf } from '../../src/kernel/errors.ts'
import { err, ok, type Result } from '../../src/kernel/result.ts'
import type { VirtualClock } from '../../src/kernel/virtual-clock.ts'
import type { Controller } from './controller.ts'

/** The adapter in the computer: opens the port, a new port object for each connection. */
export interface SimulatedAdapter {
  /** The device's path at present, unique in this process. */
  readonly path: string
  /** What `SerialPort.list()` tells while it is plugged in: the serial number stays when the path changes. */
  readonly listed: () => readonly { readonly path: string; readonly serialNumber: string }[]
  /**
   * Opens as `SerialPort` would: one connection at a time. Faults as of a real adapter; another path than the present
   * one is missing. Opening raises DTR, which `hupcl: false` of the connection before has left raised.
   */
  readonly open: (options: {
    readonly baudRate: number
    readonly path?: string
    readonly hupcl?: boolean
  }) => Promise<Result<SerialPortMock, Fault>>
  /** Pulls the plug (the open port closes with an error, none can be opened) or puts it back, under another path if `renamed`. */
  readonly setPlugged: (plugged: boolean, renamed?: boolean) => void
}

/** What this file uses of the mock's inner port, for which the package ships no types. */
interface MockPortInside {
  readonly isOpen: boolean
  readonly emitData: (data: Buffer) => void
}

const insideOf = (port: SerialPortMock): MockPortInside | undefined => {
  const inside: unknown = port.port
  if (typeof inside !== 'object' || inside === null || !('emitData' in inside) || !('isOpen' in inside))
    return undefined
  return inside as MockPortInside
}

const isVirtual = (clock: Clock): clock is VirtualClock => 'hold' in clock

// The mock's ports are one table for the whole process, so that two stations need two paths.
let adapters = 0

export const createSimulatedAdapter = (options: {
  readonly clock: Clock
  readonly controller: Controller
  /** The controller is a board that boots each time DTR rises, as an Arduino does; default false. */
  readonly resetsOnDtr?: boolean
}): SimulatedAdapter => {
  const { clock, controller } = options
  adapters += 1
  const serialNumber = `AZEL${adapters}`
  let path = `/dev/azel-simulated-${adapters}`
  SerialPortMock.binding.createPort(path, { echo: false, record: false })
  let names = 1
  let plugged = true
  let dtr = false
  const setDtr = (raised: boolean): void => {
    const rises = raised && !dtr
    dtr = raised
    if (rises && options.resetsOnDtr === true) controller.reset()
  }
  let openPort: SerialPortMock | undefined
  // In virtual time a crossing of the port's streams takes turns of the event loop; time waits for it.
  const hold = (): (() => void) => (isVirtual(clock) ? clock.hold() : () => {})

  const connect = (port: SerialPortMock): void => {
    // Each crossing that is under way, to be let go when the port closes before it has arrived.
    const crossings = new Set<() => void>()
    const startCrossing = (): (() => void) => {
      const release = hold()
      const end = (): void => {
        crossings.delete(end)
        release()
      }
      crossings.add(end)
      return end
    }

    const line = controller.attach({
      baudRate: port.baudRate,
      deliver: (bytes) => {
        const inside = insideOf(port)
        if (inside?.isOpen !== true) return
        // Without a reader the bytes wait in the port, as in a driver's buffer, and nothing arrives to wait for.
        if (port.readableFlowing === true) arriving.push({ left: bytes.length, end: startCrossing() })
        inside.emitData(Buffer.from(bytes))
      },
    })

    const arriving: { left: number; readonly end: () => void }[] = []
    const push = port.push.bind(port)
    port.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
      const room = push(chunk, encoding)
      let arrived = Buffer.isBuffer(chunk) ? chunk.length : 0
      for (let first = arriving[0]; first !== undefined && arrived > 0; first = arriving[0]) {
        const part = Math.min(first.left, arrived)
        first.left -= part
        arrived -= part
        if (first.left > 0) break
        arriving.shift()
        first.end()
      }
      return room
    }

    const write = port._write.bind(port)
    port._write = (chunk: Buffer, encoding, callback): void => {
      if (!port.isOpen) {
        // The port keeps it and comes back here when it opens again, as the real one does.
        write(chunk, encoding, callback)
        return
      }
      const end = startCrossing()
      write(chunk, encoding, (error) => {
        if (error === undefined || error === null) line.write(chunk)
        end()
        callback(error)
      })
    }

    setDtr(true)
    const set = port.set.bind(port)
    port.set = (lines, callback) => {
      if (lines.dtr !== undefined) setDtr(lines.dtr)
      set(lines, callback)
    }

    const letGo = (): void => {
      for (const end of crossings) end()
      arriving.length = 0
    }
    port.on('pause', letGo)
    port.once('close', () => {
      line.detach()
      letGo()
      if (port.settings.hupcl !== false || !plugged) setDtr(false)
      if (openPort === port) openPort = undefined
    })
  }

  const open = (wanted: {
    readonly baudRate: number
    readonly path?: string
    readonly hupcl?: boolean
  }): Promise<Result<SerialPortMock, Fault>> =>
    new Promise((resolve) => {
      const name = wanted.path ?? path
      if (!plugged || name !== path) {
        resolve(err(fault('serial.missing', `There is no serial port ${name}`)))
        return
      }
      const { baudRate, hupcl = true } = wanted
      const port = new SerialPortMock({ path, baudRate, hupcl, autoOpen: false })
      port.open((error) => {
        if (error !== null && error !== undefined) {
          const code = messageOf(error).includes('locked') ? 'serial.busy' : 'serial.failed'
          resolve(err(fault(code, `The serial port ${path} does not open: ${messageOf(error)}`)))
          return
        }
        openPort = port
        connect(port)
        resolve(ok(port))
      })
    })

  return {
    get path() {
      return path
    },
    listed: () => (plugged ? [{ path, serialNumber }] : []),
    open: async (wanted) => {
      const release = hold()
      try {
        return await open(wanted)
      } finally {
        release()
      }
    },
    setPlugged: (next, renamed = false) => {
      plugged = next
      if (next && renamed) {
        names += 1
        path = `/dev/azel-simulated-${serialNumber.slice(4)}-${names}`
        SerialPortMock.binding.createPort(path, { echo: false, record: false })
      }
      if (next || openPort === undefined) return
      const release = hold()
      // As SerialPort does it when a read fails: the close event carries the error.
      openPort.close(() => release(), new Error('the adapter was unplugged'))
    },
  }
}
