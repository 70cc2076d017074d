import { readdir, readFile, readlink } from 'node:fs/promises'
import { basename } from 'node:path'

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

/** So many are named: a port has one user, or somebody must look anyway. */
const HOLDERS_MAX = 3

/** A script is named after its interpreter: `node azel.js`. */
const INTERPRETERS = /^(?:node|python[\d.]*|perl|ruby|bash|sh)$/

const programOf = async (folder: string): Promise<string> => {
  const words = (await readFile(`${folder}/cmdline`, 'utf8').catch(() => '')).split('\0')
  const [program = '', ...rest] = words.map((word) => basename(word))
  const script = INTERPRETERS.test(program)
    ? rest.find((word) => word !== '' && !word.startsWith('-'))
    : undefined
  if (program === '') return (await readFile(`${folder}/comm`, 'utf8').catch(() => 'unknown')).trim()
  return script === undefined ? program : `${program} ${script}`
}

/**
 * Which other processes have this device open, as Linux tells it: `rotctld, process 1234`. Undefined where they belong to
 * another user, or the system has no `/proc`. The path is the device's own, without links.
 */
export const portHolder = async (devicePath: string): Promise<string | undefined> => {
  const entries = await readdir('/proc').catch(() => [])
  const processes = entries.filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
  const holders: string[] = []
  for (const id of processes.slice(0, PROCESSES_MAX)) {
    const folder = `/proc/${id}`
    if (holders.length === HOLDERS_MAX || !(await holds(folder, devicePath))) continue
    holders.push(`${await programOf(folder)}, process ${id}`)
  }
  return holders.length === 0 ? undefined : holders.join('; ')
}
