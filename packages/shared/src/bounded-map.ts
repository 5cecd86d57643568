/** A map that forgets what was used longest ago when it is full. */
export interface BoundedMap<Value> {
  get(key: string): Value | undefined
  set(key: string, value: Value): void
  delete(key: string): void
  /** Forgets every value that the test is true of. */
  deleteWhere(test: (value: Value) => boolean): void
}

/** @param limit Entries kept at most. */
export function createBoundedMap<Value>(limit: number): BoundedMap<Value> {
  const entries = new Map<string, Value>()
  return {
    get(key) {
      const value = entries.get(key)
      if (value === undefined) return undefined
      entries.delete(key)
      entries.set(key, value)
      return value
    },
    set(key, value) {
      entries.delete(key)
      entries.set(key, value)
      if (entries.size <= limit) return
      const [oldest] = entries.keys()
      if (oldest !== undefined) entries.delete(oldest)
    },
    delete(key) {
      entries.delete(key)
    },
    deleteWhere(test) {
      for (const [key, value] of entries) {
        if (test(value)) entries.delete(key)
      }
    },
  }
}
