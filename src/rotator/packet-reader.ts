/**
 * Cuts what a controller sends into packets of one length with a first and a last byte. They carry no check sum, so
 * whether something is one is asked of the protocol; where it is not, the search goes on at the next byte, and what
 * is passed over on the way is counted as rubbish unless it is text (some firmware writes its log between the packets).
 * Holds less than one packet.
 */
export interface PacketReader {
  readonly push: (bytes: Uint8Array) => void
}

const isText = (byte: number): boolean => (byte >= 0x20 && byte <= 0x7e) || byte === 0x0d || byte === 0x0a

export const createPacketReader = (options: {
  readonly start: number
  readonly end: number
  readonly length: number
  readonly isPacket: (packet: string) => boolean
  readonly onPacket: (packet: string) => void
  /** Once for each run of bytes that are neither packet nor text. */
  readonly onGarbage: () => void
}): PacketReader => {
  const { start, end, length } = options
  let held: number[] = []
  let inGarbage = false

  const passOver = (byte: number): void => {
    if (isText(byte)) {
      inGarbage = false
      return
    }
    if (!inGarbage) options.onGarbage()
    inGarbage = true
  }

  return {
    push: (bytes) => {
      for (const byte of bytes) {
        held.push(byte)
        while (held.length > 0) {
          if (held[0] === start && held.length < length) break
          const packet = String.fromCharCode(...held)
          if (held[0] === start && held[length - 1] === end && options.isPacket(packet)) {
            held = []
            inGarbage = false
            options.onPacket(packet)
            break
          }
          passOver(held.shift() ?? 0)
        }
      }
    },
  }
}
