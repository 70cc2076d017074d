import { describe, expect, it } from 'vitest'
import { findUsbPort, readUsbName } from '../../src/rotator/usb-port.ts'

const ftdi = { path: '/dev/ttyUSB0', vendorId: '0403', productId: '6001', serialNumber: 'A50285BI' }
const other = { path: '/dev/ttyUSB1', vendorId: '0403', productId: '6001', serialNumber: 'B7' }
const arduino = { path: '/dev/ttyACM0', vendorId: '2341', productId: '0043', serialNumber: undefined }
const board = { path: '/dev/ttyS0' }

const find = (port: string, ...ports: { path: string }[]) => findUsbPort(port, async () => ports)

describe('a port that is named by its USB adapter', () => {
  it('is found under whatever path it has come back', async () => {
    const back = { ...ftdi, path: '/dev/ttyUSB7' }
    expect(await find('usb:0403:6001:A50285BI', board, other, ftdi)).toEqual({
      ok: true,
      value: '/dev/ttyUSB0',
    })
    expect(await find('usb:0403:6001:A50285BI', board, other, back)).toEqual({
      ok: true,
      value: '/dev/ttyUSB7',
    })
  })

  it('needs no serial number where there is only one, nor does the case of letters matter', async () => {
    expect(await find('usb:2341:0043', ftdi, arduino)).toEqual({ ok: true, value: '/dev/ttyACM0' })
    const upper = { ...arduino, vendorId: '1A86', productId: '7523' }
    expect(await find('usb:1a86:7523', upper)).toEqual({ ok: true, value: '/dev/ttyACM0' })
  })

  it('that is not plugged in is missing, and what there is is named', async () => {
    const outcome = await find('usb:0403:6001:XYZ', board, ftdi)
    expect(outcome).toMatchObject({ ok: false, error: { code: 'serial.missing' } })
    expect(!outcome.ok && outcome.error.message).toBe(
      'The adapter usb:0403:6001:XYZ is not plugged in; there is /dev/ttyUSB0',
    )
  })

  it('is not guessed among several', async () => {
    const outcome = await find('usb:0403:6001', ftdi, other)
    expect(!outcome.ok && outcome.error.message).toBe(
      'usb:0403:6001 is 2 adapters: /dev/ttyUSB0 (A50285BI), /dev/ttyUSB1 (B7); add the serial number of the right one',
    )
  })

  it('is told in a sentence where the system cannot list its ports', async () => {
    const outcome = await findUsbPort('usb:0403:6001', () =>
      Promise.reject(new Error('spawn udevadm ENOENT')),
    )
    expect(outcome).toMatchObject({ ok: false, error: { code: 'serial.failed' } })
    expect(!outcome.ok && outcome.error.message).toContain('/dev/serial/by-id/')
  })

  it.each(['usb:', 'usb:403:6001', 'usb:0403', 'usb:0403:6001:', 'usb:0403:6001:a:b', 'usb:04g3:6001'])(
    'is refused as %s',
    async (name) => {
      expect(readUsbName(name)).toBeUndefined()
      expect((await find(name, ftdi)).ok).toBe(false)
    },
  )
})
