import type { HandlerDefences } from '../defence.ts'

const routes = 'apps/gateway/src/routes/register.ts'
const redirectUris = 'apps/gateway/src/domain/oauth/client/redirect-uri.ts'
const redirectUriTests = 'apps/gateway/src/domain/oauth/client/redirect-uri.test.ts'
const redirectUriProperties = 'apps/gateway/src/domain/oauth/client/redirect-uri.property.test.ts'
const flooding = 'apps/gateway/test/security/flooding.test.ts'
const registerTests = 'apps/gateway/test/oauth-register.test.ts'

/** What a stranger registers, who may be anybody. */
export const registerDefences: HandlerDefences = {
  handler: '/oauth/register',
  defences: [
    {
      attack: 'register `javascript:`, `data:` or a scheme of somebody else to be sent to',
      catalogue: 'RFC 9700 §4.1; RFC 8252 §8.4',
      stoppedIn: redirectUris,
      proof: { file: redirectUriProperties, test: 'has a scheme that is harmless' },
      takenOut: {
        code: "if (!isReverseDomain && !privateSchemes.includes(scheme)) return err({ reason: 'refused_redirect_scheme', scheme })",
        replacement: '',
      },
    },
    {
      attack: 'have codes sent over plain http',
      catalogue: 'RFC 9700 §2.6; OAuth 2.1 §1.5',
      stoppedIn: redirectUris,
      proof: { file: redirectUriTests, test: 'refuses %j' },
      takenOut: {
        code: "return url.protocol === 'https:' || isLoopbackRedirectUri(uri) ? ok(uri) : err({ reason: 'insecure_redirect_uri' })",
        replacement: 'return ok(uri)',
      },
    },
    {
      attack: 'have a fragment hand the code on to another page',
      catalogue: 'RFC 6749 §3.1.2; RFC 9700 §4.1.2',
      stoppedIn: redirectUris,
      proof: { file: redirectUriTests, test: 'refuses %j' },
      takenOut: { code: "if (uri.includes('#')) return err({ reason: 'redirect_uri_with_fragment' })", replacement: '' },
    },
    {
      attack: 'write a host so that it reads like another',
      catalogue: 'RFC 9700 §4.1; CWE-1007',
      stoppedIn: redirectUris,
      proof: {
        file: 'apps/gateway/test/security/lookalike-redirect-host.test.ts',
        test: 'a redirect host written with %s is not registered',
      },
      takenOut: {
        code: "if (webUri.exec(uri)?.[1]?.toLowerCase() !== url.hostname) return err({ reason: 'ambiguous_redirect_uri' })",
        replacement: '',
      },
    },
    {
      attack: 'register an address of the broker itself',
      catalogue: 'RFC 9700 §4.1; §4.4',
      stoppedIn: redirectUris,
      proof: { file: redirectUriProperties, test: 'shows the place that it leads to, which is not the broker' },
      takenOut: { code: "if (isOwnRedirectUri(uri, ownOrigin)) return err({ reason: 'own_redirect_uri' })", replacement: '' },
    },
    {
      attack: 'bring a `code`, `state` or `iss` of one’s own in the registered query',
      catalogue: 'RFC 9700 §4.5; RFC 9207 §2.4',
      stoppedIn: redirectUris,
      proof: {
        file: redirectUriProperties,
        test: 'brings nothing that could be taken for the response, and no character that is none of a URI',
      },
      takenOut: { code: "if (name !== undefined) return err({ reason: 'reserved_redirect_parameter', name })", replacement: '' },
    },
    {
      attack: 'have an editor install or open something by a link that it obeys',
      catalogue: 'RFC 8252 §8.4; CWE-939',
      stoppedIn: redirectUris,
      proof: { file: redirectUriTests, test: 'refuses %j' },
      takenOut: { code: "if (isEditorCommand(url)) return err({ reason: 'deep_link_redirect_uri' })", replacement: '' },
    },
    {
      attack: 'have an editor’s extension do what a link says (clone a repository, join a session), at the host of that extension',
      catalogue: 'RFC 8252 §8.4; CWE-939',
      stoppedIn: redirectUris,
      proof: { file: redirectUriTests, test: 'refuses %j' },
      takenOut: {
        code: "if (!isReverseDomain && !uriWithoutOrders.test(uri)) return err({ reason: 'query_in_redirect_uri' })",
        replacement: '',
      },
    },
    {
      attack: 'take the look of another client by letters that hide or turn text',
      catalogue: 'RFC 7591 §5; RFC 8252 §8.6',
      stoppedIn: 'apps/gateway/src/domain/oauth/client/client-name.ts',
      proof: {
        file: 'apps/gateway/src/domain/oauth/client/client-name.property.test.ts',
        test: 'whatever a client calls itself is one short line that can be read, or nothing',
      },
      takenOut: { code: String.raw`.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, '')`, replacement: '' },
    },
    {
      attack: 'stop the broker for seconds by a name whose letters are hard to put in order',
      catalogue: 'CWE-407',
      stoppedIn: 'apps/gateway/src/domain/oauth/client/client-name.ts',
      proof: {
        file: 'apps/gateway/src/domain/oauth/client/client-name.test.ts',
        test: 'reads no more of it than the beginning: to put a heap of marks in order takes the square of its length',
      },
      takenOut: { code: '.slice(0, maxUnitsRead)', replacement: '' },
    },
    {
      attack: 'have the broker, or a browser at the consent page, fetch `logo_uri`, `jwks_uri` and the like',
      catalogue: 'RFC 7591 §5; CVE-2026-45609; MCP: SSRF',
      stoppedIn: routes,
      proof: {
        file: 'apps/gateway/test/security/ssrf-by-registered-url.test.ts',
        test: 'asks for none of the addresses that a client registers, shows none, and repeats none',
      },
      takenOut: {
        code: 'const metadata = schema.safeParse(await readJson(c))',
        replacement:
          "const sent = await readJson(c)\n    if (typeof sent === 'object' && sent !== null && 'logo_uri' in sent) await fetch(String(sent.logo_uri)).catch(() => {})\n    const metadata = schema.safeParse(sent)",
      },
    },
    {
      attack: 'register for grants without a person: password, client_credentials, implicit',
      catalogue: 'RFC 9700 §2.1.2, §2.4',
      stoppedIn: 'apps/gateway/src/domain/oauth/client/registration.ts',
      proof: { file: 'apps/gateway/src/domain/oauth/client/registration.test.ts', test: 'refuses %j as %s' },
      takenOut: {
        code: "if (metadata.grantTypes?.includes('authorization_code') === false) return err({ reason: 'no_usable_grant_type' })",
        replacement: '',
      },
    },
    {
      attack: 'read the secrets of clients in the database',
      catalogue: 'RFC 6819 §4.3.4; CWE-522',
      stoppedIn: 'apps/gateway/src/flows/oauth/register-client.ts',
      proof: { file: registerTests, test: 'gives a client that asks for %s a secret, which is kept as a hash' },
      takenOut: { code: 'null : secrets.hash(clientSecret)', replacement: 'null : clientSecret' },
    },
    {
      attack: 'register without end from one address',
      catalogue: 'RFC 7591 §5; CWE-770',
      stoppedIn: routes,
      proof: {
        file: flooding,
        test: 'of one address are refused after thirty in a minute, leave nothing behind then, and hinder nobody else',
      },
      takenOut: { code: "app.post('/oauth/register', limited, ", replacement: "app.post('/oauth/register', " },
    },
    {
      attack: 'register without end from very many addresses',
      catalogue: 'RFC 7591 §5; CWE-770',
      stoppedIn: 'apps/gateway/src/flows/oauth/register-client.ts',
      proof: { file: flooding, test: 'of very many addresses together are bounded too' },
      takenOut: { code: "if (retryAfterSeconds > 0) return err({ reason: 'too_many_registrations', retryAfterSeconds })", replacement: '' },
    },
    {
      attack: 'do so by documents, which are no registrations',
      catalogue: 'RFC 7591 §5; CWE-770',
      stoppedIn: 'apps/gateway/src/flows/oauth/document-clients.ts',
      proof: {
        file: 'apps/gateway/test/security/flood-by-client-document.test.ts',
        test: 'clients that are known by documents are no way around the bound on all registrations',
      },
      takenOut: { code: "known === undefined && limits.allRegistrations.take('everybody') > 0", replacement: 'false' },
    },
    {
      attack: 'fill the database, however slowly, with clients that nobody uses',
      catalogue: 'RFC 7591 §5; CWE-770',
      stoppedIn: 'apps/gateway/src/store/libsql/purge.ts',
      proof: {
        file: 'apps/gateway/src/store/libsql/clients.test.ts',
        test: 'of clients with which nobody signed in, the newest ten thousand are kept',
      },
      takenOut: { code: 'lte(clients.createdAtMs, newestClientBeyondBound(db)),', replacement: '' },
    },
    {
      attack: 'use up the memory by a large body',
      catalogue: 'CWE-770',
      stoppedIn: 'apps/gateway/src/middleware/form-limit.ts',
      proof: { file: registerTests, test: 'refuses a body over 64 KB, of announced length or not' },
      takenOut: { code: 'maxSize: maxFormBytes', replacement: 'maxSize: 1e9' },
    },
    {
      attack: 'fill the audit log by what a client says of itself',
      catalogue: 'CWE-779',
      stoppedIn: 'apps/gateway/src/domain/audit/fit-details.ts',
      proof: { file: 'apps/gateway/test/security/audit-flood.test.ts', test: 'a client that registers with much to say takes little room' },
      takenOut: { code: 'const maxTextLength = 200', replacement: 'const maxTextLength = 1e9' },
    },
  ],
}
