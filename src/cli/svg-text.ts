/** A text as it may stand in an SVG. XML 1.0 has no place for most control characters: blanks stand for them. */
export const svgText = (text: string): string =>
  text
    .replace(/\p{Control}|\p{Surrogate}/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
