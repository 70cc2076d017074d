import { createGs232Driver } from './gs232.ts'
import { textBytes } from './wire-text.ts'

/**
 * Yaesu GS-232B (Yaesu, GS-232B instruction manual): answers `C2` with `AZ=aaa  EL=eee`. The lone carriage return is
 * what Hamlib sends to model 603: it ends whatever a disturbed controller still waits for.
 */
export const gs232b = createGs232Driver({
  name: 'gs232b',
  title: 'Yaesu GS-232B',
  after: [textBytes('\r')],
})
