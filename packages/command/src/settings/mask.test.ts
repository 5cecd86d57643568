import { expect, test } from 'vitest'
import { maskPasswords } from './mask.ts'

test.each([
  'https://git.example.org/forgejo',
  'https://git.example.org/@user',
  'file:/data/broker.db',
  '127.0.0.1:8080',
  'read:user write:repository',
  'https://a.example.org https://b.example.org',
])('shows %s as it is', (value) => {
  expect(maskPasswords(value)).toBe(value)
})

test.each([
  ['https://user:password@git.example.org/a', 'https://********@git.example.org/a'],
  ['https://token@git.example.org', 'https://********@git.example.org'],
  ['https://user:pass@word@git.example.org', 'https://********@git.example.org'],
  ['https://user:pass/word@git.example.org', 'https://********@git.example.org'],
  ['//user:password@git.example.org', '//********@git.example.org'],
  ['libsql://db.example.org?authToken=abc&tls=1', 'libsql://db.example.org?authToken=********&tls=********'],
  ['https://a.example.org https://b:c@d.example.org', 'https://a.example.org https://********@d.example.org'],
])('hides the password in %s', (value, shown) => {
  expect(maskPasswords(value)).toBe(shown)
})
