import { expect, test } from 'vitest'
import { listSettings } from './list-settings.ts'

test('lists the four that an operator has to give first', () => {
  const required = ['FJMCP_BROKER_PUBLIC_URL', 'FORGEJO_URL', 'FORGEJO_OAUTH_CLIENT_ID', 'FORGEJO_OAUTH_CLIENT_SECRET']
  expect(
    listSettings()
      .slice(0, 5)
      .map(({ name, isRequired }) => (isRequired ? name : 'optional')),
  ).toEqual([...required, 'optional'])
})

test('tells of every setting what it does, in a sentence', () => {
  const wanting = listSettings().filter(({ description }) => !/^[A-Z].{15,}\.$/.test(description))
  expect(wanting).toEqual([])
})

test('knows defaults as they are written, bounds, and who reads a setting', () => {
  expect(listSettings().find(({ name }) => name === 'FJMCP_BROKER_MAX_MESSAGE_BYTES')).toMatchObject({
    isRequired: false,
    standard: '4194304',
    expected: 'a whole number from 65536 to 67108864',
    readBy: ['gateway', 'runner'],
  })
})

test('marks secrets, and what else may come from a file', () => {
  const names = (wanted: 'secret' | 'fromFile') =>
    listSettings()
      .filter((setting) => setting[wanted])
      .map(({ name }) => name)
  expect(names('secret')).toEqual([
    'FORGEJO_OAUTH_CLIENT_SECRET',
    'FORGEJO_OAUTH_CLIENT_SECRET_PREVIOUS',
    'FJMCP_BROKER_ENCRYPTION_KEYS',
    'FJMCP_BROKER_METRICS_TOKEN',
  ])
  expect(names('fromFile')).toEqual(['FORGEJO_OAUTH_CLIENT_ID', ...names('secret')])
})
