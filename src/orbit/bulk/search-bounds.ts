/** A cone of elevation and a window to find the passes in. */
export interface SearchBounds {
  readonly fromMs: number
  readonly toMs: number
  /** Radians. */
  readonly minimumElevation: number
}
