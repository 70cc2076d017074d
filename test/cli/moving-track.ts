import { PATIENCE_MS, waitUntil } from '../interop/mosquitto.ts'
import type { DaemonWorld, Running, Simulated } from '../station/daemon-world.ts'

/** `azel track` that has set the antenna in motion: from its 180°, 45° a slew of half a minute. */
export const trackUntilMoving = async (
  world: DaemonWorld,
  simulated: Simulated,
  options: readonly string[],
): Promise<Running> => {
  const track = world.azel(['track', '350,20', ...options])
  await waitUntil(
    () => simulated.moving(),
    PATIENCE_MS,
    () => `it moves: ${track.stderr()}`,
  )
  return track
}
