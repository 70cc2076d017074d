import { readdir, readFile, readlink } from 'node:fs/promises'

/** A machine has some hundred processes; of more the rest is not looked at. */
const PROCESSES_MAX = 4_096
/** Whoever holds a serial port has few files open. */
const FILES_MAX = 1_024

const holds = async (folder: string, devicePath: string): Promise<boolean> => {
  // Those of other users cannot be looked into, and processes end while one looks.
  const files = await readdir(`${folder}/fd`).catch(() => [])
  for (const file of files.slice(0, FILES_MAX)) {
    if ((await readlink(`${folder}/fd/${file}`).catch(() => '')) === devicePath) return true
  }
  return false
}

/**
 * Which other process has this device open, as Linux tells it: `rotctld, process 1234`. Undefined where it belongs to
 * another user, or the system has no `/proc`. The path is the device's own, without links.
 */
export const portHolder = async (devicePath: string): Promise<string | undefined> => {
  const entries = await readdir('/proc').catch(() => [])
  const processes = entries.filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
  for (const id of processes.slice(0, PROCESSES_MAX)) {
    if (!(await holds(`/proc/${id}`, devicePath))) continue
    const name = await readFile(`/proc/${id}/comm`, 'utf8').catch(() => 'unknown')
    return `${name.trim()}, process ${id}`
  }
  return undefined
}
