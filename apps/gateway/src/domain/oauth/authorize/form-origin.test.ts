import { expect, test } from 'vitest'
import { isOwnForm } from './form-origin.ts'

const publicUrl = 'https://mcp.example.org'

test.each([
  { origin: undefined, fetchSite: undefined },
  { origin: publicUrl, fetchSite: 'same-origin' },
  { origin: publicUrl, fetchSite: undefined },
  { origin: 'null', fetchSite: 'same-origin' },
])('takes a form sent with %j for our own', (headers) => {
  expect(isOwnForm(headers, publicUrl)).toBe(true)
})

test.each([
  { origin: 'https://evil.example', fetchSite: undefined },
  { origin: 'https://evil.example', fetchSite: 'same-origin' },
  { origin: 'null', fetchSite: 'cross-site' },
  { origin: undefined, fetchSite: 'same-site' },
  { origin: publicUrl, fetchSite: 'none' },
])('refuses one sent with %j', (headers) => {
  expect(isOwnForm(headers, publicUrl)).toBe(false)
})
