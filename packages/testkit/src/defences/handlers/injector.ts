import type { HandlerDefences } from '../defence.ts'

const routes = 'apps/runner/src/injector/route-request.ts'
const routeTests = 'apps/runner/src/injector/route-request.test.ts'
const access = 'apps/runner/test/injector/access.test.ts'
const downloads = 'apps/runner/test/injector/downloads.test.ts'
const credentials = 'apps/runner/test/injector/credentials.test.ts'

/** What a child program tries when it talks to what it takes for Forgejo. */
const childOfNobody = 'apps/runner/test/security/child-of-nobody.test.ts'

export const injectorDefences: HandlerDefences = {
  handler: 'The injector: the way of a child to Forgejo',
  defences: [
    {
      attack: 'use it without the token of a session',
      catalogue: 'RFC 6750 §5.2',
      stoppedIn: 'apps/runner/src/injector/child-sessions.ts',
      proof: { file: access, test: 'serves nothing without a valid token, and does not say why' },
      takenOut: { code: 'undefined : children.get(token)', replacement: 'undefined : [...children.values()][0]' },
    },
    {
      attack: 'use it as a child that no session has yet',
      catalogue: 'MCP: session hijacking',
      stoppedIn: 'apps/runner/src/injector/handle-call.ts',
      proof: { file: childOfNobody, test: 'a child that no session has may ask Forgejo’s version and nothing else' },
      takenOut: {
        code: 'if (session === undefined) return respond(response, unauthorized)',
        replacement: 'if (session === undefined) return',
      },
    },
    {
      attack: 'pass a child that has seen the data of one session on to another',
      catalogue: 'MCP: session hijacking; CWE-488',
      stoppedIn: 'apps/runner/src/injector/child-sessions.ts',
      proof: { file: childOfNobody, test: 'a child never passes from one session to another' },
      takenOut: { code: 'if (child === undefined || child.session !== undefined) throw', replacement: 'if (false) throw' },
    },
    {
      attack: 'go on after its session has ended',
      catalogue: 'RFC 7009 §2.1',
      stoppedIn: 'apps/runner/src/injector/child-sessions.ts',
      proof: { file: access, test: 'a session that ended is refused, and its calls under way are broken off' },
      takenOut: { code: 'children.delete(token)', replacement: 'void token' },
    },
    {
      attack: 'change something with a session that may only read',
      catalogue: 'MCP: scope minimization; CVE-2026-61559',
      stoppedIn: routes,
      proof: { file: routeTests, test: 'the level read allows only GET and HEAD' },
      takenOut: { code: "!isRead && !coversLevel(accessLevel, 'write')", replacement: 'false' },
    },
    {
      attack: 'delete with a session that may only write',
      catalogue: 'MCP: scope minimization',
      stoppedIn: routes,
      proof: { file: routeTests, test: 'the level write allows all but DELETE' },
      takenOut: { code: "method === 'DELETE' && !coversLevel(accessLevel, 'full')", replacement: 'false' },
    },
    {
      attack: 'keep a level that the user has narrowed or widened since',
      catalogue: 'MCP: scope minimization',
      stoppedIn: 'apps/runner/src/injector/child-sessions.ts',
      proof: { file: access, test: 'a session that may only read changes nothing, until it may' },
      takenOut: { code: '{ ...current, accessLevel }', replacement: 'current' },
    },
    {
      attack: 'take another identity by a parameter of the query',
      catalogue: 'RFC 6750 §2.3',
      stoppedIn: routes,
      proof: { file: routeTests, test: 'refuses to change identity by %j' },
      takenOut: { code: 'name.toLowerCase()', replacement: 'name' },
    },
    {
      attack: 'take another identity by a field of a form',
      catalogue: 'RFC 6750 §2.2',
      stoppedIn: 'apps/runner/src/injector/form-fields.ts',
      proof: { file: access, test: 'lets a form through only where it is one file alone' },
      takenOut: { code: "return type.startsWith('multipart/') && ", replacement: 'return false && ' },
    },
    {
      attack: 'reach something that is not the API',
      catalogue: 'CWE-918',
      stoppedIn: routes,
      proof: { file: routeTests, test: 'serves nothing at %j' },
      takenOut: { code: "!below.startsWith('/api/v1/')", replacement: 'false' },
    },
    {
      attack: 'leave the API by dots, encoded or not',
      catalogue: 'CWE-22',
      stoppedIn: 'apps/runner/src/injector/addresses.ts',
      proof: { file: routeTests, test: 'refuses %j' },
      takenOut: { code: 'decoded = next\n', replacement: 'return false\n' },
    },
    {
      attack: 'smuggle a second request, or another host, in the request line',
      catalogue: 'RFC 9112 §11.2',
      stoppedIn: routes,
      proof: { file: routeTests, test: 'refuses a target that is not a path: %j' },
      takenOut: { code: "if (!isPlainPath(path)) return refuse(400, 'The path of this request is not accepted.')", replacement: '' },
    },
    {
      attack: 'have a hostile release lead the child elsewhere',
      catalogue: 'CVE-2026-61560; CWE-918',
      stoppedIn: 'apps/runner/src/injector/download-urls.ts',
      proof: { file: downloads, test: 'a hostile release sends the child nowhere, and no token leaves' },
      takenOut: {
        code: "case 'foreign':\n      return refuse(",
        replacement: "case 'foreign':\n      return ok({ kind: 'download', path: '/' })\n      return refuse(",
        file: routes,
      },
    },
    {
      attack: 'pass a foreign download off as one of Forgejo',
      catalogue: 'CWE-918',
      stoppedIn: 'apps/runner/src/injector/addresses.ts',
      proof: { file: routeTests, test: 'refuses the download of %j and names %s' },
      takenOut: { code: 'parsed.origin === forgejo.origin &&', replacement: '' },
    },
    {
      attack: 'fetch the API as a file, past its checks',
      catalogue: 'CWE-918',
      stoppedIn: 'apps/runner/src/injector/addresses.ts',
      proof: { file: routeTests, test: 'refuses to fetch the API as a file: %j' },
      takenOut: {
        code: 'const decoded = path.replace(',
        replacement: "const decoded = path.slice(0).replaceAll('\\u0000', ''); void path.replace(",
      },
    },
    {
      attack: 'collect a token by a redirect to another host',
      catalogue: 'RFC 9700 §4.11',
      stoppedIn: 'apps/runner/src/injector/map-location.ts',
      proof: { file: downloads, test: 'a redirect to another host is refused with the reason' },
      takenOut: {
        code: "case 'foreign':\n      return target",
        replacement: "case 'foreign':\n      return { kind: 'mapped', url: location }",
      },
    },
    {
      attack: 'have one user’s call made with the token of another',
      catalogue: 'MCP: session hijacking',
      stoppedIn: 'apps/runner/src/injector/handle-call.ts',
      proof: { file: credentials, test: 'two users at once, tokens expiring under them, are never mixed' },
      takenOut: { code: 'credentials,\n    userId: session.userId,', replacement: "credentials,\n    userId: 'alice'," },
    },
    {
      attack: 'read a token in the log, or what a call was about',
      catalogue: 'RFC 9700 §4.2.4; CWE-532',
      stoppedIn: 'apps/runner/src/injector/injector.ts',
      proof: { file: access, test: 'logs each call without query, token or address, and without what the path names' },
      takenOut: { code: 'kind.length < path.length ? `${kind}…` : kind', replacement: 'path' },
    },
    {
      attack: 'use up the memory by a large body',
      catalogue: 'CWE-770',
      stoppedIn: 'apps/runner/src/injector/read-body.ts',
      proof: { file: access, test: 'refuses a body over the limit, with and without a length' },
      takenOut: { code: 'if (size > maxBytes) refuse', replacement: 'if (size < 0) refuse' },
    },
  ],
}
