import type { HandlerDefences } from '../defence.ts'

const routes = 'apps/gateway/src/routes/authorize.ts'
const pages = 'apps/gateway/src/routes/page-requests.ts'
const request = 'apps/gateway/src/domain/oauth/authorize/authorize-request.ts'
const requestTests = 'apps/gateway/src/domain/oauth/authorize/authorize-request.test.ts'
const target = 'apps/gateway/src/domain/oauth/authorize/authorize-target.ts'
const redirectUris = 'apps/gateway/src/domain/oauth/client/redirect-uri.ts'
const consentPage = 'apps/gateway/src/views/consent-page.ts'
const substitution = 'apps/gateway/test/security/redirect-uri-substitution.test.ts'
const pkce = 'apps/gateway/test/security/pkce-downgrade.test.ts'
const scripting = 'apps/gateway/test/security/cross-site-scripting.test.ts'
const injection = 'apps/gateway/test/security/access-token-injection.test.ts'
const deputy = 'apps/gateway/test/security/confused-deputy.test.ts'
const authorizeTests = 'apps/gateway/test/oauth-authorize.test.ts'

/** What a link to the beginning of a sign-in tries, and what its page is made to show. */
export const authorizeDefences: HandlerDefences = {
  handler: '/oauth/authorize',
  defences: [
    {
      attack: 'have the code sent to an address that only resembles the client’s',
      catalogue: 'RFC 9700 §4.1.3; CVE-2025-4143',
      stoppedIn: redirectUris,
      proof: {
        file: 'apps/gateway/src/domain/oauth/client/redirect-uri.property.test.ts',
        test: 'matches nothing that it was changed into, save for a loopback port',
      },
      takenOut: {
        code: 'if (registered.includes(presented)) return true',
        replacement: 'if (registered.some((uri) => presented.startsWith(uri))) return true',
      },
    },
    {
      attack: 'have an error sent to an address that is not proven',
      catalogue: 'RFC 6749 §4.1.2.1; RFC 9700 §4.11.2',
      stoppedIn: routes,
      proof: { file: substitution, test: 'shows a page for %s and redirects nowhere' },
      takenOut: {
        code: 'if (!target.ok) return refuse(deps, c, target.error)',
        replacement: "if (!target.ok) return c.redirect(parameters.values.get('redirect_uri') ?? '/', 303)",
      },
    },
    {
      attack: 'name two redirect URIs or two clients, one for the check and one for the use',
      catalogue: 'RFC 6749 §3.1; CWE-235',
      stoppedIn: 'apps/gateway/src/domain/oauth/parameters.ts',
      proof: { file: substitution, test: 'shows a page when a second %s comes, behind the proven one or before it' },
      takenOut: { code: 'if (seen.has(name)) repeated.add(name)', replacement: '' },
    },
    {
      attack: 'choose the port of a broker on loopback as the client’s',
      catalogue: 'RFC 8252 §7.3, §8.3',
      stoppedIn: target,
      proof: { file: substitution, test: 'a client on loopback cannot choose our own port' },
      takenOut: {
        code: "if (!checkRedirectUri(redirectUri, rules).ok) return err({ reason: 'redirect_uri_not_allowed' })",
        replacement: '',
      },
    },
    {
      attack: 'have the code sent to an address that was registered before the rules refused it',
      catalogue: 'RFC 9700 §4.1; RFC 8252 §8.4; CWE-939',
      stoppedIn: target,
      proof: { file: 'apps/gateway/test/security/withdrawn-redirect-uri.test.ts', test: 'has nobody sent to %s' },
      takenOut: {
        code: "if (!checkRedirectUri(redirectUri, rules).ok) return err({ reason: 'redirect_uri_not_allowed' })",
        replacement: '',
      },
    },
    {
      attack: 'change more of a loopback address than its port',
      catalogue: 'RFC 8252 §7.3; RFC 9700 §4.1.3',
      stoppedIn: redirectUris,
      proof: { file: 'apps/gateway/src/domain/oauth/client/redirect-uri.test.ts', test: 'does not take %s for %s' },
      takenOut: { code: 'undefined : host + rest', replacement: "undefined : 'http://loopback' + rest" },
    },
    {
      attack: 'use the broker as a springboard to a phishing page',
      catalogue: 'RFC 9700 §4.11.2',
      stoppedIn: 'apps/gateway/src/routes/rejected-request.ts',
      proof: {
        file: 'apps/gateway/test/security/open-redirector.test.ts',
        test: 'sends nobody to %s by itself, but names the fault and links there',
      },
      takenOut: { code: 'if (isLoopbackRedirectUri(redirectUri)) return', replacement: 'if (redirectUri) return' },
    },
    {
      attack: 'get past the consent page in a browser that is signed in at Forgejo',
      catalogue: 'MCP: confused deputy; CVE-2026-27124',
      stoppedIn: routes,
      proof: {
        file: deputy,
        test: 'is asked of a browser that is signed in at Forgejo and has just allowed another client, or the same one',
      },
      takenOut: {
        code: 'cookies.set(c, begun.id, begun.browserSecret)',
        replacement:
          "cookies.set(c, begun.id, begun.browserSecret)\n    {\n      const decided = await decideConsent({ ...deps, record: deps.recordFor(c) }, { ...begun, signInId: begun.id, grantedLevel: 'read' })\n      if (decided.ok) return c.redirect(decided.value.location, 303)\n    }",
      },
    },
    {
      attack: 'skip consent by a parameter (`prompt=none`)',
      catalogue: 'MCP: confused deputy',
      stoppedIn: routes,
      proof: { file: deputy, test: 'is not skipped for %s' },
      takenOut: {
        code: 'cookies.set(c, begun.id, begun.browserSecret)',
        replacement:
          "cookies.set(c, begun.id, begun.browserSecret)\n    if (parameters.values.get('prompt') === 'none') {\n      const decided = await decideConsent({ ...deps, record: deps.recordFor(c) }, { ...begun, signInId: begun.id, grantedLevel: 'read' })\n      if (decided.ok) return c.redirect(decided.value.location, 303)\n    }",
      },
    },
    {
      attack: 'begin without PKCE, or with `plain`',
      catalogue: 'RFC 9700 §4.8.2; RFC 7636 §7.2; CVE-2025-4144',
      stoppedIn: request,
      proof: { file: pkce, test: 'begins no sign-in with %s' },
      takenOut: { code: "values.get('code_challenge_method') !== 'S256'", replacement: 'false' },
    },
    {
      attack: 'have a token sent through the browser (`response_type=token`)',
      catalogue: 'RFC 9700 §2.1.2, §4.6',
      stoppedIn: request,
      proof: { file: injection, test: 'begins no sign-in whose answer would come by %j' },
      takenOut: { code: "if (responseType !== 'code') return err({ reason: 'unsupported_response_type' })", replacement: '' },
    },
    {
      attack: 'have the code put where other pages or scripts get it (`response_mode`)',
      catalogue: 'RFC 9700 §4.3, §4.17',
      stoppedIn: request,
      proof: { file: injection, test: 'begins no sign-in whose answer would come by %j' },
      takenOut: { code: "(values.get('response_mode') ?? 'query') !== 'query'", replacement: 'false' },
    },
    {
      attack: 'say a parameter twice, so that two readers see two requests',
      catalogue: 'RFC 6749 §3.1; CWE-235',
      stoppedIn: request,
      proof: { file: 'apps/gateway/test/security/parameter-pollution.test.ts', test: 'refuses a second %s (%s), without choosing' },
      takenOut: { code: "if (name !== undefined) return err({ reason: 'repeated_parameter', name })", replacement: '' },
    },
    {
      attack: 'get a token for another resource',
      catalogue: 'RFC 8707 §2; RFC 9700 §2.3; MCP: token passthrough',
      stoppedIn: 'apps/gateway/src/domain/oauth/resource.ts',
      proof: { file: 'apps/gateway/test/security/token-audience.test.ts', test: 'no token is issued for %s' },
      takenOut: { code: '|| url.origin !== publicUrl', replacement: '' },
    },
    {
      attack: 'ask for everything and have it agreed to unseen',
      catalogue: 'MCP: scope minimization',
      stoppedIn: consentPage,
      proof: { file: authorizeTests, test: 'offers reading as the choice that is made already, whatever was asked for' },
      takenOut: {
        code: "${choice('read', true)} ${choice('write', false)} ${choice('full', false)}",
        replacement: "${choice('read', false)} ${choice('write', false)} ${choice('full', true)}",
      },
    },
    {
      attack: 'run script in the consent page by the client’s name',
      catalogue: 'RFC 7591 §5; CWE-79',
      stoppedIn: consentPage,
      proof: { file: scripting, test: 'shows as it is written, not as it is meant' },
      takenOut: {
        code: '<h1>Allow <bdi>${model.clientName}</bdi>',
        replacement: '<h1>Allow <bdi>${Object.assign(new String(model.clientName), { isEscaped: true as const })}</bdi>',
      },
    },
    {
      attack: 'run script in a page, or write on it, by a parameter of the link',
      catalogue: 'CWE-79; RFC 6749 §4.1.2.1',
      stoppedIn: 'apps/gateway/src/domain/oauth/authorize/authorize-response.ts',
      proof: { file: scripting, test: 'as the name of a parameter that comes twice shows as letters and dots at most' },
      takenOut: { code: '${printable(rejection.name)} must', replacement: '${rejection.name} must' },
    },
    {
      attack: 'pass for another program of the same device, by loopback or a private scheme',
      catalogue: 'RFC 8252 §8.6; MCP: local server',
      stoppedIn: redirectUris,
      proof: { file: authorizeTests, test: 'that goes to %s warns of other programs on the device: %s' },
      takenOut: {
        code: "return protocol !== 'https:' || isLoopbackHost(hostname) || hostname.endsWith('.localhost')",
        replacement: 'return false',
      },
    },
    {
      attack: 'hide from the person where the code goes',
      catalogue: 'MCP: confused deputy; RFC 8252 §8.6',
      stoppedIn: redirectUris,
      proof: {
        file: 'apps/gateway/test/security/lookalike-redirect-host.test.ts',
        test: 'the consent page shows for %s the host that the browser goes to',
      },
      takenOut: { code: 'return isWeb(url) ? url.host :', replacement: "return isWeb(url) ? url.host.split('.')[0] ?? '' :" },
    },
    {
      attack: 'mix up authorization servers by an error without an issuer',
      catalogue: 'RFC 9207 §2; RFC 9700 §4.4; RFC 8252 §8.10',
      stoppedIn: 'apps/gateway/src/domain/oauth/authorize/authorize-response.ts',
      proof: { file: 'apps/gateway/test/security/authorization-server-mix-up.test.ts', test: 'names the issuer with every error too' },
      takenOut: { code: "parameters.set('iss', issuer)", replacement: "if ('code' in outcome) parameters.set('iss', issuer)" },
    },
    {
      attack: 'put into `state` what comes back as something else',
      catalogue: 'RFC 6749 appendix A.5; CWE-158',
      stoppedIn: request,
      proof: { file: requestTests, test: 'refuses %j as %s' },
      takenOut: {
        code: "if (clientState !== null && unprintable.test(clientState)) return err({ reason: 'unprintable_state' })",
        replacement: '',
      },
    },
    {
      attack: 'read the form’s token from a page of another origin',
      catalogue: 'CWE-942; CWE-352',
      stoppedIn: routes,
      proof: { file: 'apps/gateway/test/security/cross-origin-read.test.ts', test: 'no page of another origin reads the answer to %s %s' },
      takenOut: {
        code: 'cookies.set(c, begun.id, begun.browserSecret)',
        replacement: "cookies.set(c, begun.id, begun.browserSecret)\n    c.header('access-control-allow-origin', '*')",
      },
    },
    {
      attack: 'begin sign-ins from a preview or a scanner of links',
      catalogue: 'RFC 9110 §9.2.1',
      stoppedIn: routes,
      proof: { file: authorizeTests, test: 'a request for the head only begins nothing' },
      takenOut: { code: "if (c.req.method === 'HEAD') return allowGetOnly(c, next)", replacement: '' },
    },
    {
      attack: 'begin sign-ins without end from one address',
      catalogue: 'CWE-770',
      stoppedIn: routes,
      proof: {
        file: 'apps/gateway/test/security/flooding.test.ts',
        test: 'begun without end get a page that says what to do, and leave no row',
      },
      takenOut: { code: 'limitAddress({ limit: limits.signIns, addressOf }), ', replacement: '' },
    },
    {
      attack: 'use up what a visitor’s network may begin, by images and frames in a page',
      catalogue: 'CWE-645; Fetch Metadata',
      stoppedIn: pages,
      proof: {
        file: 'apps/gateway/test/security/limits-used-up-by-a-page.test.ts',
        test: 'a page that has its visitors load the sign-in as %s begins none and uses none up',
      },
      takenOut: { code: 'opensPage, limitAddress(', replacement: 'limitAddress(', file: routes },
    },
    {
      attack: 'fill the database by sign-ins begun from very many addresses',
      catalogue: 'CWE-770',
      stoppedIn: 'apps/gateway/src/store/libsql/purge.ts',
      proof: {
        file: 'apps/gateway/src/store/libsql/sign-ins.test.ts',
        test: 'of those that are under way the newest fifty thousand are kept',
      },
      takenOut: {
        code: 'or(lte(signIns.expiresAtMs, nowMs), lte(signIns.expiresAtMs, newestSignInBeyondBound(db)))',
        replacement: 'lte(signIns.expiresAtMs, nowMs)',
      },
    },
    {
      attack: 'fill a browser with cookies until it loses those that matter',
      catalogue: 'RFC 6265 §6.1; CWE-770',
      stoppedIn: 'apps/gateway/src/routes/sign-in-cookie.ts',
      proof: { file: 'apps/gateway/test/oauth-consent.test.ts', test: 'does not pile up in a browser that never finishes' },
      takenOut: {
        code: 'for (const id of findSuperfluous(Object.keys(getCookie(c)))) deleteCookie(c, prefix + id, attributes)',
        replacement: '',
      },
    },
    {
      attack: 'read a secret of the sign-in in the log',
      catalogue: 'RFC 9700 §4.3; CWE-532',
      stoppedIn: 'apps/gateway/src/flows/oauth/begin-sign-in.ts',
      proof: { file: 'apps/gateway/test/security/secrets-in-the-log.test.ts', test: 'leaves no secret in the log' },
      takenOut: { code: "log.info('sign_in_begun', {", replacement: "log.info('sign_in_begun', { ...begun," },
    },
  ],
}
