import { InvalidArgumentError } from 'commander'

/** Rows of a listing, at most. */
export const mostRows = 1_000

/** Reads how many rows are wanted; throws what commander prints. */
export function parseLimit(text: string): number {
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > mostRows) throw new InvalidArgumentError(`Give a whole number from 1 to ${mostRows}.`)
  return limit
}
