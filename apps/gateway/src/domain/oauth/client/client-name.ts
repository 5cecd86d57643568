const maxCharacters = 80

/** Far more than a name and its pads have. Beyond it nothing is read, since Unicode's normal form takes the square of a heap of marks. */
const maxUnitsRead = 1_000

/**
 * A client's name as it may be shown to a person: one line, without control characters, those that turn the direction of text or take
 * no room, and heaps of marks that would cover what stands around it; at most 80 characters. `undefined` when nothing is left of it
 * that can be read.
 */
export function cleanClientName(name: string): string | undefined {
  const visible = name
    // What this cuts in two goes with the other lone halves.
    .slice(0, maxUnitsRead)
    // A blank instead of nothing, so that the pad in `Claude`, forty invisible letters, `verified` is one blank wide. U+2800 is a
    // Braille pattern without dots.
    .replace(/[\p{Default_Ignorable_Code_Point}\u2800\s]/gu, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, '')
    // Now only: letters and marks that something stood between may belong together.
    .normalize('NFC')
    .replace(/ +/g, ' ')
    .replace(/(\p{M}{2})\p{M}+/gu, '$1')
    .trim()
  const bounded = Array.from(visible).slice(0, maxCharacters).join('').trim()
  return /[\p{L}\p{N}]/u.test(bounded) ? bounded : undefined
}
