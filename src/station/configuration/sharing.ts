import type { Fault } from '../../kernel/errors.ts'
import { ok, type Result } from '../../kernel/result.ts'
import { MS_PER_DAY, parseUtc, type UtcMs } from '../../kernel/time.ts'
import { deg, hz, ms, sec } from '../../kernel/units.ts'
import type { Agreement, Partner } from '../../sharing/agreement.ts'
import { parsePublicKey } from '../../sharing/keys.ts'
import type { SharingPolicy } from '../../sharing/releaser.ts'
import type { Configuration } from './schema.ts'

type AgreementSettings = Configuration['sharing']['agreements'][number]

const instant = (text: string | undefined): UtcMs | undefined => {
  const parsed = text === undefined ? undefined : parseUtc(text)
  return parsed?.ok === true ? parsed.value : undefined
}

const agreementOf = (settings: AgreementSettings): Agreement => ({
  id: settings.id,
  partnerId: settings.partner,
  product: settings.product,
  dataModes: settings.dataModes,
  catalogNumbers: settings.catalogNumbers === undefined ? undefined : new Set(settings.catalogNumbers),
  validFromUtc: instant(settings.validFrom),
  validUntilUtc: instant(settings.validUntil),
  delay: ms(settings.delaySec * 1000),
  coarsening: {
    ...(settings.onePerSec === undefined ? {} : { onePer: sec(settings.onePerSec) }),
    ...(settings.timeStepSec === undefined ? {} : { time: sec(settings.timeStepSec) }),
    ...(settings.frequencyStepHz === undefined ? {} : { frequency: hz(settings.frequencyStepHz) }),
    ...(settings.angleStepDeg === undefined ? {} : { angle: deg(settings.angleStepDeg) }),
  },
  receipts: settings.receipts,
  retention: ms(settings.retentionDays * MS_PER_DAY),
})

/** Partners, agreements and groups as the release gate takes them. Error: `key.invalid` for a partner's key. */
export const sharingOf = (configuration: Configuration): Result<SharingPolicy, Fault> => {
  const partners: Partner[] = []
  for (const { id, nation, publicKey } of configuration.sharing.partners) {
    const key = parsePublicKey(publicKey)
    if (!key.ok) return key
    partners.push({ id, nation, key: key.value })
  }
  return ok({
    station: configuration.station.id,
    partners,
    agreements: configuration.sharing.agreements.map(agreementOf),
    groups: new Map(
      Object.entries(configuration.sharing.groups).map(([code, nations]) => [code, new Set(nations)]),
    ),
  })
}
