export interface TcpPlace {
  readonly host: string
  readonly port: number
}

const SCHEME = 'tcp://'
const PLACE = /^(?:\[(?<bracketed>[0-9a-f:.]+)\]|(?<plain>[^\s:/[\]@]+)):(?<port>\d{1,5})$/i
const PORT_MAX = 65_535

/** Whether a device's port is meant to be a TCP address and not a serial path. */
export const isTcpPort = (port: string): boolean => port.startsWith(SCHEME)

/** Reads `HOST:PORT`, with or without `tcp://` in front; undefined where it is none. */
export const readTcpPlace = (text: string): TcpPlace | undefined => {
  const match = PLACE.exec(isTcpPort(text) ? text.slice(SCHEME.length) : text)
  const host = match?.groups?.['bracketed'] ?? match?.groups?.['plain']
  const port = Number(match?.groups?.['port'])
  return host !== undefined && port > 0 && port <= PORT_MAX ? { host, port } : undefined
}
