import { expect, test } from 'vitest'
import { checkClock, type DatedAnswer } from './check-clock.ts'

test.each([
  [0, 'ok'],
  [30, 'ok'],
  [31, 'warning'],
  [-31, 'warning'],
  [300, 'warning'],
  [301, 'problem'],
  [-301, 'problem'],
])('a difference of %i seconds is %s', (seconds, state) => {
  expect(checkClock([dated('Forgejo', seconds)]).findings.map((finding) => finding.state)).toEqual([state])
})

test('says whose clock it is and who is ahead', () => {
  expect(checkClock([dated('Forgejo', 60), dated('https://mcp.example.test', -400)]).findings).toMatchObject([
    { state: 'warning', detail: expect.stringContaining('60 seconds ahead of that of Forgejo') },
    { state: 'problem', detail: expect.stringContaining('400 seconds behind that of https://mcp.example.test') },
  ])
})

test('is skipped where nobody tells the time', () => {
  const silent = { from: 'Forgejo', answer: { headers: new Headers({ date: 'yesterday' }), receivedAtMs: 0 } }
  expect(checkClock([silent]).findings).toMatchObject([{ state: 'skipped' }])
})

/** An answer that came so many seconds after its own date. */
function dated(from: string, seconds: number): DatedAnswer {
  const dateMs = Date.UTC(2026, 0, 1)
  return { from, answer: { headers: new Headers({ date: new Date(dateMs).toUTCString() }), receivedAtMs: dateMs + seconds * 1000 } }
}
