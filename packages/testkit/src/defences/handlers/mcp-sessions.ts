import type { HandlerDefences } from '../defence.ts'

const openSession = 'apps/gateway/src/flows/mcp/open-session.ts'
const liveSessions = 'apps/gateway/src/memory/live-sessions.ts'
const descriptions = 'apps/gateway/src/memory/session-descriptions.ts'
const hijacking = 'apps/gateway/test/security/session-hijacking.test.ts'

/** What somebody tries with the session or the stream of another. */
export const mcpSessionDefences: HandlerDefences = {
  handler: '/mcp: sessions and streams',
  defences: [
    {
      attack: 'guess the id of a session',
      catalogue: 'MCP: session hijacking; CWE-330',
      stoppedIn: openSession,
      proof: { file: hijacking, test: 'an id is 32 random bytes and stored as a hash only' },
      takenOut: { code: "deps.secrets.create('none')", replacement: "deps.newId('ses')" },
    },
    {
      attack: 'use the session of another user, or learn that there is one',
      catalogue: 'MCP: session hijacking; CWE-639',
      stoppedIn: liveSessions,
      proof: { file: hijacking, test: 'is not known to %s, and not told from one that never was' },
      takenOut: { code: 'session.userId !== owner.userId || ', replacement: '' },
    },
    {
      attack: 'use the session that a user has with another client',
      catalogue: 'MCP: session hijacking; CWE-639',
      stoppedIn: liveSessions,
      proof: { file: hijacking, test: 'is not known to %s, and not told from one that never was' },
      takenOut: { code: ' || session.clientId !== owner.clientId', replacement: '' },
    },
    {
      attack: 'give a victim a session whose id is known',
      catalogue: 'CWE-384',
      stoppedIn: 'apps/gateway/src/routes/mcp/post-message.ts',
      proof: { file: hijacking, test: '%s who begins with its id gets a session of their own' },
      takenOut: {
        code: 'return answerInitialize(server, { request: message.request, incoming })',
        replacement:
          "const answer = await answerInitialize(server, { request: message.request, incoming }); answer.headers.set('mcp-session-id', incoming.request.headers.get('mcp-session-id') ?? answer.headers.get('mcp-session-id')); return answer",
      },
    },
    {
      attack: 'take over the stream of another by the id of the session',
      catalogue: 'CVE-2026-33946',
      stoppedIn: 'apps/gateway/src/routes/mcp/get.ts',
      proof: { file: hijacking, test: '%s does not take over its standalone stream, which stays open' },
      takenOut: {
        code: 'session.userId !== owner.userId || session.clientId !== owner.clientId',
        replacement: 'false',
        file: liveSessions,
      },
    },
    {
      attack: 'read the answers of another by the id of an event',
      catalogue: 'CVE-2026-33946; MCP: session hijacking',
      stoppedIn: 'apps/gateway/src/routes/mcp/find-session.ts',
      proof: { file: hijacking, test: '%s cannot read its answers by an event id' },
      takenOut: {
        code: 'session.userId !== owner.userId || session.clientId !== owner.clientId',
        replacement: 'false',
        file: liveSessions,
      },
    },
    {
      attack: 'ask for the events of a stream that no event id can name',
      catalogue: 'CWE-20',
      stoppedIn: 'apps/gateway/src/domain/mcp/event-id.ts',
      proof: { file: 'apps/gateway/test/mcp-streams.test.ts', test: 'answers 400 for %.20s, which is no event id' },
      takenOut: { code: String.raw`/^([\w-]{1,64})\.([\w-]{1,128})\.\d{1,15}$/`, replacement: String.raw`/^(.*?)\.(.*?)\./` },
    },
    {
      attack: 'get an answer that belongs to another call',
      catalogue: 'CVE-2026-33946',
      stoppedIn: 'apps/gateway/src/flows/mcp/relay-message.ts',
      proof: { file: hijacking, test: 'gives no answer of one user to another, however calls interleave' },
      takenOut: {
        code: "const stream = secrets.create('none')",
        replacement: "const stream = 'one'",
      },
    },
    {
      attack: 'go on with a session after its access ended, by a sign-in that came later',
      catalogue: 'CWE-613',
      stoppedIn: 'apps/gateway/src/store/libsql/tokens.ts',
      proof: {
        file: 'apps/gateway/test/security/ended-access.test.ts',
        test: 'a session that ended with its family of tokens is not continued by a later sign-in',
      },
      takenOut: {
        code: 'eq(sessions.grantId, grantId), notExists(livingAccess)',
        replacement: 'eq(sessions.grantId, familyId), notExists(livingAccess)',
      },
    },
    {
      attack: 'bring a session back by a request that was on its way when it ended',
      catalogue: 'CWE-367',
      stoppedIn: descriptions,
      proof: {
        file: 'apps/gateway/src/flows/access/withdraw-access.test.ts',
        test: 'a request that was on its way does not bring an ended session back to the runner',
      },
      takenOut: { code: 'if (ended.get(session.id) === true)', replacement: 'if (false)' },
    },
    {
      attack: 'keep the level that one had when the session began',
      catalogue: 'MCP: scope minimization',
      stoppedIn: descriptions,
      proof: { file: 'apps/gateway/test/mcp-policy.test.ts', test: 'tells the runner of a changed level before the next call' },
      takenOut: { code: ' && known.told === told', replacement: '' },
    },
    {
      attack: 'hold any number of streams open in one session',
      catalogue: 'CWE-770',
      stoppedIn: 'apps/gateway/src/routes/mcp/standalone-streams.ts',
      proof: { file: 'apps/gateway/test/mcp-streams.test.ts', test: 'keeps one standalone stream per session: the newest' },
      takenOut: { code: 'close(sessionId)\n      open.set', replacement: 'open.set' },
    },
    {
      attack: 'have events kept for a stream that one does not read',
      catalogue: 'CWE-770',
      stoppedIn: 'apps/gateway/src/routes/mcp/text-stream.ts',
      proof: {
        file: 'apps/gateway/src/routes/mcp/text-stream.test.ts',
        test: 'does not pile up comments for a client that does not read',
      },
      takenOut: { code: 'controller.desiredSize === 0', replacement: 'true' },
    },
  ],
}
