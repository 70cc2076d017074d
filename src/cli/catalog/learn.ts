import { learnFromStore } from '../../catalog/learn-store.ts'
import { createRealClock } from '../../kernel/real-clock.ts'
import { printFault, printLine } from '../output.ts'
import type { Progress } from './progress.ts'

/** After new sets came: what the history teaches of how sure predictions are, where there is enough of it. */
export const learnAnew = (
  storePath: string,
  { progress, isQuiet }: { readonly progress: Progress; readonly isQuiet: boolean },
): void => {
  progress.tell('learning how sure predictions are')
  const learned = learnFromStore(storePath, createRealClock().utcNow())
  progress.clear()
  if (!learned.ok) printFault(learned.error)
  else if (learned.value !== undefined && !isQuiet)
    printLine(`Learned how sure predictions are, of ${learned.value.model.learnedFrom}.`)
}
