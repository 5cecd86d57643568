import { expect, test } from 'vitest'
import { createHarness } from '../harness.ts'
import { openAuthorization } from '../oauth/sign-in.ts'

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

test('the button that allows waits for the pointer to have been on the page, but for no key and no finger', async () => {
  const { openBrowser, registerClient } = await createHarness()
  const { html } = await openAuthorization(openBrowser(), await registerClient())
  const [, style = ''] = /<style>([^]*?)<\/style>/.exec(html) ?? []
  const [, forMouse = ''] = /@media \(hover: hover\) and \(pointer: fine\) \{\n([^]*?)\n\}/.exec(style) ?? []
  expect(forMouse.split('\n').map((rule) => rule.trim())).toEqual([
    'button.primary { pointer-events: none; }',
    'main:hover button.primary { pointer-events: auto; transition: pointer-events 0s .6s allow-discrete; }',
  ])
  expect(html).toMatch(/<button class="primary" name="decision" value="approve">/)
  expect(style.replace(forMouse, '')).not.toContain('pointer-events')
})

test('nothing on the consent page allows by itself, or is focused so that a key that was meant for elsewhere does', async () => {
  const { openBrowser, registerClient } = await createHarness()
  const { html, headers } = await openAuthorization(openBrowser(), await registerClient())
  expect(html).not.toMatch(/autofocus|accesskey|http-equiv|<script|<iframe|<a /i)
  expect(headers.get('refresh')).toBeNull()
})
