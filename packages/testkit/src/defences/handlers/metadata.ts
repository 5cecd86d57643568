import type { HandlerDefences } from '../defence.ts'

const routes = 'apps/gateway/src/routes/discovery.ts'
const metadata = 'apps/gateway/src/domain/oauth/metadata.ts'
const discovery = 'apps/gateway/test/oauth-discovery.test.ts'

/** What is made of the documents that clients begin with, and believe. */
export const metadataDefences: HandlerDefences = {
  handler: '/.well-known/oauth-authorization-server, /.well-known/oauth-protected-resource',
  defences: [
    {
      attack: 'have clients, or a cache before them, led elsewhere by a forged `Host` or `X-Forwarded-Host`',
      catalogue: 'CVE-2025-6514; RFC 8414 §6.2; CWE-644',
      stoppedIn: routes,
      proof: {
        file: 'apps/gateway/test/security/hostile-authorization-url.test.ts',
        test: '%s names our own origin only, whoever asks for it how',
      },
      takenOut: {
        code: 'c.json(document, 200,',
        replacement: 'c.json(JSON.parse(JSON.stringify(document).replaceAll(settings.publicUrl, new URL(c.req.url).origin)), 200,',
      },
    },
    {
      attack: 'pass for this authorization server, or have it pass for another',
      catalogue: 'RFC 8414 §3.3; RFC 9207 §2.4; RFC 9700 §4.4',
      stoppedIn: metadata,
      proof: {
        file: 'apps/gateway/test/security/authorization-server-mix-up.test.ts',
        test: 'says in its metadata that it does, under the same name',
      },
      takenOut: { code: 'issuer: publicUrl,', replacement: 'issuer: `${publicUrl}/`,' },
    },
    {
      attack: 'have a client send the tokens of this resource to another, or take another’s',
      catalogue: 'RFC 9728 §3.3, §7.3; RFC 8707 §2',
      stoppedIn: metadata,
      proof: { file: discovery, test: '%s describes the resource' },
      takenOut: { code: 'resource: canonicalResource(publicUrl)', replacement: 'resource: publicUrl' },
    },
    {
      attack: 'talk a client into PKCE with `plain`',
      catalogue: 'RFC 9700 §2.1.1, §4.8',
      stoppedIn: metadata,
      proof: { file: 'apps/gateway/test/security/pkce-downgrade.test.ts', test: 'the metadata names no other method' },
      takenOut: { code: "code_challenge_methods_supported: ['S256']", replacement: "code_challenge_methods_supported: ['S256', 'plain']" },
    },
    {
      attack: 'have a client send its token in an address, or ask for one there',
      catalogue: 'RFC 6750 §2.3; RFC 9700 §2.1.2',
      stoppedIn: metadata,
      proof: { file: discovery, test: '%s describes the resource' },
      takenOut: { code: "bearer_methods_supported: ['header']", replacement: "bearer_methods_supported: ['header', 'query']" },
    },
    {
      attack: 'find a document of another standard that says something else',
      catalogue: 'RFC 8414 §5; CWE-436',
      stoppedIn: routes,
      proof: { file: discovery, test: 'has no document that is not there' },
      takenOut: {
        code: "'/.well-known/oauth-protected-resource': protectedResourceMetadata(settings.publicUrl),",
        replacement:
          "'/.well-known/oauth-protected-resource': protectedResourceMetadata(settings.publicUrl),\n    '/.well-known/openid-configuration': protectedResourceMetadata(settings.publicUrl),",
      },
    },
  ],
}
