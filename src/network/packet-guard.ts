/**
 * Watches the sizes of incoming MQTT packets by their fixed headers (MQTT 5, 2.1.1 and 2.1.4), so that one that is too
 * large is noticed at its first bytes and not when it has filled the memory. MQTT.js does not enforce the maximum
 * packet size that it announces.
 */
export const createPacketGuard = (
  limitBytes: number,
  onTooLarge: () => void,
): ((chunk: Uint8Array) => void) => {
  // Bytes left of the packet under way; its length is being read while undefined.
  let left = 0
  let header: { shift: number; length: number } | undefined
  let tripped = false
  const trip = (): void => {
    tripped = true
    onTooLarge()
  }
  return (chunk) => {
    let index = 0
    while (index < chunk.length && !tripped) {
      if (left > 0) {
        const taken = Math.min(left, chunk.length - index)
        left -= taken
        index += taken
      } else if (header === undefined) {
        // Type and flags: their meaning is the parser's business.
        header = { shift: 0, length: 0 }
        index += 1
      } else {
        const byte = chunk[index] ?? 0
        index += 1
        header.length += (byte & 0x7f) * 2 ** header.shift
        header.shift += 7
        if (header.length > limitBytes || header.shift > 28) trip()
        else if (byte < 0x80) {
          left = header.length
          header = undefined
        }
      }
    }
  }
}
