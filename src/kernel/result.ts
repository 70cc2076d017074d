/** An expected outcome: a value, or a failure that the caller must look at. Our own mistakes throw instead. */
export type Result<Value, Failure> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: Failure }

export const ok = <Value>(value: Value): { readonly ok: true; readonly value: Value } => ({ ok: true, value })

export const err = <Failure>(error: Failure): { readonly ok: false; readonly error: Failure } => ({
  ok: false,
  error,
})

/** For tests and for places where a failure is our own mistake: the value, or a thrown error naming the failure. */
export const unwrap = <Value, Failure>(result: Result<Value, Failure>): Value => {
  if (result.ok) return result.value
  const failure: unknown = result.error
  throw new Error(
    failure !== null && typeof failure === 'object' && 'message' in failure
      ? String(failure.message)
      : JSON.stringify(failure),
    { cause: failure },
  )
}

/** Makes a mistake of ours visible where the type checker cannot rule it out. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (condition !== true && !condition) throw new Error(`internal mistake: ${message}`)
}

/** An exhaustive switch ends here; the type checker refuses a case that was forgotten. */
export const unreachable = (value: never): never => {
  throw new Error(`internal mistake: unexpected value ${JSON.stringify(value)}`)
}
