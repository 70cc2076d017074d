/**
 * Passes as numbers, so that they cross from a worker without being copied: one row after the other, each a head
 * (`ROW`), then its culminations and then the nodes of its trajectory.
 */
const ROW_LOCAL = {
  /** Of the row, in doubles. */
  length: 0,
  /** Number of the object in the catalogue searched. */
  object: 1,
  /** 1 where the window cuts the beginning, 2 where it cuts the end; their sum for both. */
  open: 2,
  aosUtcMs: 3,
  /** Azimuths and elevations are in radians, azimuths within ±π. */
  aosAzimuth: 4,
  tcaUtcMs: 5,
  tcaAzimuth: 6,
  maximumElevation: 7,
  losUtcMs: 8,
  losAzimuth: 9,
  culminations: 10,
  nodes: 11,
} as const
/** `ROW_LOCAL`, for other modules. */
export const ROW = ROW_LOCAL
export const ROW_HEAD = 12
export const OPEN_START = 1
export const OPEN_END = 2

/** A culmination: instant, azimuth, elevation. */
export const CULMINATION_LENGTH = 3
/** A node: instant in UTC ms, position and velocity in TEME, km and km/s. */
export const NODE_LENGTH = 7

// Literals to the compiler, as exports are not (`records.ts`).
const HEAD = ROW_HEAD
const CULMINATION = CULMINATION_LENGTH
const NODE = NODE_LENGTH

/** A chunk of some thousand passes: half a megabyte, which is soon filled and soon handed on. */
const CHUNK_DOUBLES = 65_536

/** Receives rows, the first `length` doubles of the array; when it returns, the array is filled anew. */
export type TakeRows = (rows: Float64Array, length: number) => void

/** Lays rows down and hands them on by the chunk, always the same one: memory does not grow with what is found. */
export class PassRows {
  readonly #take: TakeRows
  #chunk = new Float64Array(CHUNK_DOUBLES)
  #length = 0
  #culminations = new Float64Array(8 * CULMINATION)
  #culminationCount = 0
  #nodes = new Float64Array(32 * NODE)
  #nodeCount = 0
  /** How many passes were laid down. */
  passes = 0

  constructor(take: TakeRows) {
    this.#take = take
  }

  /** Forgets the culminations and nodes noted so far. */
  begin(): void {
    this.#culminationCount = 0
    this.#nodeCount = 0
  }

  get nodeCount(): number {
    return this.#nodeCount
  }

  noteCulmination(utcMs: number, azimuth: number, elevation: number): void {
    const at = this.#culminationCount * CULMINATION
    if (at === this.#culminations.length) this.#culminations = doubled(this.#culminations)
    this.#culminations[at] = utcMs
    this.#culminations[at + 1] = azimuth
    this.#culminations[at + 2] = elevation
    this.#culminationCount += 1
  }

  /** Notes a node of the trajectory; they may come in any order. */
  noteNode(utcMs: number, state: Float64Array): void {
    if (this.#nodeCount * NODE === this.#nodes.length) this.#nodes = doubled(this.#nodes)
    const nodes = this.#nodes
    let at = this.#nodeCount * NODE
    // Kept in the order of time; there are few, and they mostly come so.
    while (at > 0 && (nodes[at - NODE] ?? 0) > utcMs) {
      at -= NODE
      for (let field = at; field < at + NODE; field += 1) nodes[field + NODE] = nodes[field] ?? 0
    }
    nodes[at] = utcMs
    for (let field = 0; field < 6; field += 1) nodes[at + 1 + field] = state[field] ?? 0
    this.#nodeCount += 1
  }

  /** Lays a pass down with what was noted since `begin`. The head's fields are those of `ROW` from `object` on. */
  end(head: Float64Array): void {
    const culminations = this.#culminationCount * CULMINATION
    const nodes = this.#nodeCount * NODE
    const length = HEAD + culminations + nodes
    if (this.#length + length > this.#chunk.length) this.flush(length)
    const chunk = this.#chunk
    const at = this.#length
    for (let field = 1; field < ROW_LOCAL.culminations; field += 1) chunk[at + field] = head[field] ?? 0
    chunk[at] = length
    chunk[at + ROW_LOCAL.culminations] = this.#culminationCount
    chunk[at + ROW_LOCAL.nodes] = this.#nodeCount
    let to = at + HEAD
    for (let field = 0; field < culminations; field += 1) chunk[to++] = this.#culminations[field] ?? 0
    for (let field = 0; field < nodes; field += 1) chunk[to++] = this.#nodes[field] ?? 0
    this.#length = to
    this.passes += 1
  }

  /** Hands on what is there. */
  flush(room = 0): void {
    if (this.#length > 0) this.#take(this.#chunk, this.#length)
    this.#length = 0
    if (room > this.#chunk.length) this.#chunk = new Float64Array(room)
  }
}

const doubled = (values: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
  const larger = new Float64Array(values.length * 2)
  larger.set(values)
  return larger
}
