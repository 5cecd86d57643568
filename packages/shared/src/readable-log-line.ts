import { toAsciiJson } from './ascii-json.ts'

/**
 * A line of the log for who reads it on a terminal: time, level, process and event, then `field=value`. What a terminal acts on, and what could
 * pass for another field or line, stands in quotes as JSON writes it.
 *
 * @param json The line as the log writes it otherwise, one JSON object.
 */
export function toReadableLine(json: string): string {
  const { time, level, process, event, ...fields } = JSON.parse(json) as Readonly<Record<string, unknown>>
  const pairs = Object.entries(fields).map(([name, value]) => `${word(name)}=${word(value)}`)
  return [word(time), word(level).padEnd(5), word(process).padEnd(7), word(event), ...pairs].join(' ')
}

/** As it is where it can only be taken for one value. */
function word(value: unknown): string {
  if (typeof value === 'string') return /^[!#-<>-~]+$/.test(value) ? value : toAsciiJson(value)
  return typeof value === 'object' && value !== null ? toAsciiJson(value) : String(value)
}
