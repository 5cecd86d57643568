import { expect, test } from 'vitest'
import { createHarness } from '../harness.ts'

const questions = ['/status', '/users', '/users/alice', '/clients', '/grants', '/audit', '/audit/follow', '/keys', '/keys/re-encrypt']

test.each(questions)('what only the operator may ask is not there for anybody else: %s', async (path) => {
  const { fetch, signIn } = await createHarness()
  const { tokens } = await signIn({ login: 'alice' })
  const headers = { host: 'admin', authorization: `Bearer ${tokens.access_token}` }
  for (const prefix of ['', '/admin', '/oauth', '/mcp']) {
    for (const method of ['GET', 'POST', 'DELETE']) {
      const response = await fetch(new Request(`https://mcp.example.test${prefix}${path}`, { method, headers }), { address: '127.0.0.1' })
      expect(response.status).toBe(404)
    }
  }
})
