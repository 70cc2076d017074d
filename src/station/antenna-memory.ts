import { readFileSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import type { AzEl } from '../kernel/angle.ts'
import { fault, messageOf } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { deg } from '../kernel/units.ts'
import type { LockOutKind } from '../pointing/lock-out.ts'

/** Where the antenna was last seen and where it was being sent: how the cable is wound. */
export interface AntennaPlace {
  readonly position: AzEl
  readonly target: AzEl
}

/** What is known of the antenna across restarts. */
export interface AntennaMemory {
  readonly place: () => AntennaPlace | undefined
  readonly remember: (place: AntennaPlace) => void
  /** Set by operators; those of inputs are read anew. */
  readonly lockOuts: () => readonly LockOutKind[]
  readonly setLockOuts: (kinds: readonly LockOutKind[]) => void
  /** Settles when what was last told is on the disk. */
  readonly flush: () => Promise<void>
}

interface Content {
  readonly place?: AntennaPlace
  readonly lockOuts: readonly LockOutKind[]
}

// Hand-turned masts and slipping clutches are noticed beyond this; a pass needs some forty writes.
const WORTH_WRITING_DEG = 5
const BYTES_MAX = 4_096
const SHOWN_CHARACTERS_MAX = 100

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

const readPlace = (value: unknown): AzEl | undefined => {
  if (!isRecord(value)) return undefined
  const { azimuth, elevation } = value
  return typeof azimuth === 'number' && typeof elevation === 'number'
    ? { azimuth: deg(azimuth), elevation: deg(elevation) }
    : undefined
}

const parse = (text: string, antenna: string, onOther: (before: string) => void): Content => {
  const value: unknown = JSON.parse(text)
  if (!isRecord(value)) return { lockOuts: [] }
  const given = Array.isArray(value['lockOuts']) ? value['lockOuts'] : []
  const lockOuts = given.filter((kind) => kind === 'wind' || kind === 'maintenance')
  const place = isRecord(value['place']) ? value['place'] : {}
  const position = readPlace(place['position'])
  const target = readPlace(place['target'])
  if (position === undefined || target === undefined) return { lockOuts }
  if (value['antenna'] !== antenna) {
    onOther(typeof value['antenna'] === 'string' ? value['antenna'] : 'one without a name')
    return { lockOuts }
  }
  return { lockOuts, place: { position, target } }
}

const isFar = (a: AzEl, b: AzEl): boolean =>
  Math.abs(a.azimuth - b.azimuth) >= WORTH_WRITING_DEG ||
  Math.abs(a.elevation - b.elevation) >= WORTH_WRITING_DEG

/**
 * Kept in one small file, written beside it and renamed, never waited for: a slow disk must not hold the control loop.
 * A file that cannot be read means that nothing is known; half a file says all the same that maintenance may be on.
 * `antenna` names the controller and the mount: the place of another one proves nothing, which is said.
 */
export const openAntennaMemory = (
  path: string,
  { antenna, log }: { readonly antenna: string; readonly log: Log },
): AntennaMemory => {
  let content: Content = { lockOuts: [] }
  try {
    const text = readFileSync(path, 'utf8')
    if (text.length > BYTES_MAX) throw new Error('it is too long')
    content = parse(text, antenna, (before) =>
      log.warn(
        `where the antenna was is not taken over: it was written for another one (${before.slice(0, SHOWN_CHARACTERS_MAX)}; now ${antenna})`,
      ),
    )
  } catch (thrown) {
    const isNew = isRecord(thrown) && thrown['code'] === 'ENOENT'
    if (!isNew) {
      content = { lockOuts: ['maintenance'] }
      log.fault(
        fault(
          'motion.memory-lost',
          `${path} cannot be read (${messageOf(thrown)}): the antenna is locked out for maintenance`,
        ),
      )
    }
  }
  // One write at a time, and one more for what changed meanwhile.
  let writing: Promise<void> | undefined
  let isDirty = false

  const writeOnce = async (): Promise<void> => {
    const temporary = `${path}.new`
    const file = await open(temporary, 'w', 0o600)
    try {
      await file.writeFile(`${JSON.stringify({ antenna, ...content })}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  }
  let isFailing = false
  const writeAll = async (): Promise<void> => {
    while (isDirty) {
      isDirty = false
      try {
        await writeOnce()
        isFailing = false
      } catch (thrown) {
        // Said once: a pass would say it forty times.
        if (!isFailing) {
          const what = `Where the antenna is, and what locks it out, is not kept in ${path}: ${messageOf(thrown)}`
          log.fault(fault('store.antenna-place', what))
        }
        isFailing = true
      }
    }
    writing = undefined
  }
  const change = (next: Content): void => {
    content = next
    isDirty = true
    writing ??= writeAll()
  }

  return {
    place: () => content.place,
    remember: (place) => {
      const before = content.place
      if (
        before !== undefined &&
        !isFar(before.position, place.position) &&
        !isFar(before.target, place.target)
      ) {
        return
      }
      change({ ...content, place })
    },
    lockOuts: () => content.lockOuts,
    setLockOuts: (lockOuts) => change({ ...content, lockOuts }),
    flush: async () => {
      await writing
    },
  }
}
