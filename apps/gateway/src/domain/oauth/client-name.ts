const maxCharacters = 80

/**
 * A client's name as it may be shown to a person: one line, without control characters and without those that turn the direction of
 * text or take no room, at most 80 characters. `undefined` when nothing is left of it.
 */
export function cleanClientName(name: string): string | undefined {
  const visible = name
    .normalize('NFC')
    .replace(/\s+/gu, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, '')
    .trim()
  const bounded = Array.from(visible).slice(0, maxCharacters).join('').trim()
  return bounded === '' ? undefined : bounded
}
