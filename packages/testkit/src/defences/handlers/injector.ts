import type { HandlerDefences } from '../defence.ts'

/** What a child program tries when it talks to what it takes for Forgejo. */
export const injectorDefences: HandlerDefences = {
  handler: 'The injector (the child’s way to Forgejo)',
  defences: [
    {
      attack: 'use it without a session’s token',
      catalogue: 'MCP security: session hijacking',
      stoppedIn: 'apps/runner/src/injector/handle-call.ts',
      proof: { file: 'apps/runner/test/injector/access.test.ts', test: 'serves nothing without a valid token, and does not say why' },
      takenOut: {
        code: 'sessions.find(request.headers.authorization)',
        replacement: 'sessions.find(request.headers.authorization ?? "Bearer none")',
      },
    },
    {
      attack: 'write with a session that may only read',
      catalogue: 'CVE-2026-61559',
      stoppedIn: 'apps/runner/src/injector/route-request.ts',
      proof: { file: 'apps/runner/src/injector/route-request.test.ts', test: 'the level read allows only GET and HEAD' },
      takenOut: { code: "!isRead && !coversLevel(accessLevel, 'write')", replacement: 'false' },
    },
    {
      attack: 'take another identity by a parameter',
      catalogue: 'RFC 9700 §4.10',
      stoppedIn: 'apps/runner/src/injector/route-request.ts',
      proof: { file: 'apps/runner/src/injector/route-request.test.ts', test: 'refuses to change identity by %j' },
      takenOut: { code: 'name.toLowerCase()', replacement: 'name' },
    },
  ],
}
