/** Whether objects and arrays lie deeper in each other than `limit` levels. Stops at the limit, so that its own depth is bounded. */
export function isNestedDeeper(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (limit === 0) return true
  return Object.values(value).some((inner) => isNestedDeeper(inner, limit - 1))
}
