import { createGs232Driver } from './gs232.ts'

/** Yaesu GS-232A (Yaesu, GS-232A instruction manual): answers `C2` with `+0aaa+0eee`. */
export const gs232a = createGs232Driver({ name: 'gs232a', title: 'Yaesu GS-232A', after: [] })
