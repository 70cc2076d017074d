/** Text as the bytes of a frame, one a character (Latin-1). */
export const textBytes = (text: string): Uint8Array =>
  Uint8Array.from(text, (character) => character.charCodeAt(0))

/**
 * A finite number with so many decimals as C's printf rounds it, exact halves to even (JavaScript's toFixed takes the
 * larger): our bytes equal those of Hamlib. Below zero with a sign, but never as minus zero.
 */
export const printedNumber = (value: number, decimals: number): string => {
  const size = Math.abs(value)
  // A double is an exact half of the last decimal only where it is an odd multiple of this power of two.
  const halves = size * 2 ** (decimals + 1)
  const isHalf = Number.isInteger(halves) && halves % 2 === 1
  const scale = 10 ** decimals
  const below = Math.floor(size * scale)
  const text = isHalf
    ? ((below % 2 === 0 ? below : below + 1) / scale).toFixed(decimals)
    : size.toFixed(decimals)
  return value < 0 && Number(text) !== 0 ? `-${text}` : text
}
