import { dataModeSchema } from '../observation/record.ts'
import type { Agreement } from '../sharing/agreement.ts'
import { streamIdOf } from '../sharing/messages.ts'
import { birthTopic, checkpointTopic, inboxTopic, statusTopic, streamTopic } from './topics.ts'

/**
 * Who may read and write what at the broker, from the agreements alone. The release gate decides what is sent at
 * all; this fence behind it keeps each stream from everybody but its partner, whatever the gate decided.
 */
export interface AccessPolicy {
  readonly station: string
  readonly agreements: readonly Agreement[]
}

interface AccessRules {
  readonly read: readonly string[]
  readonly write: readonly string[]
}

/** The topics of one partner; empty for somebody without an agreement. */
export const accessOf = (policy: AccessPolicy, partner: string): AccessRules => {
  const { station } = policy
  const read = new Set<string>()
  const write = new Set<string>()
  for (const agreement of policy.agreements) {
    if (agreement.partnerId !== partner) continue
    for (const dataMode of dataModeSchema.options) {
      if (!agreement.dataModes.includes(dataMode)) continue
      const stream = streamIdOf({
        station,
        partner,
        agreement: agreement.id,
        product: agreement.product,
        dataMode,
      })
      read.add(birthTopic(dataMode, station))
      read.add(statusTopic(dataMode, station))
      read.add(streamTopic(dataMode, station, stream))
      read.add(checkpointTopic(dataMode, station, stream))
      write.add(inboxTopic({ dataMode, station, partner, kind: 'receipt' }))
      write.add(inboxTopic({ dataMode, station, partner, kind: 'resend' }))
    }
  }
  return { read: [...read], write: [...write] }
}

const stationTree = (station: string): RegExp => new RegExp(`^azel/v1/[a-z]+/${station}/`)

/** For a broker that asks us (the demo's embedded one): may this identity be given a message of this topic? */
export const mayRead = (policy: AccessPolicy, identity: string, topic: string): boolean =>
  identity === policy.station
    ? stationTree(policy.station).test(topic)
    : accessOf(policy, identity).read.includes(topic)

export const mayWrite = (policy: AccessPolicy, identity: string, topic: string): boolean =>
  identity === policy.station
    ? stationTree(policy.station).test(topic)
    : accessOf(policy, identity).write.includes(topic)

/** The same as mosquitto's `acl_file`; identities are user names. */
export const mosquittoAccessFile = (policy: AccessPolicy, partners: readonly string[]): string => {
  const lines = [
    '# Made by "azel broker access" from the agreements of the configuration. Do not edit: make it anew.',
    '',
    `user ${policy.station}`,
    `topic readwrite azel/v1/+/${policy.station}/#`,
  ]
  for (const partner of partners) {
    const { read, write } = accessOf(policy, partner)
    if (read.length === 0) {
      lines.push('', `# ${partner}: no agreement, no access`)
      continue
    }
    lines.push('', `user ${partner}`)
    for (const topic of read) lines.push(`topic read ${topic}`)
    for (const topic of write) lines.push(`topic write ${topic}`)
  }
  return `${lines.join('\n')}\n`
}
