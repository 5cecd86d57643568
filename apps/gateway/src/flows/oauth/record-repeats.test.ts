import { expect, test } from 'vitest'
import type { AuditEvent } from '../../domain/audit/audit-event.ts'
import { createRepeatRecording } from './record-repeats.ts'

const ids = { familyId: 'fam_1', userId: 'usr_1', clientId: 'cli_1', grantId: 'gra_1' }

function repeatIn(recordRepeat: ReturnType<typeof createRepeatRecording>) {
  return (hash: string, address: string | undefined, firstAddress?: string): readonly AuditEvent[] => {
    const events: AuditEvent[] = []
    recordRepeat({ token: { hash, ...ids }, address, firstAddress }, (event) => void events.push(event))
    return events
  }
}

test('is kept of eight addresses of a token at most', () => {
  const repeat = repeatIn(createRepeatRecording())
  const recorded = Array.from({ length: 20 }, (_, n) => repeat('a', `192.0.2.${n}`).length)
  expect(recorded).toEqual([...Array(8).fill(1), ...Array(12).fill(0)])
})

test('is forgotten of the token that came longest ago when there are too many', () => {
  const repeat = repeatIn(createRepeatRecording(2))
  for (const hash of ['a', 'b', 'c']) expect(repeat(hash, '192.0.2.1')).toHaveLength(1)
  expect(repeat('c', '192.0.2.1')).toEqual([])
  expect(repeat('a', '192.0.2.1')).toHaveLength(1)
})

test.each([
  ['192.0.2.1', '192.0.2.1', false],
  ['192.0.2.2', '192.0.2.1', true],
  ['2001:db8:1:2::a', '2001:db8:1:2::b', false],
  ['2001:db8:1:2::a', '2001:db8:1:3::a', true],
  ['192.0.2.1', undefined, false],
  [undefined, '192.0.2.1', false],
])('tells whether %s is another address than %s: %s', (address, firstAddress, otherAddress) => {
  const { familyId, ...who } = ids
  expect(repeatIn(createRepeatRecording())('a', address, firstAddress)).toEqual([
    { type: 'tokens_refreshed', ...who, details: { familyId, repeated: true, otherAddress } },
  ])
})
