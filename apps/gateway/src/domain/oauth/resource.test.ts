import { expect, test } from 'vitest'
import { checkResource } from './resource.ts'

const publicUrl = 'https://mcp.example.org'

test.each([
  undefined,
  'https://mcp.example.org/mcp',
  'https://mcp.example.org/mcp/',
  'https://mcp.example.org',
  'https://mcp.example.org/',
  'https://MCP.example.org:443/mcp',
])('takes %s for the one resource', (presented) => {
  expect(checkResource(presented, publicUrl)).toEqual({ ok: true, value: 'https://mcp.example.org/mcp' })
})

test.each([
  'https://mcp.example.org/other',
  'https://mcp.example.org/mcp?x=1',
  'https://mcp.example.org/mcp#x',
  'https://user@mcp.example.org/mcp',
  'http://mcp.example.org/mcp',
  'https://mcp.example.org:8443/mcp',
  'https://mcp.example.org.evil.example/mcp',
  'mcp',
])('refuses %s', (presented) => {
  expect(checkResource(presented, publicUrl)).toEqual({ ok: false, error: { reason: 'foreign_resource' } })
})
