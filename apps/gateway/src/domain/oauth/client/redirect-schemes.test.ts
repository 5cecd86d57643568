import { expect, test } from 'vitest'
import { isPrivateUseScheme } from './redirect-schemes.ts'

test.each(['cursor', 'vscode-insiders', 'web+app', 'com.example.app', 'x2'])('an operator may allow %s', (name) => {
  expect(isPrivateUseScheme(name)).toBe(true)
})

test.each(['javascript', 'data', 'vbscript', 'file', 'blob', 'http', 'https', 'wss', 'view-source', 'mailto'])(
  'nobody may allow %s',
  (name) => {
    expect(isPrivateUseScheme(name)).toBe(false)
  },
)

test.each(['Cursor', 'JavaScript', '2x', 'cursor:', 'cursor://', 'a b', ''])('does not take %j for the name of a scheme', (name) => {
  expect(isPrivateUseScheme(name)).toBe(false)
})
