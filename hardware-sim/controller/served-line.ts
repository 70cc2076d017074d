import type { Fault } from '../../src/kernel/errors.ts'
import { ok, type Result } from '../../src/kernel/result.ts'
import type { Controller } from './controller.ts'
import { serveControllerOnPty } from './pty-line.ts'
import { serveControllerOnTcp } from './tcp-line.ts'

/** A serial line that real programs open, with a plug that can be pulled. */
export interface ServedLine {
  /** A path, or `tcp://HOST:PORT`; of the moment. */
  readonly place: () => string
  /** Pulls the plug or puts it back, under another name if `renamed`. */
  readonly setPlugged: (plugged: boolean, renamed?: boolean) => void
  readonly close: () => Promise<void>
}

export interface LineChoice {
  /** TCP where given, else a pseudo-terminal, with a link at `portPath` where that is given. */
  readonly listen?: { readonly host: string; readonly port: number }
  readonly portPath?: string
}

interface OpenLine {
  readonly place: string
  /** To be opened there again after it was pulled. */
  readonly choice: LineChoice
  readonly close: () => Promise<void>
  readonly ended?: Promise<void>
}

const openLine = async (controller: Controller, choice: LineChoice): Promise<Result<OpenLine, Fault>> => {
  const { listen, portPath } = choice
  if (listen !== undefined) {
    const server = await serveControllerOnTcp({ controller, ...listen })
    if (!server.ok) return server
    const { host, port, close } = server.value
    return ok({ place: `tcp://${host}:${port}`, choice: { listen: { host, port } }, close })
  }
  const line = await serveControllerOnPty({
    controller,
    ...(portPath === undefined ? {} : { path: portPath }),
  })
  if (!line.ok) return line
  const { path, close, ended } = line.value
  return ok({ place: path, choice, close, ended })
}

const renamedChoice = ({ listen, portPath }: LineChoice, count: number): LineChoice => {
  if (listen !== undefined) return { listen: { ...listen, port: 0 } }
  return portPath === undefined ? {} : { portPath: `${portPath}-${count}` }
}

/**
 * Opens the line; the failures are those of `pty-line.ts` and `tcp-line.ts`. `onMoved` is told when it came back
 * elsewhere, `onTrouble` when it did not come back or was ended by somebody else.
 */
export const serveLine = async (options: {
  readonly controller: Controller
  readonly choice: LineChoice
  readonly onMoved: (place: string) => void
  readonly onTrouble: (sentence: string) => void
}): Promise<Result<ServedLine, Fault>> => {
  const { controller, onMoved, onTrouble } = options
  const first = await openLine(controller, options.choice)
  if (!first.ok) return first
  let open: OpenLine | undefined = first.value
  let last = first.value
  let renames = 1
  // One after the other: who pulls a plug twice in a second waits for the first.
  let working: Promise<void> = Promise.resolve()

  const watch = (line: OpenLine): void => {
    void line.ended?.then(() => {
      if (open !== line) return
      open = undefined
      onTrouble('The pseudo-terminal is gone: socat was ended')
    })
  }
  const pull = async (): Promise<void> => {
    const line = open
    open = undefined
    await line?.close()
  }
  const plugIn = async (renamed: boolean): Promise<void> => {
    if (open !== undefined) return
    if (renamed) renames += 1
    const line = await openLine(controller, renamed ? renamedChoice(options.choice, renames) : last.choice)
    if (!line.ok) {
      onTrouble(line.error.message)
      return
    }
    const moved = line.value.place !== last.place
    open = line.value
    last = line.value
    watch(line.value)
    if (moved) onMoved(line.value.place)
  }
  const enqueue = (work: () => Promise<void>): void => {
    working = working.then(work)
  }

  watch(first.value)
  return ok({
    place: () => last.place,
    setPlugged: (plugged, renamed = false) => enqueue(plugged ? () => plugIn(renamed) : pull),
    close: async () => {
      enqueue(pull)
      await working
    },
  })
}
