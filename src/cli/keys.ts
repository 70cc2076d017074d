import type { Command } from 'commander'
import { printFault, printLine } from './output.ts'

export const registerKeysCommand = (program: Command): void => {
  const keys = program.command('keys').description('make and show signing keys')
  keys
    .command('create')
    .argument('<file>', 'where the new key goes; an existing file is never overwritten')
    .description('make an Ed25519 signing key (mode 0600) and print its public part')
    .action(async (file: string) => {
      const { createKeyFile } = await import('../sharing/key-file.ts')
      const key = createKeyFile(file)
      if (!key.ok) {
        printFault(key.error)
        return
      }
      printLine(key.value.publicKey.text)
      process.stderr.write(
        `The key is in ${file}. Give the line above to your partners; keep the file to yourself.\n`,
      )
    })
  keys
    .command('show')
    .argument('<file>', 'a key file')
    .description('print the public part of a key')
    .action(async (file: string) => {
      const { readSigningKey } = await import('../sharing/key-file.ts')
      const key = readSigningKey(file)
      if (key.ok) printLine(key.value.publicKey.text)
      else printFault(key.error)
    })
}
