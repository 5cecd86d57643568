/**
 * Whether every number in a value that was parsed stands for itself only: 2^53 may have been 2^53 + 1, and infinity any number that is too
 * large. The value may not be nested without bound.
 */
export function hasExactNumbers(value: unknown): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value))
  return typeof value !== 'object' || value === null || Object.values(value).every(hasExactNumbers)
}
