/** A stretch of a line. */
interface Place {
  readonly start: number
  readonly end: number
}

/**
 * Tells how many strings of JSON, each within the last, hold a place. Any quote inside a string is escaped more deeply than the quotes
 * that bound it, so the shallower of the two nearest is never too shallow. Places have to be asked for from left to right: what was read
 * for one is not read again for the next, so all of them together cost one pass over the line.
 */
export function createDepthMeter(line: string): (place: Place) => number {
  let depthBefore = 1
  let readTo = 0
  let depthAfter = 1
  let quoteAfter = -1

  return ({ start, end }) => {
    const quoteBefore = line.slice(readTo, start).lastIndexOf('"')
    if (quoteBefore !== -1) depthBefore = quoteDepth(line, readTo + quoteBefore)
    readTo = start
    if (quoteAfter < end) {
      const found = line.indexOf('"', end)
      quoteAfter = found === -1 ? line.length : found
      depthAfter = found === -1 ? 1 : quoteDepth(line, found)
    }
    return Math.min(depthBefore, depthAfter)
  }
}

/** Each level of nesting turns n backslashes before a quote into 2n + 1, whatever backslashes of the content stand before them. */
function quoteDepth(line: string, quoteAt: number): number {
  let start = quoteAt
  while (line[start - 1] === '\\') start -= 1
  let backslashes = quoteAt - start
  let depth = 1
  for (; backslashes % 2 === 1; backslashes = (backslashes - 1) / 2) depth += 1
  return depth
}
