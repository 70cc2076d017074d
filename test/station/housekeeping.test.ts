import { describe, expect, it } from 'vitest'
import { silentLog } from '../../src/kernel/log.ts'
import { ok } from '../../src/kernel/result.ts'
import { MS_PER_DAY, utcMs } from '../../src/kernel/time.ts'
import { ms } from '../../src/kernel/units.ts'
import { createVirtualClock } from '../../src/kernel/virtual-clock.ts'
import type { Store } from '../../src/outbox/store.ts'
import type { Agreement } from '../../src/sharing/agreement.ts'
import { streamIdOf } from '../../src/sharing/messages.ts'
import { pruneStreams } from '../../src/station/housekeeping.ts'

const NOW = utcMs(Date.UTC(2026, 7, 23))
const agreement = (id: string, receipts: boolean): Agreement => ({
  id,
  partnerId: 'denmark',
  product: 'doppler',
  dataModes: ['REAL'],
  delay: ms(0),
  coarsening: {},
  receipts,
  retention: ms(30 * MS_PER_DAY),
})
const streamOf = (id: string): string =>
  streamIdOf({ station: 'oslo-1', partner: 'denmark', agreement: id, product: 'doppler', dataMode: 'REAL' })

describe('the nightly housekeeping', () => {
  it('lets go by age only where the agreement knows no receipts', async () => {
    const asked: unknown[] = []
    const streams = ['signed', 'unsigned', 'ended'].map((id) => ({ stream: streamOf(id) }))
    const store = {
      status: async () => ok({ streams }),
      prune: async (options: unknown) => {
        asked.push(options)
        return ok(2)
      },
    } as unknown as Store
    const dropped = await pruneStreams({
      clock: createVirtualClock({ startUtc: NOW }),
      log: silentLog,
      store,
      policy: {
        station: 'oslo-1',
        partners: [],
        agreements: [agreement('signed', true), agreement('unsigned', false)],
        groups: new Map(),
      },
    })
    expect(dropped).toBe(6)
    expect(asked).toEqual([
      { stream: streamOf('signed'), unreceiptedBeforeUtc: undefined },
      { stream: streamOf('unsigned'), unreceiptedBeforeUtc: NOW - 30 * MS_PER_DAY },
      // Its agreement is gone: what nobody signed for stays.
      { stream: streamOf('ended'), unreceiptedBeforeUtc: undefined },
    ])
  })
})
