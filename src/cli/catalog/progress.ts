/** One line on a terminal that changes while something long is done. Nothing where standard error is no terminal. */
export interface Progress {
  readonly tell: (text: string) => void
  readonly clear: () => void
}

const BACK_AND_ERASE = '\r\u001B[K'

export const createProgress = (): Progress => {
  const { stderr } = process
  if (!stderr.isTTY) return { tell: () => {}, clear: () => {} }
  return {
    tell: (text) => {
      stderr.write(`${BACK_AND_ERASE}${text.slice(0, Math.max(10, stderr.columns - 1))}`)
    },
    clear: () => {
      stderr.write(BACK_AND_ERASE)
    },
  }
}
