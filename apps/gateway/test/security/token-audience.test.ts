import { beforeEach, expect, test } from 'vitest'
import { createMcpEndpoint, initializeRequest, type McpEndpoint, mcpUrl } from '../mcp/mcp-endpoint.ts'

let mcp: McpEndpoint
let token: string

beforeEach(() => {
  mcp = createMcpEndpoint()
  token = mcp.token('alice')
})

test('refuses a token that is meant for another resource', async () => {
  const other = mcp.tokens.get(token)
  if (typeof other !== 'object') throw new Error('no token')
  mcp.tokens.set('other', { ...other, resource: 'https://other.test/mcp' })
  const response = await mcp.post(initializeRequest(), { token: 'other' })
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toContain('another resource')
})

test('does not take a token from the query', async () => {
  const url = `${mcpUrl}?access_token=${token}`
  const response = await mcp.fetch(new Request(url, { method: 'POST', body: JSON.stringify(initializeRequest()) }))
  expect(response.status).toBe(401)
})
