import { readFileSync } from 'node:fs'
import { type Fault, fault, messageOf } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { BrokerSettings } from '../network/mqtt-link.ts'

const read = (path: string | undefined): Result<string | undefined, Fault> => {
  if (path === undefined) return ok(undefined)
  try {
    return ok(readFileSync(path, 'utf8').replace(/\r?\n$/, ''))
  } catch (thrown) {
    return err(fault('secret.unreadable', `${path} cannot be read: ${messageOf(thrown)}`))
  }
}

/** Reads what the configuration refers to by file: secrets never stand in it. */
export const brokerSettings = (options: {
  readonly url: string
  readonly username: string
  readonly clientId: string
  readonly passwordFile?: string | undefined
  readonly caFile?: string | undefined
  readonly certificateFile?: string | undefined
  readonly privateKeyFile?: string | undefined
  readonly sessionExpiryHours: number
}): Result<BrokerSettings, Fault> => {
  const password = read(options.passwordFile)
  if (!password.ok) return password
  const ca = read(options.caFile)
  if (!ca.ok) return ca
  const certificate = read(options.certificateFile)
  if (!certificate.ok) return certificate
  const privateKey = read(options.privateKeyFile)
  if (!privateKey.ok) return privateKey
  return ok({
    url: options.url,
    clientId: options.clientId,
    username: options.username,
    password: password.value,
    ca: ca.value,
    certificate: certificate.value,
    privateKey: privateKey.value,
    protocolVersion: 5,
    sessionExpirySeconds: Math.round(options.sessionExpiryHours * 3600),
  })
}
