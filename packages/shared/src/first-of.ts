/** The first of these, where there is any. */
export function firstOf<Thing>(things: Iterable<Thing> = []): Thing | undefined {
  const [first] = things
  return first
}
