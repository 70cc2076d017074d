import { MS_PER_SECOND } from '../../kernel/time.ts'
import type { PassRows } from './pass-rows.ts'
import type { SkyEvaluator } from './sky-evaluator.ts'
import { timeScale } from './state-scale.ts'
import { mendVelocity } from './true-velocity.ts'
import type { VelocityMender } from './velocity-mender.ts'

// How far apart the nodes are on an eccentric orbit, in times in which the object moves by its distance from the
// Earth's centre (the shorter one of both nodes): the quintic between them stays within 0.0005°.
const NODE_SHARE = 0.4

/**
 * Notes the nodes of a pass' trajectory in the order of time, and what has to be between them on an eccentric orbit.
 */
export class TrajectoryNodes {
  readonly #evaluator: SkyEvaluator
  readonly #rows: PassRows
  readonly #mender: VelocityMender
  readonly #node = new Float64Array(6)
  readonly #between = new Float64Array(6)
  #lastMs = 0
  #lastScale = 0

  constructor(options: {
    readonly evaluator: SkyEvaluator
    readonly rows: PassRows
    readonly mender: VelocityMender
  }) {
    this.#evaluator = options.evaluator
    this.#rows = options.rows
    this.#mender = options.mender
  }

  /** Begins a pass with its first node, as SGP4 gives it. The evaluator may be moved, here and below. */
  begin(index: number, atMs: number, state: Float64Array): void {
    this.#rows.begin()
    this.#node.set(state)
    this.#mendAndNote(index, atMs, this.#node)
  }

  /** Notes a node, as SGP4 gives it or with its velocity mended already. */
  note(index: number, atMs: number, state: Float64Array, isMended = false): void {
    const node = this.#node
    node.set(state)
    if (this.#mender.isEccentric) {
      const share = NODE_SHARE * Math.min(this.#lastScale, timeScale(node)) * MS_PER_SECOND
      const parts = Math.ceil((atMs - this.#lastMs) / share)
      const fromMs = this.#lastMs
      for (let part = 1; part < parts; part += 1) {
        const ms = fromMs + ((atMs - fromMs) * part) / parts
        if (!this.#evaluator.evaluate(index, ms)) continue
        this.#between.set(this.#evaluator.state)
        this.#mendAndNote(index, ms, this.#between)
      }
    }
    if (isMended) this.#noteAsIs(atMs, node)
    else this.#mendAndNote(index, atMs, node)
  }

  // A trajectory needs the derivative of the places.
  #mendAndNote(index: number, atMs: number, node: Float64Array): void {
    if (this.#mender.isEccentric) mendVelocity(this.#evaluator, index, atMs, node)
    this.#noteAsIs(atMs, node)
  }

  #noteAsIs(atMs: number, node: Float64Array): void {
    this.#rows.noteNode(atMs, node)
    this.#lastMs = atMs
    this.#lastScale = timeScale(node)
  }
}
