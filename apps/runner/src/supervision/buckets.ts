import { firstOf } from '@fjmcp-broker/shared/first-of'

/** Things sorted by a small whole number. What is found is found without looking at the other things. */
export interface Buckets<Thing> {
  /** Puts a thing in, behind all others of its number; one that has this number already stays where it is. */
  put(thing: Thing, number: number): void
  remove(thing: Thing): void
  /** The first of those with the least number. */
  lowest(): Thing | undefined
  /** The first of those with the greatest number. */
  highest(): Thing | undefined
}

export function createBuckets<Thing>(): Buckets<Thing> {
  const buckets: Set<Thing>[] = []
  const numbers = new Map<Thing, number>()

  return {
    put(thing, number) {
      if (numbers.get(thing) === number) return
      remove(thing)
      numbers.set(thing, number)
      while (buckets.length <= number) buckets.push(new Set())
      buckets[number]?.add(thing)
    },
    remove,
    lowest: () => firstOf(buckets.find(({ size }) => size > 0)),
    highest: () => firstOf(buckets.findLast(({ size }) => size > 0)),
  }

  function remove(thing: Thing): void {
    const number = numbers.get(thing)
    if (number === undefined) return
    numbers.delete(thing)
    buckets[number]?.delete(thing)
  }
}
