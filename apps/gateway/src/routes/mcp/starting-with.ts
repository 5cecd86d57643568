/** Asks for one after the other, where the first was asked for already. */
export function startingWith<Asked>(first: Promise<Asked>, next: () => Promise<Asked>): () => Promise<Asked> {
  let isFirst = true
  return () => {
    if (!isFirst) return next()
    isFirst = false
    return first
  }
}
