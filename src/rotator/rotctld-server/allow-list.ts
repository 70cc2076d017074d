import { BlockList, isIP } from 'node:net'

/** Who may connect. */
export interface AllowList {
  readonly permits: (address: string | undefined) => boolean
}

const familyOf = (address: string): 'ipv4' | 'ipv6' | undefined => {
  const version = isIP(address)
  return version === 0 ? undefined : version === 4 ? 'ipv4' : 'ipv6'
}

/** An address of this very host that only its own programs can reach. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))

/** Whether an entry is an address or a network (`192.168.1.0/24`); undefined if so, else what is wrong with it. */
export const allowEntryProblem = (entry: string): string | undefined => {
  const [address = '', prefix, ...rest] = entry.split('/')
  const family = familyOf(address)
  if (family === undefined || rest.length > 0)
    return 'write an address or a network, for instance 192.168.1.0/24'
  if (prefix === undefined) return undefined
  const longest = family === 'ipv4' ? 32 : 128
  return /^\d{1,3}$/.test(prefix) && Number(prefix) >= 1 && Number(prefix) <= longest
    ? undefined
    : `the network's prefix is 1 to ${longest}; /0 would be everybody`
}

/** The list of a checked configuration, and this host's own programs. */
export const createAllowList = (entries: readonly string[]): AllowList => {
  const list = new BlockList()
  for (const entry of ['127.0.0.0/8', '::1', ...entries]) {
    const [address = '', prefix] = entry.split('/')
    const family = familyOf(address)
    if (family === undefined) continue
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return {
    permits: (address) => {
      const family = address === undefined ? undefined : familyOf(address)
      // It also holds an IPv4 address against its ::ffff: form.
      return address !== undefined && family !== undefined && list.check(address, family)
    },
  }
}
