/** What a moment may be given as, for the help. */
export const momentForms = 'a time such as 2026-05-01 or 2026-05-01T08:30 (UTC), or how long ago: 45s, 30m, 2h, 7d, 4w'

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }
const ago = /^(\d{1,6})([smhdw])$/
const date = /^\d{4}-\d{2}-\d{2}$/
const dateTime = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[+-]\d{2}:\d{2})?$/

/**
 * Reads a moment; without a zone it is UTC, as everything is that the broker prints.
 *
 * @returns Milliseconds since the Unix epoch; undefined where it is none.
 */
export function parseMoment(text: string, nowMs: number): number | undefined {
  const [, amount, unit = ''] = ago.exec(text) ?? []
  if (amount !== undefined) return nowMs - Number(amount) * (units[unit] ?? 0)
  if (date.test(text)) return parseIso(`${text}T00:00:00Z`)
  const [, day, time, zone = 'Z'] = dateTime.exec(text) ?? []
  return day === undefined || time === undefined ? undefined : parseIso(`${day}T${time}${zone}`)
}

function parseIso(text: string): number | undefined {
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? undefined : ms
}
