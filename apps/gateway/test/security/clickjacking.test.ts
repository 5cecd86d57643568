import { expect, test } from 'vitest'
import { createHarness } from '../harness.ts'

const origin = 'https://mcp.example.test'

test.each(['/', '/oauth/authorize', '/oauth/callback', '/nowhere'])(
  'runs nothing, is framed by nobody and kept by no cache: %s',
  async (path) => {
    const { openBrowser } = await createHarness()
    const { headers } = await openBrowser().open(origin + path)
    expect(headers.get('content-type')).toMatch(/^text\/html/)
    const policy = headers.get('content-security-policy') ?? ''
    for (const directive of ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"]) expect(policy).toContain(directive)
    expect(policy).not.toContain('form-action')
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'strict-transport-security': expect.stringMatching(/^max-age=\d+$/),
    })
  },
)
