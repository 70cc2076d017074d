/** SGP4's numbers for what can go wrong (AIAA 2006-6753, app. D, `sgp4`); 0 is none. */
export const SGP4_ERROR = {
  none: 0,
  meanEccentricity: 1,
  meanMotion: 2,
  perturbedEccentricity: 3,
  semiLatusRectum: 4,
  decayed: 6,
} as const
