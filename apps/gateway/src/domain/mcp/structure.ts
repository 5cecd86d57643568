/** Why a parsed JSON value is more than the broker works on, or not what was sent. */
export type StructureRejection = { readonly reason: 'too_deep' | 'too_many_values' | 'inexact_number' }

export interface StructureLimits {
  /** How many levels objects and arrays may lie in each other. */
  readonly levels: number
  /** How many values there may be in all. A few bytes of JSON each, they cost ten times as much in memory. */
  readonly values: number
}

/**
 * Finds what is too much in a value or was changed by parsing it; `undefined` where nothing is. Stops at the limits, so that its own cost
 * is bounded.
 */
export function checkStructure(value: unknown, limits: StructureLimits): StructureRejection | undefined {
  let left = limits.values
  return visit(value, limits.levels)

  function visit(inner: unknown, levels: number): StructureRejection | undefined {
    left -= 1
    if (left < 0) return { reason: 'too_many_values' }
    if (typeof inner === 'number' && !isExact(inner)) return { reason: 'inexact_number' }
    if (typeof inner !== 'object' || inner === null) return undefined
    if (levels === 0) return { reason: 'too_deep' }
    for (const member of Object.values(inner)) {
      const rejection = visit(member, levels - 1)
      if (rejection !== undefined) return rejection
    }
    return undefined
  }
}

/** Whether a number stands for itself only: 2^53 may have been 2^53 + 1, and infinity any number that is too large. */
function isExact(number: number): boolean {
  return Number.isSafeInteger(number) || (Number.isFinite(number) && !Number.isInteger(number))
}
