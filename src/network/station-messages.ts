import type { Clock } from '../kernel/clock.ts'
import { formatUtc, utcPlus } from '../kernel/time.ts'
import type { DataMode } from '../observation/record.ts'
import type { StreamStatus } from '../outbox/store.ts'
import type { SigningKey } from '../sharing/keys.ts'
import { type Birth, CHECKPOINT_VALID, type Checkpoint, type Status } from '../sharing/messages.ts'
import { type SealType, seal } from '../sharing/seal.ts'
import type { OutgoingMessage } from './broker-link.ts'
import { birthTopic, checkpointTopic, statusTopic } from './topics.ts'

/** What the station says of itself to all its partners. */
export interface StationDescription {
  readonly name: string
  readonly software: string
  readonly latitudeDeg: number
  readonly longitudeDeg: number
  readonly placeResolutionDeg: number
  readonly antenna: Birth['antenna']
}

/** The retained messages in which the station speaks of itself and of its streams, sealed and addressed. */
export interface StationMessages {
  readonly birth: () => OutgoingMessage
  readonly status: (state: Status['state']) => OutgoingMessage
  readonly checkpoint: (stream: StreamStatus) => OutgoingMessage
}

export const createStationMessages = (options: {
  readonly clock: Clock
  readonly key: SigningKey
  readonly station: string
  readonly bootId: string
  readonly dataMode: () => DataMode
  readonly description: StationDescription
}): StationMessages => {
  const { clock, station, bootId } = options
  const retained = (topic: string, type: SealType, payload: unknown): OutgoingMessage => ({
    topic,
    payload: Buffer.from(seal({ type, key: options.key, payload }), 'ascii'),
    retain: true,
  })
  return {
    birth: () => {
      const dataMode = options.dataMode()
      const payload: Birth = {
        schema: 'azel.birth/1',
        station,
        dataMode,
        bootId,
        issuedUtc: formatUtc(clock.utcNow()),
        ...options.description,
      }
      return retained(birthTopic(dataMode, station), 'azel-birth+jws', payload)
    },
    status: (state) => {
      const dataMode = options.dataMode()
      const payload: Status = {
        schema: 'azel.status/1',
        station,
        dataMode,
        bootId,
        state,
        issuedUtc: formatUtc(clock.utcNow()),
      }
      return retained(statusTopic(dataMode, station), 'azel-status+jws', payload)
    },
    checkpoint: ({ stream, dataMode, partner, number, head, oldest, receipted }) => {
      const issuedUtc = clock.utcNow()
      const payload: Checkpoint = {
        schema: 'azel.checkpoint/1',
        station,
        dataMode,
        stream,
        partner,
        number,
        head,
        oldest,
        receipted,
        bootId,
        issuedUtc: formatUtc(issuedUtc),
        validUntilUtc: formatUtc(utcPlus(issuedUtc, CHECKPOINT_VALID)),
      }
      return retained(checkpointTopic(dataMode, station, stream), 'azel-checkpoint+jws', payload)
    },
  }
}
