import type { HandlerDefences } from '../defence.ts'

const routes = 'apps/gateway/src/routes/callback.ts'
const signIns = 'apps/gateway/src/store/libsql/sign-ins.ts'
const finishing = 'apps/gateway/src/flows/oauth/finish-sign-in.ts'
const loginForgery = 'apps/gateway/test/security/login-csrf.test.ts'
const guessedState = 'apps/gateway/test/security/guessed-state.test.ts'
const audit = 'apps/gateway/test/audit.test.ts'

/** What a browser brings that says it comes from Forgejo. */
export const callbackDefences: HandlerDefences = {
  handler: '/oauth/callback',
  defences: [
    {
      attack: 'have a victim finish a sign-in that the attacker began, so that one acts as the other',
      catalogue: 'RFC 9700 §4.7; MCP: confused deputy; CVE-2026-27124',
      stoppedIn: finishing,
      proof: { file: loginForgery, test: 'is refused in another browser that has begun a sign-in of its own' },
      takenOut: {
        code: 'if (browserSecret === undefined) return undefined\n  return store.signIns.take({ upstreamStateHash: secrets.hash(state), browserHash: secrets.hash(browserSecret),',
        replacement:
          "const begun = await store.signIns.find(state.slice(0, 30))\n  return store.signIns.take({ upstreamStateHash: secrets.hash(state), browserHash: browserSecret === '' ? '' : begun?.browserHash ?? '',",
      },
    },
    {
      attack: 'do so with a cookie of that name, planted before',
      catalogue: 'RFC 9700 §4.7; RFC 6265 §8.6',
      stoppedIn: signIns,
      proof: { file: loginForgery, test: 'is refused in another browser in which a cookie of that name was planted' },
      takenOut: {
        code: 'and(eq(signIns.upstreamStateHash, upstreamStateHash), eq(signIns.browserHash, browserHash), gt(',
        replacement: 'and(eq(signIns.upstreamStateHash, upstreamStateHash), gt(',
      },
    },
    {
      attack: 'lead a victim behind the consent page, straight to Forgejo, which asks nothing any more',
      catalogue: 'MCP: confused deputy; CVE-2026-27124',
      stoppedIn: finishing,
      proof: {
        file: 'apps/gateway/test/security/confused-deputy.test.ts',
        test: 'an attacker who leads a victim behind the consent page gets nothing, though Forgejo asks nothing any more',
      },
      takenOut: {
        code: 'if (browserSecret === undefined) return undefined\n  return store.signIns.take({ upstreamStateHash: secrets.hash(state), browserHash: secrets.hash(browserSecret),',
        replacement:
          "const begun = await store.signIns.find(state.slice(0, 30))\n  return store.signIns.take({ upstreamStateHash: secrets.hash(state), browserHash: browserSecret === '' ? '' : begun?.browserHash ?? '',",
      },
    },
    {
      attack: 'make up a state for a sign-in whose id is known',
      catalogue: 'RFC 9700 §4.7; RFC 6749 §10.12',
      stoppedIn: signIns,
      proof: { file: guessedState, test: 'no state opens the callback but the one that went to Forgejo' },
      takenOut: {
        code: '.where(and(eq(signIns.upstreamStateHash, upstreamStateHash),',
        replacement: ".where(and(gt(signIns.upstreamStateHash, ''),",
      },
    },
    {
      attack: 'end somebody’s sign-in by such a state',
      catalogue: 'CWE-400',
      stoppedIn: routes,
      proof: { file: guessedState, test: 'no state opens the callback but the one that went to Forgejo' },
      takenOut: { code: "if (finished.ok || finished.error.reason !== 'unknown_state') cookies", replacement: 'cookies' },
    },
    {
      attack: 'use an answer of Forgejo twice, at once or later',
      catalogue: 'RFC 9700 §4.5, §4.7',
      stoppedIn: signIns,
      proof: { file: loginForgery, test: 'works once for many at the same time' },
      takenOut: {
        code: 'const [taken] = await db\n        .delete(signIns)',
        replacement: "const [taken] = await db\n        .update(signIns)\n        .set({ requestedLevel: 'read' })",
      },
    },
    {
      attack: 'use it after ten minutes',
      catalogue: 'RFC 9700 §4.7',
      stoppedIn: signIns,
      proof: { file: loginForgery, test: 'is refused after ten minutes' },
      takenOut: {
        code: 'eq(signIns.browserHash, browserHash), gt(signIns.expiresAtMs, nowMs)))\n        .returning',
        replacement: 'eq(signIns.browserHash, browserHash)))\n        .returning',
      },
    },
    {
      attack: 'put in a code of Forgejo that belongs to somebody else',
      catalogue: 'RFC 9700 §4.5; RFC 7636 §1',
      stoppedIn: 'apps/gateway/src/upstream/arctic-forgejo.ts',
      proof: {
        file: 'apps/gateway/test/security/upstream-code-injection.test.ts',
        test: 'a code of Forgejo serves no other sign-in than the one that it was given for',
      },
      takenOut: {
        code: 'gitea.createAuthorizationURL(state, codeVerifier, [...scopes])',
        replacement:
          "((url) => (['code_challenge', 'code_challenge_method'].forEach((name) => url.searchParams.delete(name)), url))(gitea.createAuthorizationURL(state, codeVerifier, [...scopes]))",
      },
    },
    {
      attack: 'say a parameter twice',
      catalogue: 'RFC 6749 §3.1; CWE-235',
      stoppedIn: routes,
      proof: { file: 'apps/gateway/test/security/parameter-pollution.test.ts', test: 'refuses a second %s' },
      takenOut: { code: 'repeated.size > 0 || ', replacement: '' },
    },
    {
      attack: 'have two tabs end as each other: another client, another level',
      catalogue: 'RFC 9700 §4.7; CWE-384',
      stoppedIn: 'apps/gateway/src/routes/sign-in-cookie.ts',
      proof: {
        file: 'apps/gateway/test/security/interleaved-sign-ins.test.ts',
        test: 'two tabs of one browser end where they belong, with two clients, %s',
      },
      takenOut: {
        code: 'get: (c, signInId) => getCookie(c, prefix + signInId)',
        replacement: 'get: (c, signInId) => (signInId === "" ? undefined : Object.values(getCookie(c))[0])',
      },
    },
    {
      attack: 'have one user end as another, however their sign-ins cross',
      catalogue: 'CWE-639',
      stoppedIn: 'apps/gateway/src/flows/oauth/redeem-code.ts',
      proof: {
        file: 'apps/gateway/test/security/interleaved-sign-ins.test.ts',
        test: 'keeps users apart, however their sign-ins interleave',
      },
      takenOut: { code: 'store.users.upsert({ ...identity,', replacement: "store.users.upsert({ ...identity, sub: 'one'," },
    },
    {
      attack: 'mix up authorization servers by an answer without an issuer',
      catalogue: 'RFC 9207 §2; RFC 9700 §4.4; RFC 8252 §8.10',
      stoppedIn: 'apps/gateway/src/domain/oauth/authorize/authorize-response.ts',
      proof: {
        file: 'apps/gateway/test/security/authorization-server-mix-up.test.ts',
        test: 'brings code, state and issuer to the client and nothing else',
      },
      takenOut: { code: "parameters.set('iss', issuer)", replacement: '' },
    },
    {
      attack: 'send a client words of one’s own by an error that Forgejo is said to have',
      catalogue: 'CWE-451; RFC 9700 §4.11',
      stoppedIn: finishing,
      proof: {
        file: 'apps/gateway/test/security/content-spoofing.test.ts',
        test: 'what stands in an error at the callback reaches no client and no log: %s',
      },
      takenOut: {
        code: "{ error: 'server_error', description: 'Forgejo could not sign the user in' }",
        replacement: "{ error: 'server_error', description: error }",
      },
    },
    {
      attack: 'run script by what Forgejo is said to answer',
      catalogue: 'CWE-79',
      stoppedIn: routes,
      proof: { file: 'apps/gateway/test/security/cross-site-scripting.test.ts', test: 'in the parameter %s of the callback shows nowhere' },
      takenOut: {
        code: "if (signInId === undefined) return refuse(deps, c, { reason: 'unknown_state' })",
        replacement: 'if (signInId === undefined) return c.html(state + JSON.stringify(outcome))',
      },
    },
    {
      attack: 'use a sign-in up by a preview or a scanner of links',
      catalogue: 'RFC 9110 §9.2.1',
      stoppedIn: routes,
      proof: { file: 'apps/gateway/test/oauth-pages.test.ts', test: '%s does not take %s' },
      takenOut: { code: "if (c.req.method === 'HEAD') return allowGetOnly(c, next)", replacement: '' },
    },
    {
      attack: 'guess answers without end from one address, or flood the log with them',
      catalogue: 'CWE-307; CWE-779',
      stoppedIn: routes,
      proof: { file: 'apps/gateway/test/security/flooding.test.ts', test: 'a flood does not flood the log' },
      takenOut: { code: 'limitAddress({ limit: deps.limits.callbacks, addressOf: deps.addressOf }), ', replacement: '' },
    },
    {
      attack: 'use up what a visitor’s network may finish, by images in a page',
      catalogue: 'CWE-645; Fetch Metadata',
      stoppedIn: 'apps/gateway/src/routes/page-requests.ts',
      proof: {
        file: 'apps/gateway/test/security/limits-used-up-by-a-page.test.ts',
        test: 'nor does it use up the ways back, or end a sign-in that is on its way',
      },
      takenOut: { code: 'opensPage, limitAddress(', replacement: 'limitAddress(', file: routes },
    },
    {
      attack: 'sign in unseen, or let nobody know to whom access was given',
      catalogue: 'CWE-778',
      stoppedIn: finishing,
      proof: { file: audit, test: 'a sign-in: who, which client, which grant, how much, one after the other' },
      takenOut: { code: "record({ type: 'consent_given',", replacement: "void Object({ type: 'consent_given'," },
    },
    {
      attack: 'deny at Forgejo unseen',
      catalogue: 'CWE-778',
      stoppedIn: finishing,
      proof: { file: audit, test: 'a denial on the consent page, and one at Forgejo' },
      takenOut: { code: "record({ type: 'consent_denied',", replacement: "void Object({ type: 'consent_denied'," },
    },
  ],
}
