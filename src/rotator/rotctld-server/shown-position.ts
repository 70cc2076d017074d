import type { AzEl } from '../../kernel/angle.ts'
import { type Deg, deg } from '../../kernel/units.ts'
import { skyDirection } from '../../pointing/mount.ts'

/** Whether a client's direction is in the antenna's own coordinates: the sky has no such azimuth or elevation. */
export const isOwnCoordinates = ({ azimuth, elevation }: AzEl): boolean =>
  azimuth < 0 || azimuth > 360 || elevation > 90

const turnNearest = (azimuth: Deg, to: Deg): Deg => deg(azimuth + 360 * Math.round((to - azimuth) / 360))

/**
 * Where the antenna is, as this client counts. Whoever asks within 0 to 360 is never shown another turn of the cable
 * (380 broke the dead band of Gpredict, its issue 153); whoever asked beyond is shown the turn nearest to what he asked.
 */
export const shownPosition = (position: AzEl, lastAsked: AzEl | undefined): AzEl => {
  const leansOver = lastAsked !== undefined && lastAsked.elevation > 90
  const { azimuth, elevation } = leansOver ? position : skyDirection(position)
  if (lastAsked !== undefined && isOwnCoordinates(lastAsked)) {
    return { azimuth: turnNearest(azimuth, lastAsked.azimuth), elevation }
  }
  // Both ends of the circle are within it: who asked for 360 is not told 0.
  const isOtherEnd = lastAsked?.azimuth === 360 && turnNearest(azimuth, lastAsked.azimuth) === 360
  return { azimuth: isOtherEnd ? deg(360) : azimuth, elevation }
}
