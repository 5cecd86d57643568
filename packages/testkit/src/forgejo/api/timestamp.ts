/** RFC 3339 without fractions of a second, as Forgejo writes it. */
export function timestamp(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d{3}Z$/, 'Z')
}
