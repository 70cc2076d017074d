import { Socket } from 'node:net'

// bin/azel.js sets it: the number of a pipe among this process's files, whose other end the launcher holds.
const PIPE_ENVIRONMENT = 'AZEL_LAUNCHER_PIPE'

const openPipe = (file: number): Socket | undefined => {
  try {
    return new Socket({ fd: file, readable: true, writable: false })
  } catch {
    // No pipe: somebody else set the variable.
    return undefined
  }
}

/**
 * Where a launcher started this process: ends it as at SIGTERM once the launcher is gone. Whoever killed the launcher meant
 * Azel, and an antenna must not go on moving for nobody.
 */
export const endWithLauncher = (): void => {
  const pipe = process.env[PIPE_ENVIRONMENT]
  // What this process starts has no such pipe.
  delete process.env[PIPE_ENVIRONMENT]
  if (pipe === undefined || !/^\d{1,3}$/.test(pipe)) return
  const socket = openPipe(Number(pipe))
  if (socket === undefined) return
  socket.on('error', () => {})
  socket.on('close', () => process.kill(process.pid, 'SIGTERM'))
  socket.resume()
  socket.unref()
}
