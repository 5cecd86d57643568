import type { HandlerDefences } from '../defence.ts'

const headers = 'apps/gateway/src/middleware/security-headers.ts'
const ofMcp = 'apps/gateway/src/routes/mcp/respond.ts'
const app = 'apps/gateway/src/app.ts'
const catchAll = 'apps/gateway/src/middleware/catch-all.ts'
const headerTests = 'apps/gateway/test/security/browser-headers.test.ts'
const aPage = { file: headerTests, test: '%s (%i) is a page that nobody frames and nothing keeps' }
const noPage = { file: headerTests, test: '%s (%i) is kept by nothing' }
const atMcp = { file: headerTests, test: 'says with %s (%i) what matters to browsers there' }

/** What is tried at every address: by other pages, by how a request is written, and for what an answer gives away. */
export const pageDefences: HandlerDefences = {
  handler: 'Every address: pages, headers and connections',
  defences: [
    {
      attack: 'lay one of our pages under another',
      catalogue: 'RFC 9700 §4.16; CWE-1021',
      stoppedIn: headers,
      proof: {
        file: 'apps/gateway/test/security/clickjacking.test.ts',
        test: 'runs nothing, is framed by nobody and kept by no cache: %s',
      },
      takenOut: { code: "; frame-ancestors 'none'", replacement: '' },
    },
    {
      attack: 'the same in a browser that knows no `frame-ancestors`',
      catalogue: 'RFC 7034; RFC 9700 §4.16',
      stoppedIn: headers,
      proof: aPage,
      takenOut: { code: "'x-frame-options': 'DENY',", replacement: '' },
    },
    {
      attack: 'run script or load anything, should text of a stranger become markup',
      catalogue: 'CWE-79',
      stoppedIn: headers,
      proof: {
        file: 'apps/gateway/test/security/clickjacking.test.ts',
        test: 'runs nothing, is framed by nobody and kept by no cache: %s',
      },
      takenOut: { code: "default-src 'none'", replacement: "default-src 'self'" },
    },
    {
      attack: 'have text of one’s own shown by an address that is not there',
      catalogue: 'CWE-79; CWE-451',
      stoppedIn: catchAll,
      proof: { file: 'apps/gateway/test/security/cross-site-scripting.test.ts', test: 'in an address that is not there shows nowhere' },
      takenOut: {
        code: "message: 'No page or service has this address.'",
        replacement: 'message: `No page or service has the address ${decodeURIComponent(c.req.path)}.`',
      },
    },
    {
      attack: 'have a browser go back to http',
      catalogue: 'RFC 6797; OAuth 2.1 §1.5',
      stoppedIn: headers,
      proof: aPage,
      takenOut: { code: "{ 'strict-transport-security': 'max-age=31536000' }", replacement: '{}' },
    },
    {
      attack: 'have an answer taken for another type',
      catalogue: 'CWE-436',
      stoppedIn: headers,
      proof: noPage,
      takenOut: { code: "'x-content-type-options': 'nosniff',", replacement: '' },
    },
    {
      attack: 'the same at /mcp',
      catalogue: 'CWE-436',
      stoppedIn: ofMcp,
      proof: atMcp,
      takenOut: { code: "'x-content-type-options': 'nosniff',", replacement: '' },
    },
    {
      attack: 'find a page or an answer in a cache or in the browser’s history',
      catalogue: 'RFC 6749 §5.1; CWE-525',
      stoppedIn: headers,
      proof: aPage,
      takenOut: { code: "headers.set('cache-control', 'no-store')", replacement: "headers.set('cache-control', 'private')" },
    },
    {
      attack: 'the same at /mcp',
      catalogue: 'RFC 6750 §5.3; CWE-525',
      stoppedIn: ofMcp,
      proof: atMcp,
      takenOut: { code: "'cache-control': 'no-store',", replacement: '' },
    },
    {
      attack: 'learn an address of ours, with what is in it, from the site that comes next',
      catalogue: 'RFC 9700 §4.2.4; CWE-598',
      stoppedIn: headers,
      proof: aPage,
      takenOut: { code: "'referrer-policy': 'no-referrer',", replacement: '' },
    },
    {
      attack: 'draw an answer into a page of one’s own, and its process',
      catalogue: 'CWE-346; CWE-1303',
      stoppedIn: headers,
      proof: noPage,
      takenOut: { code: "'cross-origin-resource-policy': 'same-origin',", replacement: '' },
    },
    {
      attack: 'reach a page of ours by the window that opened it',
      catalogue: 'CWE-1022',
      stoppedIn: headers,
      proof: { file: headerTests, test: 'is cut off outside of a sign-in: %s' },
      takenOut: { code: "headers.set('cross-origin-opener-policy', 'same-origin')", replacement: 'return' },
    },
    {
      attack: 'come to a broker on loopback under a name of one’s own, and have a client allowed',
      catalogue: 'CVE-2025-64443; CVE-2026-34742',
      stoppedIn: app,
      proof: {
        file: 'apps/gateway/test/security/dns-rebinding.test.ts',
        test: 'lets no page under another name allow a client, though it is of the same origin to the browser',
      },
      takenOut: { code: 'if (isOnLoopback) app.use(refuseRebinding)', replacement: '' },
    },
    {
      attack: 'choose such a name so that it looks like an address',
      catalogue: 'CVE-2025-64443; CWE-1286',
      stoppedIn: 'apps/gateway/src/domain/network/rebindable-host.ts',
      proof: { file: 'apps/gateway/src/domain/network/rebindable-host.test.ts', test: 'somebody can point %s here' },
      takenOut: { code: String.raw`/^\d+(\.\d+){3}$/`, replacement: String.raw`/^\d+(\.\d+){3}/` },
    },
    {
      attack: 'lead a request elsewhere than its path says, by a header that a proxy believes',
      catalogue: 'GHSA-g53w-w6mj-hrpp; CWE-436',
      stoppedIn: app,
      proof: {
        file: 'apps/gateway/test/security/header-bypass.test.ts',
        test: 'no header leads a request elsewhere, or changes what is said of the broker',
      },
      takenOut: {
        code: 'app.fetch(request, { peer })',
        replacement:
          "app.fetch(new Request(new URL(request.headers.get('x-original-url') ?? request.url, request.url), request), { peer })",
      },
    },
    {
      attack: 'spell an address so that a proxy’s rules do not know it',
      catalogue: 'CWE-177; CWE-436',
      stoppedIn: app,
      proof: { file: 'apps/gateway/test/security/path-confusion.test.ts', test: '%s has one spelling without dots and escapes' },
      takenOut: { code: 'new Hono<GatewayEnv>()', replacement: 'new Hono<GatewayEnv>({ strict: false })' },
    },
    {
      attack: 'turn a form’s POST into a link, which other pages may follow',
      catalogue: 'CWE-352; CWE-436',
      stoppedIn: app,
      proof: { file: 'apps/gateway/test/security/header-bypass.test.ts', test: 'a form is no less than a POST' },
      takenOut: {
        code: 'app.fetch(request, { peer })',
        replacement:
          "app.fetch(new Request(request.url, { headers: request.headers, method: request.headers.get('x-http-method-override') ?? request.method }), { peer })",
      },
    },
    {
      attack: 'smuggle a second request past the proxy',
      catalogue: 'RFC 9112 §11.2; CWE-444',
      stoppedIn: 'apps/gateway/src/serve.ts',
      proof: {
        file: 'apps/gateway/test/security/request-smuggling.test.ts',
        test: 'a request with %s ends its connection, and what follows is no request',
      },
      takenOut: { code: 'createServer({ keepAliveTimeout', replacement: 'createServer({ insecureHTTPParser: true, keepAliveTimeout' },
    },
    {
      attack: 'use up the descriptors by connections',
      catalogue: 'CWE-770',
      stoppedIn: 'apps/gateway/src/serve.ts',
      proof: { file: 'apps/gateway/src/serve.test.ts', test: 'takes so many connections and closes each further one at once' },
      takenOut: { code: 'watched.server.maxConnections = maxConnections', replacement: '' },
    },
    {
      attack: 'break an endpoint with random bytes',
      catalogue: 'CWE-248',
      stoppedIn: 'apps/gateway/src/routes/register.ts',
      proof: { file: 'apps/gateway/test/security/fuzz.test.ts', test: 'random bytes at any endpoint are refused and leave nothing behind' },
      takenOut: { code: 'catch {\n    return undefined', replacement: 'catch (error) {\n    throw error' },
    },
    {
      attack: 'learn from an error what is inside',
      catalogue: 'CWE-209',
      stoppedIn: catchAll,
      proof: { file: 'apps/gateway/test/oauth-pages.test.ts', test: 'a fault of ours shows no more than that' },
      takenOut: {
        code: 'answerError(c, broken)',
        replacement: 'answerError(c, { ...broken, page: { ...broken.page, message: String(error) } })',
      },
    },
    {
      attack: 'read a token in the log that an error quotes',
      catalogue: 'CWE-532',
      stoppedIn: catchAll,
      proof: {
        file: 'apps/gateway/test/error-log.test.ts',
        test: 'an error of somebody else is logged by name and place, without its message, which may quote a token',
      },
      takenOut: {
        file: 'apps/gateway/src/describe-failure.ts',
        code: ': describeError(error)',
        replacement: ': { reason: String(error) }',
      },
    },
    {
      attack: 'have the broker cry wolf by requests that break off',
      catalogue: 'CWE-779',
      stoppedIn: catchAll,
      proof: { file: 'apps/gateway/test/security/request-smuggling.test.ts', test: 'a body that breaks off is no fault of ours' },
      takenOut: { code: 'if (c.req.raw.signal.aborted)', replacement: 'if (false)' },
    },
    {
      attack: 'learn paths of the machine from /healthz',
      catalogue: 'CWE-200',
      stoppedIn: 'apps/gateway/src/routes/health.ts',
      proof: { file: 'apps/gateway/test/health.test.ts', test: 'is 503 when the database does not answer, and says no more than that' },
      takenOut: {
        code: 'return c.json(toWire(health),',
        replacement: 'return c.json({ ...toWire(health), store: await deps.store.check().catch((error) => `error: ${error}`) },',
      },
    },
    {
      attack: 'have Forgejo asked again and again through /healthz',
      catalogue: 'CWE-406',
      stoppedIn: 'apps/gateway/src/memory/forgejo-contact.ts',
      proof: {
        file: 'apps/gateway/src/memory/forgejo-contact.test.ts',
        test: 'tells what it saw last and asks again only after a while',
      },
      takenOut: { code: 'if (clock() - askedAtMs >= staleAfterMs)', replacement: 'if (true)' },
    },
  ],
}
