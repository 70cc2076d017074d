import { readlinkSync } from 'node:fs'
import { constants, setPriority } from 'node:os'

/**
 * Lets the control loop go first: the calling thread (a worker that searches or parses) gets the processor only when no
 * other wants it. On Linux each thread has a priority of its own, and `/proc/thread-self` names the one that asks. Where
 * that is not allowed or there is no such thing, it stays as it is.
 */
export const workInBackground = (): void => {
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
    if (Number.isInteger(thread)) setPriority(thread, constants.priority.PRIORITY_LOW)
  } catch {
    // The work is done all the same.
  }
}
