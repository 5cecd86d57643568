/** Finds the candidate that takes the fewest changes of a letter to become the text; undefined where each takes more than `most`. */
export function findClosest({
  text,
  candidates,
  most,
}: {
  readonly text: string
  readonly candidates: readonly string[]
  readonly most: number
}): string | undefined {
  const ranked = candidates.map((candidate) => ({ candidate, changes: countChanges(text, candidate) }))
  const [closest] = ranked.sort((one, other) => one.changes - other.changes)
  return closest !== undefined && closest.changes <= most ? closest.candidate : undefined
}

/** How many letters have to be put in, taken out or replaced (Levenshtein's distance). */
function countChanges(from: string, to: string): number {
  // Of each start of `to`: the changes that make it of the letters of `from` seen so far.
  let changes = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [row, letter] of from.split('').entries()) {
    const next = [row + 1]
    for (const [column, wanted] of to.split('').entries()) {
      const replaced = at(changes, column) + (letter === wanted ? 0 : 1)
      next.push(Math.min(replaced, at(changes, column + 1) + 1, at(next, column) + 1))
    }
    changes = next
  }
  return at(changes, to.length)
}

function at(changes: readonly number[], index: number): number {
  return changes[index] ?? Number.POSITIVE_INFINITY
}
