import { createBoundedMap } from '@fjmcp-broker/shared/bounded-map'

/** A bounded memory in front of look-ups that cost something. It is told of every change of what it looks up. */
export interface ReadThrough<Value> {
  /** What is remembered, else what is found, which is remembered unless something changed meanwhile. What is not there is not remembered. */
  get(key: string): Promise<Value | undefined>
  /** What is remembered. */
  known(key: string): Value | undefined
  set(key: string, value: Value): void
  /** To be called after the change of a value. */
  forget(key: string): void
  /** To be called after the change of all values that the test is true of. */
  forgetWhere(test: (value: Value) => boolean): void
}

/** @param limit Values remembered at most; the others cost a look-up. */
export function createReadThrough<Value>({
  limit,
  find,
}: {
  readonly limit: number
  readonly find: (key: string) => Promise<Value | undefined>
}): ReadThrough<Value> {
  const remembered = createBoundedMap<Value>(limit)
  let changes = 0

  return {
    async get(key) {
      const known = remembered.get(key)
      if (known !== undefined) return known
      const changesBefore = changes
      const found = await find(key)
      // What was read before a change must not outlive it: then it serves this request only.
      if (found !== undefined && changes === changesBefore) remembered.set(key, found)
      return found
    },
    known: (key) => remembered.get(key),
    set: (key, value) => remembered.set(key, value),
    forget(key) {
      changes += 1
      remembered.delete(key)
    },
    forgetWhere(test) {
      changes += 1
      remembered.deleteWhere(test)
    },
  }
}
