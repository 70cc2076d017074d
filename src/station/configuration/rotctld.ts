import { isIP } from 'node:net'
import { z } from 'zod'
import { allowEntryProblem, isLoopback } from '../../rotator/rotctld-server/allow-list.ts'
import type { Problem } from './problem.ts'
import { readTcpPlace, type TcpPlace } from './tcp-place.ts'

/** The rotctld server of the station: absent, there is none. */
export const rotctldSchema = z.strictObject({
  listen: z
    .string()
    .max(256)
    .default('127.0.0.1:4533')
    .describe('Address and port; any address but a loopback one needs an allow list.'),
  allow: z
    .array(z.string().max(64))
    .max(64)
    .default([])
    .describe('Addresses and networks (192.168.1.0/24) that may connect, beside programs on this host.'),
  precedence: z
    .enum(['plan-first', 'programs-first'])
    .default('plan-first')
    .describe("Whether programs go before the station's own passes; an operator goes before both."),
})

/** Reads where to listen. A name would be looked up, and might be another host tomorrow: an address, or `localhost`. */
export const readListenPlace = (text: string): TcpPlace | undefined => {
  const place = readTcpPlace(text)
  return place !== undefined && (place.host === 'localhost' || isIP(place.host) !== 0) ? place : undefined
}

/** What is wrong with the server's settings, beside their form. */
export const checkRotctld = (
  rotctld: z.infer<typeof rotctldSchema> | undefined,
  antennaMoves: boolean,
): readonly Problem[] => {
  if (rotctld === undefined) return []
  if (!antennaMoves) return [{ path: ['rotctld'], problem: 'a fixed antenna has nothing to serve' }]
  const problems: Problem[] = rotctld.allow.flatMap((entry, index) => {
    const problem = allowEntryProblem(entry)
    return problem === undefined ? [] : [{ path: ['rotctld', 'allow', index], problem }]
  })
  const place = readListenPlace(rotctld.listen)
  if (place === undefined) {
    return [
      ...problems,
      {
        path: ['rotctld', 'listen'],
        problem: `write it as ADDRESS:PORT, for instance 127.0.0.1:4533, not ${rotctld.listen}`,
      },
    ]
  }
  if (!isLoopback(place.host) && rotctld.allow.length === 0) {
    problems.push({
      path: ['rotctld', 'listen'],
      problem: `others can reach ${place.host}, and the protocol has no password: list who may under rotctld.allow`,
    })
  }
  return problems
}
