import { expect, test } from 'vitest'
import { err, ok } from './result.ts'
import { type SecretFileFailure, takeSecret } from './secret-file.ts'

test('drops one line break at the end, and nothing else', () => {
  expect(takeSecret(ok({ text: ' a \n\n', mode: 0o600 }))).toEqual(ok(' a \n'))
  expect(takeSecret(ok({ text: 'a\r\n', mode: 0o440 }))).toEqual(ok('a'))
})

test('refuses a file that everybody may read, and names its mode and the remedy', () => {
  const refused = takeSecret(ok({ text: 'a', mode: 0o644 }))
  expect(refused).toEqual(
    err('a file that nobody else may read, not one of mode 0644: chmod 600 it, or give a podman secret mode=0400,uid=65532'),
  )
  expect(JSON.stringify(takeSecret(ok({ text: 'a', mode: 0o004 })))).toContain('mode 0004')
})

test.each(['0620', '0602', '0660'])('refuses a file of mode %s, which others may write', (mode) => {
  expect(takeSecret(ok({ text: 'a', mode: Number.parseInt(mode, 8) }))).toEqual(
    err(`a file that nobody else may write, not one of mode ${mode}: chmod 600 it, or give a podman secret mode=0400,uid=65532`),
  )
})

test('refuses an empty file', () => {
  expect(takeSecret(ok({ text: '\n', mode: 0o600 }))).toEqual(err('a file that is not empty'))
})

test.each<[SecretFileFailure, string]>([
  [{ reason: 'missing' }, 'a file that exists'],
  [{ reason: 'not_a_file' }, 'not a folder'],
  [{ reason: 'too_large', mostBytes: 10 }, 'at most 10 bytes'],
  [{ reason: 'not_permitted', uid: 65_532 }, 'uid 65532 may read: chown it, or give a podman secret mode=0400,uid=65532'],
  [{ reason: 'unreadable', code: 'EIO' }, '(EIO)'],
])('says what is expected of a file for %o', (failure, words) => {
  const taken = takeSecret(err(failure))
  expect(taken.ok ? '' : taken.error).toContain(words)
})
