import { open, rename, rm } from 'node:fs/promises'
import { type Fault, fault, messageOf } from '../../kernel/errors.ts'
import { err, ok, type Result } from '../../kernel/result.ts'

/** Writes a file so that whoever looks sees the old one or the whole new one. Fault `plan.not-written`. */
export const writeWholeFile = async (path: string, text: string): Promise<Result<undefined, Fault>> => {
  const temporary = `${path}.${process.pid}.new`
  try {
    await using file = await open(temporary, 'w')
    await file.writeFile(text)
    await file.sync()
    await rename(temporary, path)
    return ok(undefined)
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => undefined)
    return err(fault('plan.not-written', `${path} cannot be written: ${messageOf(thrown)}`))
  }
}
