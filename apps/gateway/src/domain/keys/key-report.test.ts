import { expect, test } from 'vitest'
import { reportKeys, settingOfKey } from './key-report.ts'

const keys = [
  { id: '1', name: 'new' },
  { id: '2', name: 'former' },
  { id: '3', name: 'client secret' },
  { id: '4', name: 'previous client secret' },
]

test('says what each key is for, what needs it, and which may go', () => {
  expect(reportKeys(keys, [{ keyId: '2', rows: 7 }])).toEqual({
    keys: [
      { id: '1', name: 'new', use: 'encrypts', rows: 0, isRemovable: false },
      { id: '2', name: 'former', use: 'opens', rows: 7, isRemovable: false },
      { id: '3', name: 'client secret', use: 'opens', rows: 0, isRemovable: false },
      { id: '4', name: 'previous client secret', use: 'opens', rows: 0, isRemovable: true },
    ],
    missing: [],
  })
})

test('names what is sealed with keys that are not there, and lets none go that something needs', () => {
  const { keys: reported, missing } = reportKeys(keys.slice(0, 2), [
    { keyId: '9', rows: 3 },
    { keyId: '1', rows: 1 },
  ])
  expect(missing).toEqual([{ keyId: '9', rows: 3 }])
  expect(reported.map(({ isRemovable }) => isRemovable)).toEqual([false, true])
})

test('knows the setting of each key', () => {
  expect(keys.map(settingOfKey)).toEqual([
    'FJMCP_BROKER_ENCRYPTION_KEYS',
    'FJMCP_BROKER_ENCRYPTION_KEYS',
    'FORGEJO_OAUTH_CLIENT_SECRET',
    'FORGEJO_OAUTH_CLIENT_SECRET_PREVIOUS',
  ])
})
