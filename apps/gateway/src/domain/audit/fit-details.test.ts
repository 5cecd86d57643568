import { expect, test } from 'vitest'
import { fitDetails } from './fit-details.ts'

test('leaves alone what is short', () => {
  const details = { accessLevel: 'read', tokens: 3, isFirst: true, familyId: null, redirectUris: ['https://client.example/callback'] }
  expect(fitDetails(details)).toEqual(details)
})

test('cuts long texts and long lists, and says so', () => {
  const uris = Array.from({ length: 16 }, (_, n) => `https://client.example/${n}/${'x'.repeat(2_000)}`)
  const { redirectUris, name } = fitDetails({ redirectUris: uris, name: 'y'.repeat(201) })
  expect(name).toBe(`${'y'.repeat(200)}…`)
  expect(redirectUris).toHaveLength(9)
  expect(redirectUris).toContain('… and 8 more')
  expect(JSON.stringify(redirectUris).length).toBeLessThan(2_000)
})
