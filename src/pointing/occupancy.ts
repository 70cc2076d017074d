/**
 * Who may have the antenna: the station's own plan (`plan`), a person at the station (`operator`), or a program that
 * asks through the rotctld server (`program`).
 */
export type AntennaUser = 'plan' | 'operator' | 'program'

/** Whether programs go before the station's own passes; a person goes before both. */
export type Precedence = 'plan-first' | 'programs-first'

const rank = (user: AntennaUser, precedence: Precedence): number => {
  if (user === 'operator') return 2
  const isFirst = (user === 'plan') === (precedence === 'plan-first')
  return isFirst ? 1 : 0
}

/** Whether somebody may take the antenna from who has it. The same one may always ask anew. */
export const mayTake = (options: {
  readonly holder: AntennaUser | undefined
  readonly user: AntennaUser
  readonly precedence: Precedence
}): boolean =>
  options.holder === undefined ||
  rank(options.user, options.precedence) >= rank(options.holder, options.precedence)
