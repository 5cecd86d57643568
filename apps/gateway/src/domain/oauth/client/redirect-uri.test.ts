import { describe, expect, test } from 'vitest'
import {
  checkRedirectUri,
  describeRedirectUri,
  isDeviceRedirectUri,
  isLoopbackRedirectUri,
  isOwnRedirectUri,
  isRegisteredRedirectUri,
} from './redirect-uri.ts'

const rules = { privateSchemes: ['cursor', 'vscode', 'vscode-insiders', 'windsurf', 'myapp'], ownOrigin: 'https://mcp.example.org' }

describe('checkRedirectUri', () => {
  test.each([
    'https://claude.ai/api/mcp/auth_callback',
    'https://chatgpt.com/connector/oauth/abc?x=1',
    'http://localhost:6274/oauth/callback',
    'http://localhost/callback',
    'http://127.0.0.1:33418',
    'http://127.0.0.1:33418/',
    'http://127.9.8.7/callback',
    'http://[::1]:9000/callback',
    'cursor://anysphere.cursor-mcp/oauth/callback',
    'com.example.app:/oauth/callback',
    'com.example.app://callback',
    'vscode://publisher.extension/callback?windowId=1',
    'HTTPS://CLAUDE.ai?x=code',
    'https://mcp.example.org:8443/callback',
    'https://xn--bcher-kva.example/callback',
    'https://192.0.2.1/callback',
    'https://[2001:db8::1]:8443/callback',
    'com.example.app://file/callback?a=b',
    'vscode://publisher.extension/callback?windowId=_blank',
    'cursor://anysphere.cursor-retrieval/oauth/user-files/callback',
    'vscode-insiders://Publisher.extension',
    'myapp://callback',
    'myapp://settings/callback',
  ])('accepts %s', (uri) => {
    expect(checkRedirectUri(uri, rules)).toEqual({ ok: true, value: uri })
  })

  test.each([
    ['http://example.com/callback', 'insecure_redirect_uri'],
    ['http://localhost.example.com/callback', 'insecure_redirect_uri'],
    ['http://127.0.0.1.example.com/callback', 'insecure_redirect_uri'],
    ['http://0.0.0.0/callback', 'insecure_redirect_uri'],
    ['http://[::2]/callback', 'insecure_redirect_uri'],
    ['http://LOCALHOST/callback', 'insecure_redirect_uri'],
    ['http://mcp.example.org/callback', 'insecure_redirect_uri'],
    ['http://127.1/callback', 'ambiguous_redirect_uri'],
    ['http://127.0.0.01/callback', 'ambiguous_redirect_uri'],
    ['http://2130706433/callback', 'ambiguous_redirect_uri'],
    ['http://0x7f.0.0.1/callback', 'ambiguous_redirect_uri'],
    ['http://[0:0:0:0:0:0:0:1]/callback', 'ambiguous_redirect_uri'],
    ['http://[::ffff:127.0.0.1]/callback', 'ambiguous_redirect_uri'],
    ['http://localhost./callback', 'ambiguous_redirect_uri'],
    ['http://localhost:/callback', 'ambiguous_redirect_uri'],
    ['http://localhost:80:80/callback', 'malformed_redirect_uri'],
    ['http://[::1%25lo]/callback', 'malformed_redirect_uri'],
    ['http://127.0.0.256/callback', 'malformed_redirect_uri'],
    ['http://local\thost/callback', 'malformed_redirect_uri'],
    ['http://localhost\\callback', 'malformed_redirect_uri'],
    ['https://mcp.example.org./callback', 'ambiguous_redirect_uri'],
    ['https://*.example.com/callback', 'ambiguous_redirect_uri'],
    ['https://claude.ai(.evil.example/callback', 'ambiguous_redirect_uri'],
    ['https://claude.ai,evil.example/callback', 'ambiguous_redirect_uri'],
    ['https://claude..ai/callback', 'ambiguous_redirect_uri'],
    ['https://1.2.3/callback', 'ambiguous_redirect_uri'],
    ['https://example.com/callback#top', 'redirect_uri_with_fragment'],
    ['https://example.com/callback#', 'redirect_uri_with_fragment'],
    ['https://user@example.com/', 'redirect_uri_with_user_name'],
    ['http://localhost:80@example.com/', 'redirect_uri_with_user_name'],
    ['javascript:alert(1)', 'refused_redirect_scheme'],
    ['data:text/html,hello', 'refused_redirect_scheme'],
    ['file:///etc/passwd', 'refused_redirect_scheme'],
    ['unlisted://callback', 'refused_redirect_scheme'],
    ['https:evil.example/cb', 'ambiguous_redirect_uri'],
    ['https:/evil.example/cb', 'ambiguous_redirect_uri'],
    ['https:///evil.example/cb', 'ambiguous_redirect_uri'],
    ['https://@evil.example/', 'ambiguous_redirect_uri'],
    ['https://%63laude.ai/', 'ambiguous_redirect_uri'],
    ['vscode:mcp/install?%7B%22name%22%3A%22x%22%7D', 'ambiguous_redirect_uri'],
    ['vscode:/mcp/install', 'ambiguous_redirect_uri'],
    ['vscode:///mcp/install', 'ambiguous_redirect_uri'],
    ['com.example.app:callback', 'ambiguous_redirect_uri'],
    ['com.example.app:///callback', 'ambiguous_redirect_uri'],
    ['cursor://anysphere.cursor%2Ddeeplink/mcp/install', 'ambiguous_redirect_uri'],
    ['cursor://anysphere.cursor-deeplink/mcp/install?name=x', 'deep_link_redirect_uri'],
    ['CURSOR://Anysphere.Cursor-Deeplink', 'deep_link_redirect_uri'],
    ['vscode://file/etc/passwd', 'deep_link_redirect_uri'],
    ['cursor://vscode-remote/ssh-remote+host/', 'deep_link_redirect_uri'],
    ['vscode://vscode.git/clone?url=https://evil.example', 'deep_link_redirect_uri'],
    ['vscode://vscode.github-authentication/did-authenticate', 'deep_link_redirect_uri'],
    ['vscode://ms-vscode-remote.remote-containers/cloneInVolume?url=https://evil.example/r', 'deep_link_redirect_uri'],
    ['vscode-insiders://MS-VSCode-Remote.remote-ssh/', 'deep_link_redirect_uri'],
    ['vscode://settings/terminal.integrated.shellIntegration.enabled', 'deep_link_redirect_uri'],
    ['vscode://extension/publisher.extension', 'deep_link_redirect_uri'],
    ['vscode://mcp/install', 'deep_link_redirect_uri'],
    ['windsurf://profile/github/0123456789', 'deep_link_redirect_uri'],
    ['cursor://callback', 'deep_link_redirect_uri'],
    ['cursor://anysphere.cursor-mcp.evil/callback', 'deep_link_redirect_uri'],
    ['vscode://publisher.extension/clone?url=https://evil.example/r', 'query_in_redirect_uri'],
    ['vscode://publisher.extension/clone?windowId=1&url=https://evil.example/r', 'query_in_redirect_uri'],
    ['vscode://publisher.extension/callback?', 'query_in_redirect_uri'],
    ['myapp://callback?a=b', 'query_in_redirect_uri'],
    ['https://mcp.example.org/oauth/callback', 'own_redirect_uri'],
    ['https://MCP.example.org:443', 'own_redirect_uri'],
    ['https://client.example/cb?code=1', 'reserved_redirect_parameter'],
    ['https://client.example/cb?a=b&%73tate=1', 'reserved_redirect_parameter'],
    ['https://client.example/cb?iss', 'reserved_redirect_parameter'],
    ['http://localhost/cb?error=1', 'reserved_redirect_parameter'],
    ['cursor://publisher.extension/cb?error_description=1', 'reserved_redirect_parameter'],
    ['/callback', 'malformed_redirect_uri'],
    ['https://', 'malformed_redirect_uri'],
    ['https://example.com/a b', 'malformed_redirect_uri'],
    ['https://example.com\\@evil.example/', 'malformed_redirect_uri'],
    ['https://bücher.example/', 'malformed_redirect_uri'],
    ['https://example.com/\r\nSet-Cookie:a=b', 'malformed_redirect_uri'],
    [`https://example.com/${'a'.repeat(2_000)}`, 'redirect_uri_too_long'],
  ])('refuses %j', (uri, reason) => {
    expect(checkRedirectUri(uri, rules)).toMatchObject({ ok: false, error: { reason } })
  })
})

describe('isRegisteredRedirectUri', () => {
  test.each([
    ['https://claude.ai/cb', 'https://claude.ai/cb'],
    ['http://localhost:51234/callback', 'http://localhost/callback'],
    ['http://localhost:51234/callback', 'http://localhost:8080/callback'],
    ['http://localhost/callback', 'http://localhost:8080/callback'],
    ['http://127.0.0.1:7', 'http://127.0.0.1:33418'],
    ['http://[::1]:7/a?b=c', 'http://[::1]/a?b=c'],
  ])('takes %s for %s', (presented, registered) => {
    expect(isRegisteredRedirectUri(presented, ['https://other.example/', registered])).toBe(true)
  })

  test.each([
    ['https://claude.ai/cb/', 'https://claude.ai/cb'],
    ['https://claude.ai:8443/cb', 'https://claude.ai/cb'],
    ['https://CLAUDE.ai/cb', 'https://claude.ai/cb'],
    ['https://localhost:1/cb', 'https://localhost:2/cb'],
    ['http://localhost:1/cb', 'http://127.0.0.1:1/cb'],
    ['http://127.0.0.2:1/cb', 'http://127.0.0.1:1/cb'],
    ['http://localhost:1/other', 'http://localhost:1/cb'],
    ['http://localhost:1/cb?x=1', 'http://localhost:1/cb'],
    ['http://localhost:1/a/../cb', 'http://localhost:1/cb'],
    ['http://localhost:99999/cb', 'http://localhost:1/cb'],
    ['http://localhost:1@evil.example/cb', 'http://localhost:1/cb'],
    ['http://localhost:1\\@evil.example/cb', 'http://localhost:1/cb'],
    ['http://localhost.evil.example/cb', 'http://localhost/cb'],
  ])('does not take %s for %s', (presented, registered) => {
    expect(isRegisteredRedirectUri(presented, [registered])).toBe(false)
  })
})

test('names the place that a browser is sent to', () => {
  expect(describeRedirectUri('https://claude.ai/cb')).toBe('claude.ai')
  expect(describeRedirectUri('http://localhost:6274/cb')).toBe('localhost:6274')
  // As it is registered, not as it would be read: the letters may be another alphabet's.
  expect(describeRedirectUri('https://xn--pple-43d.com/cb')).toBe('xn--pple-43d.com')
  expect(describeRedirectUri('cursor://anysphere.cursor-mcp/oauth/callback')).toBe('cursor://anysphere.cursor-mcp')
})

test('tells loopback from everything else', () => {
  expect(isLoopbackRedirectUri('http://127.0.0.1:1/cb')).toBe(true)
  expect(isLoopbackRedirectUri('https://localhost/cb')).toBe(false)
  expect(isLoopbackRedirectUri('https://claude.ai/cb')).toBe(false)
})

test.each([
  ['http://localhost:3000/cb', 'http://localhost:3000', true],
  ['http://127.0.0.1:3000/cb', 'http://localhost:3000', true],
  ['http://[::1]:3000/cb', 'http://127.0.0.1:3000', true],
  ['http://localhost:3001/cb', 'http://localhost:3000', false],
  ['https://localhost:3000/cb', 'http://localhost:3000', false],
  ['https://mcp.example.org/cb', 'https://mcp.example.org', true],
  ['https://localhost/cb', 'https://mcp.example.org', false],
  ['com.example.app:/cb', 'https://mcp.example.org', false],
])('tells whether %s leads to the broker at %s: %s', (uri, ownOrigin, isOwn) => {
  expect(isOwnRedirectUri(uri, ownOrigin)).toBe(isOwn)
})

test('tells what stays on the device from what goes to a web site', () => {
  expect(isDeviceRedirectUri('http://127.0.0.1:1/cb')).toBe(true)
  expect(isDeviceRedirectUri('cursor://anysphere.cursor-mcp/cb')).toBe(true)
  expect(isDeviceRedirectUri('https://127.0.0.1:8443/cb')).toBe(true)
  expect(isDeviceRedirectUri('https://app.localhost/cb')).toBe(true)
  expect(isDeviceRedirectUri('HTTPS://claude.ai/cb')).toBe(false)
})
