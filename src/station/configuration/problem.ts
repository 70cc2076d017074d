/** What is wrong with a setting, and where it stands. */
export interface Problem {
  readonly path: readonly PropertyKey[]
  readonly problem: string
}
