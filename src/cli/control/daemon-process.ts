import { readFile } from 'node:fs/promises'
import { portHolder } from '../../rotator/port-holder.ts'

// __SO_ACCEPTCON in the flags: the socket that listens, not one of its connections.
const LISTENS = '00010000'

/**
 * Which process listens at a unix socket, as Linux tells it: `node azel.js, process 1234`. Undefined where it belongs to
 * another user, or the system has no `/proc`.
 */
export const listenerAt = async (socketPath: string): Promise<string | undefined> => {
  const table = await readFile('/proc/net/unix', 'utf8').catch(() => '')
  // proc_net_unix(5): address, count, protocol, flags, type, state, inode, path.
  for (const line of table.split('\n')) {
    const [, , , flags, , , inode, ...path] = line.trim().split(' ').filter(Boolean)
    if (flags === LISTENS && path.join(' ') === socketPath) return portHolder(`socket:[${inode}]`)
  }
  return undefined
}
