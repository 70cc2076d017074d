import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { signingKeyFromSeed } from '../../src/sharing/keys.ts'
import { seal } from '../../src/sharing/seal.ts'

const key = signingKeyFromSeed(
  Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex'),
)
const sealed = seal({ type: 'azel-item+jws', key, payload: { measuredHz: 145_800_000.25, name: 'ØRSTED' } })
const altered = sealed
  .replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
  .replace(/\.(.)/, (_match, first) => `.${first === 'e' ? 'f' : 'e'}`)

// The first on the PATH may be another than the one that the distribution's packages belong to.
const python = ['python3', '/usr/bin/python3'].find(
  (program) => spawnSync(program, ['-c', 'import cryptography'], { stdio: 'ignore' }).status === 0,
)
const openssl = spawnSync('openssl', ['version'], { stdio: 'ignore' }).status === 0

describe.skipIf(python === undefined)(
  'our seal, verified over its raw bytes by Python’s cryptography',
  () => {
    it('holds, and does not when it was altered', () => {
      const program = `
import sys, base64, json
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
un = lambda text: base64.urlsafe_b64decode(text + '=' * (-len(text) % 4))
key, token = sys.argv[1:]
signed, signature = token.rsplit('.', 1)
Ed25519PublicKey.from_public_bytes(un(key)).verify(un(signature), signed.encode())
header, payload = signed.split('.')
print(json.loads(un(header))['alg'], json.loads(un(payload))['name'])`
      const verify = (token: string) =>
        spawnSync(python ?? 'python3', ['-c', program, key.publicKey.text, token], {
          encoding: 'utf8',
          env: { ...process.env, PYTHONIOENCODING: 'utf-8' },
        })
      expect(verify(sealed).stdout.trim()).toBe('Ed25519 ØRSTED')
      expect(verify(altered).stderr).toContain('InvalidSignature')
    })
  },
)

describe.skipIf(!openssl)('our seal, verified over its raw bytes by OpenSSL', () => {
  it('holds, and does not when it was altered', () => {
    const folder = mkdtempSync(join(tmpdir(), 'azel-seal-'))
    try {
      const spki = Buffer.concat([
        Buffer.from('302a300506032b6570032100', 'hex'),
        Buffer.from(key.publicKey.text, 'base64url'),
      ])
      writeFileSync(join(folder, 'key.der'), spki)
      const verify = (token: string): number | null => {
        const end = token.lastIndexOf('.')
        writeFileSync(join(folder, 'signed'), token.slice(0, end))
        writeFileSync(join(folder, 'signature'), Buffer.from(token.slice(end + 1), 'base64url'))
        const parameters = [
          'pkeyutl',
          '-verify',
          '-pubin',
          '-keyform',
          'DER',
          '-inkey',
          'key.der',
          '-rawin',
          '-in',
          'signed',
          '-sigfile',
          'signature',
        ]
        return spawnSync('openssl', parameters, { cwd: folder, stdio: 'ignore' }).status
      }
      expect(verify(sealed)).toBe(0)
      expect(verify(altered)).not.toBe(0)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
