import { expect, test } from 'vitest'
import { isRebindableHost } from './rebindable-host.ts'

test.each([
  'http://localhost:8080',
  'http://LOCALHOST',
  'http://fjmcp.localhost',
  'http://127.0.0.1:1',
  'http://[::1]',
  'http://10.0.0.7',
  'http://2130706433',
])('nobody can point %s here', (url) => expect(isRebindableHost(new URL(url).hostname)).toBe(false))

test.each([
  'http://evil.example',
  'http://localhost.evil.example',
  'http://notlocalhost',
  'http://127.0.0.1.evil.example',
  'http://broker',
  'http://localhost.',
])('somebody can point %s here', (url) => expect(isRebindableHost(new URL(url).hostname)).toBe(true))
