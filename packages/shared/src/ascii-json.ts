/** A value as JSON in ASCII, on one line: the names that others gave themselves may hold what a terminal acts on, and are kept as they are. */
export function toAsciiJson(value: object | string): string {
  return JSON.stringify(value).replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
