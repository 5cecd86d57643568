import type { HandlerDefences } from '../defence.ts'

const security = 'apps/gateway/test/security'
const authenticate = 'apps/gateway/src/routes/mcp/authenticate.ts'
const route = 'apps/gateway/src/routes/mcp.ts'
const accessTokens = 'apps/gateway/src/memory/access-tokens.ts'
const withdraw = 'apps/gateway/src/flows/access/withdraw-access.ts'
const endedAccess = `${security}/ended-access.test.ts`
const presented = "parseBearer(c.req.raw.headers.get('authorization'))"

/** Who may ask at all: tokens, the pages of others, and access that has ended. */
export const mcpAccessDefences: HandlerDefences = {
  handler: '/mcp: who asks (POST, GET, DELETE)',
  defences: [
    {
      attack: 'come without a token, by another spelling of the path',
      catalogue: 'RFC 6750 §3; CWE-177',
      stoppedIn: authenticate,
      proof: {
        file: `${security}/path-confusion.test.ts`,
        test: '%s leads to the MCP endpoint, which asks for a token whatever the way to it',
      },
      takenOut: {
        code: "if (bearer === undefined) return err(refuse(null, unauthorized(settings.publicUrl, { reason: 'no_token' })))",
        replacement: "if (bearer === undefined) return ok({ userId: 'usr_1', clientId: 'cli_1' })",
      },
    },
    {
      attack: 'be let in by a header that some proxy or framework believes',
      catalogue: 'GHSA-g53w-w6mj-hrpp',
      stoppedIn: authenticate,
      proof: { file: `${security}/header-bypass.test.ts`, test: 'no header but Authorization lets anybody in' },
      takenOut: { code: presented, replacement: `${presented} ?? c.req.header('x-api-key')` },
    },
    {
      attack: 'put the token into the address or a form, where it is logged',
      catalogue: 'RFC 6750 §5.3; MCP: access token usage',
      stoppedIn: authenticate,
      proof: { file: `${security}/token-audience.test.ts`, test: 'does not take a token from %s in the query or the form' },
      takenOut: { code: presented, replacement: `${presented} ?? c.req.query('access_token')` },
    },
    {
      attack: 'bring two tokens, one for the proxy and one for us',
      catalogue: 'RFC 6750 §2.1; CWE-436',
      stoppedIn: 'apps/gateway/src/domain/mcp/bearer.ts',
      proof: { file: `${security}/request-smuggling.test.ts`, test: 'does not choose between two headers %s' },
      takenOut: { code: String.raw`(\S+) *$/i`, replacement: String.raw`([^\s,]+)/i` },
    },
    {
      attack: 'guess tokens, so that each guess costs a look into the database',
      catalogue: 'RFC 6750 §5.1; CVE-2026-61559, -61560',
      stoppedIn: accessTokens,
      proof: { file: `${security}/garbage-tokens.test.ts`, test: 'what cannot be a token costs not even that' },
      takenOut: { code: "if (!isSecretForm('access_token', token)) return err({ reason: 'unknown_token' })", replacement: '' },
    },
    {
      attack: 'use up sessions and children with garbage for a token',
      catalogue: 'CVE-2026-61559, -61560',
      stoppedIn: authenticate,
      proof: {
        file: `${security}/garbage-tokens.test.ts`,
        test: 'a thousand guesses begin no session, reach no child and write nothing: each costs one look',
      },
      takenOut: {
        code: 'const token = await accessTokens.check(bearer)',
        replacement: 'const token = await accessTokens.check(bearer); await server.sessions.find(bearer, {})',
      },
    },
    {
      attack: 'use a token that was issued for another server',
      catalogue: 'RFC 8707 §2; RFC 9700 §4.9, §4.10.2; MCP: token audience',
      stoppedIn: authenticate,
      proof: { file: `${security}/token-audience.test.ts`, test: 'refuses a token that is meant for another resource' },
      takenOut: { code: 'token.value.resource !== canonicalResource(settings.publicUrl)', replacement: 'false' },
    },
    {
      attack: 'use a token that has expired',
      catalogue: 'RFC 6750 §5.3; RFC 9700 §4.10',
      stoppedIn: accessTokens,
      proof: { file: 'apps/gateway/src/memory/access-tokens.test.ts', test: 'honours the expiry of a token that it remembers' },
      takenOut: { code: 'found.expiresAtMs <= clock()', replacement: 'false' },
    },
    {
      attack: 'have the client’s token handed on to those behind',
      catalogue: 'MCP: token passthrough; RFC 6750 §5.2',
      stoppedIn: 'apps/gateway/src/routes/mcp/start-in-session.ts',
      proof: {
        file: `${security}/token-passthrough.test.ts`,
        test: 'the client’s token is not passed on to the runner, whatever is called',
      },
      takenOut: {
        code: 'relayMessage(server, { session,',
        replacement: "relayMessage(server, { session: { ...session, logLevel: incoming.request.headers.get('authorization') },",
      },
    },
    {
      attack: 'name another Forgejo, token or user in a header',
      catalogue: 'CVE-2026-61559, -61560; CWE-918',
      stoppedIn: 'apps/gateway/src/routes/mcp/start-in-session.ts',
      proof: {
        file: `${security}/header-bypass.test.ts`,
        test: 'no header reaches the child program, as another Forgejo, another token or another user',
      },
      takenOut: {
        code: 'relayMessage(server, { session,',
        replacement: "relayMessage(server, { session: { ...session, logLevel: incoming.request.headers.get('x-forgejo-url') },",
      },
    },
    {
      attack: 'have a client led to a hostile place to sign in, by a forged Host',
      catalogue: 'CVE-2025-6514; RFC 9728 §7.3',
      stoppedIn: authenticate,
      proof: { file: `${security}/hostile-authorization-url.test.ts`, test: 'the challenge names our own origin only' },
      takenOut: {
        code: "unauthorized(settings.publicUrl, { reason: 'no_token' })",
        replacement: "unauthorized(new URL(c.req.url).origin, { reason: 'no_token' })",
      },
    },
    {
      attack: 'call it from a page of another origin (DNS rebinding)',
      catalogue: 'CVE-2025-64443; CVE-2026-34742; MCP: Origin header',
      stoppedIn: 'apps/gateway/src/domain/mcp/origin.ts',
      proof: { file: `${security}/dns-rebinding.test.ts`, test: 'keeps a page of origin "%s" out, whoever it has a token of' },
      takenOut: { code: 'isLoopbackHost(url.hostname)', replacement: 'true' },
    },
    {
      attack: 'read a stream or end a session from such a page',
      catalogue: 'CVE-2025-64443; MCP: Origin header',
      stoppedIn: route,
      proof: {
        file: `${security}/dns-rebinding.test.ts`,
        test: 'a page of another origin neither reads a stream nor ends a session, whoever it has a token of',
      },
      takenOut: { code: 'if (!isAllowedOrigin(', replacement: "if (request.method === 'POST' && !isAllowedOrigin(" },
    },
    {
      attack: 'come to a broker on loopback under a name of one’s own',
      catalogue: 'CVE-2025-64443; CVE-2026-34742',
      stoppedIn: 'apps/gateway/src/app.ts',
      proof: { file: `${security}/dns-rebinding.test.ts`, test: 'tells a page that came to it under another name nothing: %s' },
      takenOut: { code: "if (isOnLoopback) app.use('/mcp', refuseRebinding)", replacement: '' },
    },
    {
      attack: 'have a page use what the browser is signed in with',
      catalogue: 'CWE-942',
      stoppedIn: 'apps/gateway/src/routes/mcp/respond.ts',
      proof: { file: `${security}/dns-rebinding.test.ts`, test: 'lets a page of %s in' },
      takenOut: {
        code: "'access-control-allow-origin': '*',",
        replacement: "'access-control-allow-origin': '*', 'access-control-allow-credentials': 'true',",
      },
    },
    {
      attack: 'make one method another by a header',
      catalogue: 'GHSA-g53w-w6mj-hrpp; CWE-436',
      stoppedIn: route,
      proof: { file: `${security}/header-bypass.test.ts`, test: 'no header and no parameter changes the method' },
      takenOut: {
        code: 'methods.get(request.method)',
        replacement: "methods.get(request.headers.get('x-http-method-override') ?? request.method)",
      },
    },
    {
      attack: 'use a token whose access has ended',
      catalogue: 'RFC 7009 §2; RFC 6750 §3.1',
      stoppedIn: withdraw,
      proof: { file: endedAccess, test: 'an ended %s has no token that is good for the next request, and nobody else loses any' },
      takenOut: { code: 'accessTokens.forgetWhere(covers)', replacement: '' },
    },
    {
      attack: 'read on, on a stream that was open when access ended',
      catalogue: 'RFC 7009 §2; MCP: session hijacking',
      stoppedIn: withdraw,
      proof: { file: endedAccess, test: 'open streams of an ended %s end at once, and a call on one says why' },
      takenOut: { code: 'openAnswers.endWhere(covers)', replacement: '' },
    },
    {
      attack: 'have a child work on after access ended',
      catalogue: 'RFC 7009 §2',
      stoppedIn: withdraw,
      proof: { file: endedAccess, test: 'a call of an ended %s ends at once, at the child too, and its client gets the 401' },
      takenOut: { code: 'return letGoOfSessions(deps, released)', replacement: 'return Promise.resolve(true)' },
    },
    {
      attack: 'the same while the runner is out of reach',
      catalogue: 'CWE-613',
      stoppedIn: 'apps/gateway/src/flows/access/let-go-of-sessions.ts',
      proof: { file: endedAccess, test: 'a runner that is out of reach ends the child as soon as it hears' },
      takenOut: { code: 'if (first.error.mayPass) waitUntil(insist())', replacement: '' },
    },
    {
      attack: 'keep a user’s token at Forgejo at work after the user was ended',
      catalogue: 'CWE-613',
      stoppedIn: 'apps/gateway/src/flows/access/let-go-of-sessions.ts',
      proof: { file: endedAccess, test: 'a user’s tokens at Forgejo leave the database and the runner' },
      takenOut: { code: 'await runner.setCredential({ ...credential, accessToken: null })', replacement: '' },
    },
    {
      attack: 'break off the calls of another sign-in by giving one’s own tokens back',
      catalogue: 'RFC 7009 §2.1; CWE-639',
      stoppedIn: 'apps/gateway/src/flows/access/end-family.ts',
      proof: { file: endedAccess, test: 'a family of tokens that ends takes no answer and no session from another of the same grant' },
      takenOut: { code: 'access.familyId === familyId', replacement: 'access.grantId === grantId' },
    },
    {
      attack: 'begin a request before access ends, and its body after',
      catalogue: 'CWE-367',
      stoppedIn: 'apps/gateway/src/routes/mcp/post.ts',
      proof: {
        file: endedAccess,
        test: 'a call whose body is still coming when its family of tokens ends is not begun, although the session lives on',
      },
      takenOut: { code: 'if (!incoming.isAllowed()) return undefined', replacement: '' },
    },
    {
      attack: 'keep a stream open for longer than its token lasts',
      catalogue: 'CWE-613',
      stoppedIn: 'apps/gateway/src/routes/mcp/get.ts',
      proof: { file: endedAccess, test: 'a standalone stream lasts no longer than the token that opened it' },
      takenOut: { code: 'Math.min(token.expiresAtMs - clock(), longestTimerMs)', replacement: 'longestTimerMs' },
    },
    {
      attack: 'open a stream with a token that is looked up at the moment of its end',
      catalogue: 'CWE-367; CWE-613',
      stoppedIn: 'apps/gateway/src/routes/mcp.ts',
      proof: { file: endedAccess, test: 'a token that is looked up while its family of tokens ends opens no stream' },
      takenOut: { code: 'if (server.openAnswers.countEnds() !== endsBefore) continue', replacement: '' },
    },
    {
      attack: 'keep a session that is begun at the moment of the end of access',
      catalogue: 'CWE-367',
      stoppedIn: 'apps/gateway/src/flows/mcp/open-session.ts',
      proof: { file: endedAccess, test: 'a session that is begun while its family of tokens ends leaves nothing behind' },
      takenOut: { code: 'if (!isAllowed())', replacement: 'if (false)' },
    },
  ],
}
