import type { HandlerDefences } from '../defence.ts'

const routes = 'apps/gateway/src/routes/authorize.ts'
const signIn = 'apps/gateway/src/domain/oauth/authorize/sign-in.ts'
const signIns = 'apps/gateway/src/store/libsql/sign-ins.ts'
const formOrigin = 'apps/gateway/src/domain/oauth/authorize/form-origin.ts'
const forgery = 'apps/gateway/test/security/cross-site-request-forgery.test.ts'
const deputy = 'apps/gateway/test/security/confused-deputy.test.ts'
const consentTests = 'apps/gateway/test/oauth-consent.test.ts'

/** What a form that arrives with somebody's browser tries. */
export const consentDefences: HandlerDefences = {
  handler: '/oauth/consent',
  defences: [
    {
      attack: 'have a victim’s browser send the form of a sign-in that the attacker began',
      catalogue: 'RFC 9700 §4.7; MCP: confused deputy; CVE-2026-27124',
      stoppedIn: signIn,
      proof: { file: forgery, test: 'is refused in a browser that did not begin the sign-in' },
      takenOut: { code: "if (signIn.browserHash !== presented.browserHash) return err({ reason: 'other_browser' })", replacement: '' },
    },
    {
      attack: 'send the form without having seen the page',
      catalogue: 'RFC 9700 §4.7; CWE-352',
      stoppedIn: signIn,
      proof: { file: forgery, test: 'is refused with a wrong token' },
      takenOut: { code: "if (signIn.csrfHash !== presented.csrfHash) return err({ reason: 'forged_form' })", replacement: '' },
    },
    {
      attack: 'use the approval of one client for another that is asked about in the same browser',
      catalogue: 'MCP: confused deputy',
      stoppedIn: 'apps/gateway/src/flows/oauth/begin-sign-in.ts',
      proof: { file: deputy, test: 'approval of one client counts for no other, in the same browser at the same time' },
      takenOut: { code: "csrfToken: secrets.create('none')", replacement: "csrfToken: 'x'" },
    },
    {
      attack: 'send the form from a page of another site, or of a neighbouring host',
      catalogue: 'CWE-352; CWE-346',
      stoppedIn: formOrigin,
      proof: { file: forgery, test: 'is refused from %s' },
      takenOut: {
        code: "if (fetchSite !== undefined && fetchSite !== 'same-origin') return false\n  return",
        replacement: 'return true ||',
      },
    },
    {
      attack: 'do so in a browser that does not tell of sites',
      catalogue: 'CWE-352; CWE-346',
      stoppedIn: formOrigin,
      proof: { file: forgery, test: 'is refused by its origin where the browser sends no Sec-Fetch-Site' },
      takenOut: { code: "return origin === undefined || origin === 'null' || origin === publicUrl", replacement: 'return true' },
    },
    {
      attack: 'plant or read the cookie from a neighbouring host, or over http',
      catalogue: 'RFC 6265 §8.6; CWE-565',
      stoppedIn: 'apps/gateway/src/routes/sign-in-cookie.ts',
      proof: { file: 'apps/gateway/test/security/cookie-tossing.test.ts', test: 'is bound to host, path and https' },
      takenOut: { code: "'__Host-fjmcp-signin-'", replacement: "'fjmcp-signin-'" },
    },
    {
      attack: 'widen a decision by a second one',
      catalogue: 'MCP: scope minimization',
      stoppedIn: signIns,
      proof: { file: deputy, test: 'is decided once' },
      takenOut: {
        code: 'const mayApprove = or(isPending, eq(signIns.grantedLevel, grantedLevel))',
        replacement: 'const mayApprove = undefined',
      },
    },
    {
      attack: 'get what was asked for and not what the person chose',
      catalogue: 'MCP: scope minimization; RFC 6749 §3.3',
      stoppedIn: 'apps/gateway/src/flows/oauth/decide-consent.ts',
      proof: { file: 'apps/gateway/test/oauth-sign-in.test.ts', test: 'gives %s tokens for what she or he allowed' },
      takenOut: {
        code: 'grantedLevel,\n    upstreamStateHash',
        replacement: 'grantedLevel: signIn.requestedLevel,\n    upstreamStateHash',
      },
    },
    {
      attack: 'send the form long after',
      catalogue: 'RFC 9700 §4.7',
      stoppedIn: signIn,
      proof: { file: consentTests, test: 'waits for ten minutes' },
      takenOut: { code: 'if (signIn.expiresAtMs <= nowMs) return', replacement: 'if (signIn.expiresAtMs <= 0) return' },
    },
    {
      attack: 'say a field twice, so that it is read as the worse of the two',
      catalogue: 'CWE-235',
      stoppedIn: 'apps/gateway/src/domain/oauth/parameters.ts',
      proof: { file: 'apps/gateway/test/security/parameter-pollution.test.ts', test: 'refuses a second field (%s)' },
      takenOut: { code: 'for (const name of repeated) values.delete(name)', replacement: '' },
    },
    {
      attack: 'allow a level that does not exist, or decide what is no decision',
      catalogue: 'CWE-20',
      stoppedIn: routes,
      proof: { file: consentTests, test: 'is refused with %j' },
      takenOut: { code: "decision: z.enum(['approve', 'deny'])", replacement: 'decision: z.string()' },
    },
    {
      attack: 'show text of one’s own on the broker’s page by a field',
      catalogue: 'CWE-79; CWE-451',
      stoppedIn: routes,
      proof: { file: 'apps/gateway/test/security/cross-site-scripting.test.ts', test: 'in the field %s of the consent shows nowhere' },
      takenOut: {
        code: "if (form === undefined) return refuse(deps, c, { reason: 'malformed_form' })",
        replacement: 'if (form === undefined) return c.html(decodeURIComponent(await c.req.text()), 400)',
      },
    },
    {
      attack: 'have form token and decision sent on to Forgejo or the client',
      catalogue: 'RFC 9700 §4.12',
      stoppedIn: routes,
      proof: {
        file: 'apps/gateway/test/security/form-resent-by-redirect.test.ts',
        test: '%s leads on by 303, which takes no form along',
      },
      takenOut: { code: 'c.redirect(decided.value.location, 303)', replacement: 'c.redirect(decided.value.location, 307)' },
    },
    {
      attack: 'reach Forgejo with a state of ours before anybody agreed',
      catalogue: 'MCP: confused deputy',
      stoppedIn: routes,
      proof: {
        file: 'apps/gateway/test/security/open-redirector.test.ts',
        test: 'leaves for another site only after somebody has decided',
      },
      takenOut: {
        code: 'return c.html(\n      await consentPage(',
        replacement:
          "return c.redirect(deps.forgejo.authorizationUrl({ state: begun.id, codeVerifier: 'x'.repeat(43) }).href, 303)\n    return c.html(\n      await consentPage(",
      },
    },
    {
      attack: 'use up the memory by a large form',
      catalogue: 'CWE-770',
      stoppedIn: 'apps/gateway/src/middleware/form-limit.ts',
      proof: { file: consentTests, test: 'is refused over 64 KB' },
      takenOut: { code: 'maxSize: maxFormBytes', replacement: 'maxSize: 1e9' },
    },
    {
      attack: 'guess forms without end from one address, or fill the audit log with denials',
      catalogue: 'CWE-307; CWE-770',
      stoppedIn: routes,
      proof: {
        file: 'apps/gateway/test/security/flooding.test.ts',
        test: 'that are stopped at the consent page or on the way back go on a minute later',
      },
      takenOut: { code: 'limitAddress({ limit: limits.consents, addressOf }),', replacement: '' },
    },
    {
      attack: 'use up what a visitor’s network may decide, by forms that a page sends',
      catalogue: 'CWE-645; Fetch Metadata',
      stoppedIn: 'apps/gateway/src/routes/page-requests.ts',
      proof: {
        file: 'apps/gateway/test/security/limits-used-up-by-a-page.test.ts',
        test: 'nor does it use up the decisions at the consent page, by forms that it has sent',
      },
      takenOut: {
        code: 'sentByOwnPage(settings),\n    limitAddress({ limit: limits.consents, addressOf }),',
        replacement: 'limitAddress({ limit: limits.consents, addressOf }),\n    sentByOwnPage(settings),',
        file: routes,
      },
    },
    {
      attack: 'deny unseen',
      catalogue: 'CWE-778',
      stoppedIn: 'apps/gateway/src/flows/oauth/decide-consent.ts',
      proof: { file: 'apps/gateway/test/audit.test.ts', test: 'a denial on the consent page, and one at Forgejo' },
      takenOut: { code: "record({ type: 'consent_denied',", replacement: "void Object({ type: 'consent_denied'," },
    },
  ],
}
