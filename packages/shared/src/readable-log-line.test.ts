import { expect, test } from 'vitest'
import { toReadableLine } from './readable-log-line.ts'

const line = { level: 'info', time: '2026-05-04T03:02:01.000Z', process: 'runner', event: 'child_started' }

test('says when, how grave, who and what, then each field', () => {
  const json = JSON.stringify({ ...line, session: 's:1', count: 2, isFirst: true, tool: null, scopes: ['read:user', 'write:issue'] })
  expect(toReadableLine(json)).toBe(
    '2026-05-04T03:02:01.000Z info  runner  child_started session=s:1 count=2 isFirst=true tool=null scopes=["read:user","write:issue"]',
  )
  expect(toReadableLine(JSON.stringify({ ...line, level: 'error', process: 'gateway' }))).toBe(
    '2026-05-04T03:02:01.000Z error gateway child_started',
  )
})

test('lets no value move the cursor, begin a line or pass for a field of its own', () => {
  const names = ['Zoë\u001B[2J', 'one\r\ntwo\u2028', '\u009B2J\u202E\u007F', 'x level=error', 'a=b', '"', '']
  const shown = names.map((clientName) => toReadableLine(JSON.stringify({ ...line, clientName })).split('child_started ')[1])
  expect(shown).toEqual([
    String.raw`clientName="Zo\u00eb\u001b[2J"`,
    String.raw`clientName="one\r\ntwo\u2028"`,
    String.raw`clientName="\u009b2J\u202e\u007f"`,
    'clientName="x level=error"',
    'clientName="a=b"',
    String.raw`clientName="\""`,
    'clientName=""',
  ])
  const listed = toReadableLine(JSON.stringify({ ...line, names, [names[0] ?? '']: 1 }))
  expect(listed).toMatch(/^[\x20-\x7e]+$/)
})
