import { deg, ms } from '../../kernel/units.ts'
import { createRot2Driver } from './rot2prog.ts'
import { spidCapabilities } from './spid.ts'

/**
 * SPID MD-01 and MD-02 in their Rot2 mode, by their serial or USB port or over TCP: Rot2Prog's protocol, in which a set
 * is answered with the position, and between whose packets the firmware may write its log.
 */
export const md01 = createRot2Driver(
  spidCapabilities({
    name: 'md01',
    title: 'SPID MD-01/MD-02',
    axes: 'azimuth-elevation',
    hasRelays: false,
    resolution: deg(0.1),
    serial: {
      baudRates: [115_200, 460_800, 230_400, 57_600, 38_400, 19_200, 9600, 4800, 2400, 1200, 600],
      parity: 'none',
    },
    // At 600 baud 25 bytes there and back take 420 ms.
    replyTimeout: ms(700),
    pollPeriod: ms(1_000),
    answerLength: 12,
  }),
)
