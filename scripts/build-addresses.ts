const ADDRESS = /new URL\(\s*(['"])(\.{1,2}\/[^'"]+)\.ts\1\s*,\s*import\.meta\.url\s*,?\s*\)/g

/** The code with each `new URL('./x.ts', import.meta.url)` pointing to `./x.js`, and the addresses that it now names. */
export const rewriteAddresses = (
  code: string,
): { readonly code: string; readonly addresses: readonly string[] } => {
  const addresses: string[] = []
  const rewritten = code.replace(ADDRESS, (_match, quote: string, path: string) => {
    addresses.push(`${path}.js`)
    return `new URL(${quote}${path}.js${quote}, import.meta.url)`
  })
  return { code: rewritten, addresses }
}
