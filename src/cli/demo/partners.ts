import { createListener, type Listener } from '../../hub/listener.ts'
import { openListenerStore } from '../../hub/listener-store.ts'
import { type Clock, sleep } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import type { Random } from '../../kernel/random.ts'
import { ms } from '../../kernel/units.ts'
import type { mqttLinkOpener } from '../../network/mqtt-link.ts'
import type { Store } from '../../outbox/store.ts'
import type { SigningKey } from '../../sharing/keys.ts'
import { PARTNER_IDS, type PartnerId, type Scenario } from './scenario.ts'

// The broker is real: what is under way there ends within this, or is told as missing.
const DRAIN_LIMIT_MS = 20_000
const CONNECT_LIMIT_MS = 5_000
const POLL = ms(10)

/** One of the three, as `azel listen` is. */
export interface DemoPartner {
  readonly listener: Listener
}

export const startPartners = (options: {
  readonly clock: Clock
  readonly wallClock: Clock
  readonly random: Random
  readonly keys: { readonly station: SigningKey; readonly partners: Readonly<Record<PartnerId, SigningKey>> }
  readonly scenario: Scenario
  readonly openAs: (identity: string) => ReturnType<typeof mqttLinkOpener>
}): ReadonlyMap<PartnerId, DemoPartner> =>
  new Map(
    PARTNER_IDS.flatMap((id) => {
      const store = openListenerStore(':memory:')
      if (!store.ok) return []
      const listener = createListener({
        clock: options.clock,
        linkClock: options.wallClock,
        log: silentLog,
        random: options.random.fork(`partner ${id}`),
        open: options.openAs(id),
        store: store.value,
        partner: id,
        key: options.keys.partners[id],
        stations: new Map([[options.scenario.configuration.station.id, options.keys.station.publicKey]]),
        onEvent: () => {},
      })
      return [[id, { listener }] as const]
    }),
  )

/** The partners are there before the pass, as real ones would be; one that cannot connect does not stop the demo. */
export const waitForPartners = async (
  wallClock: Clock,
  partners: ReadonlyMap<PartnerId, DemoPartner>,
): Promise<void> => {
  const limit = wallClock.monoNow() + CONNECT_LIMIT_MS
  while (
    ![...partners.values()].every(({ listener }) => listener.connected()) &&
    wallClock.monoNow() < limit
  ) {
    await sleep(wallClock, POLL)
  }
}

/** Lets the broker and the partners finish what is under way: until each has signed for all that is his. */
export const drainPartners = async (
  wallClock: Clock,
  store: Store,
  partners: ReadonlyMap<PartnerId, DemoPartner>,
): Promise<void> => {
  const limit = wallClock.monoNow() + DRAIN_LIMIT_MS
  while (wallClock.monoNow() < limit) {
    const status = await store.status()
    if (!status.ok) return
    const owed = status.value.streams.some(({ number, receipted }) => receipted < number)
    const missing = [...partners.values()].some(({ listener }) => listener.missing() > 0)
    if (!owed && !missing) return
    await sleep(wallClock, POLL)
  }
}
