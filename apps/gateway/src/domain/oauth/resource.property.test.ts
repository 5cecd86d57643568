import { anyText } from '@fjmcp-broker/testkit/any-text'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkResource } from './resource.ts'

const publicUrl = 'https://mcp.example.org'

test('throws for no text whatever, and takes none that leads anywhere else', () => {
  fc.assert(
    fc.property(anyResource, (text) => {
      const checked = checkResource(text, publicUrl)
      expect(checked.ok ? describe(text) : 'refused').toBe(checked.ok ? 'the broker' : 'refused')
      expect(checked.ok ? checked.value : '').toBe(checked.ok ? `${publicUrl}/mcp` : '')
    }),
    { seed: 8707, numRuns: 1_000 },
  )
})

function describe(text: string): string {
  const { origin, pathname, search, hash, username, password } = new URL(text)
  const isPlain = `${search}${hash}${username}${password}` === '' && /^\/(mcp\/?)?$/.test(pathname)
  return isPlain && origin === publicUrl ? 'the broker' : text
}

const parts = [
  'https:',
  'http:',
  '//',
  '/',
  '\\',
  'mcp.example.org',
  'MCP.example.org',
  '.',
  ':443',
  ':80',
  'mcp',
  'user@',
  '?',
  '#',
  '%6d',
  'evil',
]

const anyResource = fc.oneof(
  fc.array(fc.constantFrom(...parts), { maxLength: 7 }).map((chosen) => chosen.join('')),
  fc.array(fc.constantFrom(...parts), { maxLength: 3 }).map((chosen) => `https://mcp.example.org${chosen.join('')}`),
  anyText(),
)
