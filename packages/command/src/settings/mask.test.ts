import { expect, test } from 'vitest'
import { maskPasswords } from './mask.ts'

test.each([
  'https://git.example.org/forgejo',
  'file:/data/broker.db',
  '127.0.0.1:8080',
  'read:user write:repository',
  'https://a.example.org https://b.example.org',
])('shows %s as it is', (value) => {
  expect(maskPasswords(value)).toBe(value)
})

test.each([
  'https://user:password@git.example.org/a',
  'https://password@git.example.org',
  'https://user:pass@word@git.example.org',
  'https://user:pass/word@git.example.org',
  'https://user:22/password@git.example.org',
  'https://user:pass word@git.example.org',
  'https://user:pass\nword@git.example.org',
  '//user:password@git.example.org',
  'https:/user:password@git.example.org',
  'https:user:password@git.example.org',
  String.raw`https:\\user:password@git.example.org`,
  'user:password@git.example.org',
  'https://a.example.org https://user:password@git.example.org',
])('hides the password in %s', (value) => {
  expect(maskPasswords(value)).toMatch(/^\*{8}@git\.example\.org/)
})

test('hides what the query carries', () => {
  expect(maskPasswords('libsql://db.example.org?authToken=abc&tls=1')).toBe('libsql://db.example.org?authToken=********&tls=********')
})
