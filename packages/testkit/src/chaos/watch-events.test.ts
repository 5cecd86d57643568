import { expect, test } from 'vitest'
import { createFindings } from './findings.ts'
import { watchEvents } from './watch-events.ts'

test.each([
  { seen: ['e.call-a.1', 'e.call-a.2', 'e.call-b.1', 'f.call-a.1'], found: [] },
  { seen: ['e.call-a.1', 'e.call-a.1'], found: [/twice/] },
  { seen: ['e.call-a.1', 'e.call-a.2', 'e.call-a.1'], found: [/out of order/] },
  { seen: ['e.call-a.1', 'e.call-a.3'], found: [/missing/] },
  { seen: ['e.call-a.2'], found: [/missing/] },
  { seen: ['nonsense'], found: [/has the id nonsense/] },
])('$seen', ({ seen, found }) => {
  const findings = createFindings()
  const watch = watchEvents({ name: 'a session', findings })
  for (const id of seen) watch.saw(id)
  expect(findings.all).toEqual(found.map((pattern) => expect.stringMatching(pattern)))
})
