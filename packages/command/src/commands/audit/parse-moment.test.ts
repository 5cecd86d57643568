import { expect, test } from 'vitest'
import { parseMoment } from './parse-moment.ts'

const nowMs = Date.UTC(2026, 4, 2, 12)

test.each([
  ['45s', '2026-05-02T11:59:15.000Z'],
  ['30m', '2026-05-02T11:30:00.000Z'],
  ['2h', '2026-05-02T10:00:00.000Z'],
  ['7d', '2026-04-25T12:00:00.000Z'],
  ['4w', '2026-04-04T12:00:00.000Z'],
  ['2026-05-01', '2026-05-01T00:00:00.000Z'],
  ['2026-05-01T08:30', '2026-05-01T08:30:00.000Z'],
  ['2026-05-01 08:30:15', '2026-05-01T08:30:15.000Z'],
  ['2026-05-01T08:30:15.250Z', '2026-05-01T08:30:15.250Z'],
  ['2026-05-01T08:30+02:00', '2026-05-01T06:30:00.000Z'],
])('%s is %s', (text, moment) => {
  expect(new Date(parseMoment(text, nowMs) ?? 0).toISOString()).toBe(moment)
})

test.each(['', 'yesterday', '2', 'h', '-2h', '1.5h', '2 h', '2026', '2026-13-01', '2026-05-01T25:00', '1764000000000'])(
  '%j is none',
  (text) => {
    expect(parseMoment(text, nowMs)).toBeUndefined()
  },
)
