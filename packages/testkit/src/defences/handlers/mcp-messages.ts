import type { HandlerDefences } from '../defence.ts'

const security = 'apps/gateway/test/security'
const parseBody = 'apps/gateway/src/domain/mcp/parse-body.ts'
const relayed = 'apps/gateway/src/domain/mcp/session-request.ts'
const structure = 'packages/shared/src/json-structure.ts'
const checkRequest = 'apps/gateway/src/domain/policy/check-request.ts'
const smuggling = `${security}/json-smuggling.test.ts`
const escalation = `${security}/level-escalation.test.ts`

/** What somebody who has a token tries by what they send. */
export const mcpMessageDefences: HandlerDefences = {
  handler: '/mcp: messages and calls',
  defences: [
    {
      attack: 'have one tool checked and another one called (`Name` beside `name`, doubled members)',
      catalogue: 'GHSA-4gph-2hhr-5mwg',
      stoppedIn: relayed,
      proof: {
        file: smuggling,
        test: 'passes on only the members that are known, the last of repeated ones, and only the progress token of _meta',
      },
      takenOut: {
        code: "message: { jsonrpc: '2.0', id, method, params }",
        replacement: "message: { jsonrpc: '2.0', id, method, params: request.params }",
      },
    },
    {
      attack: 'the same by what a prototype, an escape or another letter case brings',
      catalogue: 'GHSA-4gph-2hhr-5mwg; CWE-1321',
      stoppedIn: 'apps/gateway/src/flows/mcp/judge-request.ts',
      proof: { file: smuggling, test: 'what is passed on is what was checked, with %s' },
      takenOut: { code: 'message: parsed.value.message', replacement: 'message: request' },
    },
    {
      attack: 'name an allowed tool so that a lenient reader takes it for another',
      catalogue: 'CWE-178',
      stoppedIn: 'packages/shared/src/catalogue/lookup.ts',
      proof: { file: smuggling, test: 'a tool that is not allowed is not reached by %s' },
      takenOut: { code: 'return toolsByName.get(name)', replacement: 'return toolsByName.get(name.trim().toLowerCase())' },
    },
    {
      attack: 'send a number that parsing makes another one',
      catalogue: 'CWE-681',
      stoppedIn: parseBody,
      proof: { file: smuggling, test: 'a number that would be passed on as another is refused: %s' },
      takenOut: { code: '!hasExactNumbers(value)', replacement: 'false' },
    },
    {
      attack: 'send an id that is long, or that no answer can bring back',
      catalogue: 'CWE-770; JSON-RPC 2.0 §4',
      stoppedIn: parseBody,
      proof: { file: smuggling, test: 'an id that an answer could not bring back is refused: %s' },
      takenOut: { code: 'const id = z.union([z.string().max(256), z.int()]', replacement: 'const id = z.union([z.string(), z.number()]' },
    },
    {
      attack: 'send bytes that another reader takes for other letters',
      catalogue: 'RFC 8259 §8.1; CWE-176',
      stoppedIn: 'apps/gateway/src/routes/mcp/read-body.ts',
      proof: { file: smuggling, test: 'is refused: %s' },
      takenOut: { code: 'fatal: true', replacement: 'fatal: false' },
    },
    {
      attack: 'have a browser send it as a form or as text, which asks nobody first',
      catalogue: 'CWE-352',
      stoppedIn: 'apps/gateway/src/routes/mcp/post.ts',
      proof: { file: smuggling, test: 'is not read at all as %j' },
      takenOut: { code: "!isOfType(headers.get('content-type'), 'application/json')", replacement: 'false' },
    },
    {
      attack: 'fill the memory with one message, whatever it says of its length',
      catalogue: 'CWE-770',
      stoppedIn: 'apps/gateway/src/routes/mcp/read-body.ts',
      proof: {
        file: `${security}/oversized-messages.test.ts`,
        test: 'refuses a message that is too large, its length %s, and names the limit',
      },
      takenOut: { code: 'if (needed > limitBytes)', replacement: 'if (false)' },
    },
    {
      attack: 'fill the memory with very many small values',
      catalogue: 'CWE-770',
      stoppedIn: structure,
      proof: { file: `${security}/oversized-messages.test.ts`, test: 'refuses a message of very many values, small as it is' },
      takenOut: { code: 'if (values > limits.values)', replacement: 'if (false)' },
    },
    {
      attack: 'overflow the stack by depth',
      catalogue: 'CWE-674',
      stoppedIn: structure,
      proof: { file: `${security}/oversized-messages.test.ts`, test: 'refuses a message that is nested without bound' },
      takenOut: { code: 'if (levels > limits.levels)', replacement: 'if (false)' },
    },
    {
      attack: 'stop the broker for a second by text that is hard to parse, such as millions of brackets',
      catalogue: 'CWE-407',
      stoppedIn: parseBody,
      proof: {
        file: `${security}/oversized-messages.test.ts`,
        test: 'judges the %s of a message before it is parsed, which takes far longer',
      },
      takenOut: {
        code: 'const structure = checkStructure(',
        replacement:
          "try {\n    JSON.parse(text)\n  } catch {\n    return err({ reason: 'not_json' })\n  }\n  const structure = checkStructure(",
      },
    },
    {
      attack: 'do so by the name of an argument whose letters are hard to put in order',
      catalogue: 'CWE-407',
      stoppedIn: 'apps/gateway/src/domain/policy/argument-name.ts',
      proof: {
        file: `${security}/oversized-messages.test.ts`,
        test: 'passes over the name of an argument that would take many seconds to put in order',
      },
      takenOut: { code: 'name.length <= 2 * argument.length && ', replacement: '' },
    },
    {
      attack: 'break it with random bytes',
      catalogue: 'CWE-248',
      stoppedIn: parseBody,
      proof: { file: `${security}/fuzz.test.ts`, test: 'random bytes with a valid token are refused and leave nothing behind' },
      takenOut: { code: "catch {\n    return err({ reason: 'not_json' })", replacement: 'catch (error) {\n    throw error' },
    },
    {
      attack: 'send a batch without an end',
      catalogue: 'CWE-770; JSON-RPC 2.0 §6',
      stoppedIn: parseBody,
      proof: {
        file: 'apps/gateway/test/mcp-batch.test.ts',
        test: 'refuses initialize in a batch, an endless batch, and a batch without a session',
      },
      takenOut: { code: 'if (value.length > batchLimit)', replacement: 'if (false)' },
    },
    {
      attack: 'hide a forbidden call in a batch',
      catalogue: 'CVE-2026-61559, -61560; MCP: scope minimization',
      stoppedIn: 'apps/gateway/src/routes/mcp/post-batch.ts',
      proof: { file: escalation, test: 'a batch brings no call past the check' },
      takenOut: {
        code: 'startInSession(server, { incoming, session, request })',
        replacement:
          "startInSession(server, { incoming: { ...incoming, token: { ...incoming.token, accessLevel: 'full' } }, session, request })",
      },
    },
    {
      attack: 'call a tool above the level that was granted',
      catalogue: 'CVE-2026-61559, -61560; RFC 6750 §3.1',
      stoppedIn: checkRequest,
      proof: { file: escalation, test: 'asks a grant of %s that calls %s to sign in for %s' },
      takenOut: { code: 'if (!coversLevel(granted, needed))', replacement: 'if (false)' },
    },
    {
      attack: 'call a tool of which nobody knows what it does',
      catalogue: 'MCP: scope minimization; CWE-1188',
      stoppedIn: 'packages/shared/src/catalogue/lookup.ts',
      proof: { file: escalation, test: 'asks a grant of %s that calls %s to sign in for %s' },
      takenOut: { code: "?.level ?? 'full'", replacement: "?.level ?? 'read'" },
    },
    {
      attack: 'read a resource of which nobody knows what it is',
      catalogue: 'CVE-2026-61559, -61560',
      stoppedIn: checkRequest,
      proof: { file: escalation, test: 'asks a grant of read that reads an unknown kind of resource to sign in for full' },
      takenOut: { code: 'return coversLevel(granted, needed) ? ok(undefined)', replacement: 'return true ? ok(undefined)' },
    },
    {
      attack: 'reach a method of the child that nothing checks',
      catalogue: 'CWE-749',
      stoppedIn: relayed,
      proof: { file: 'apps/gateway/test/mcp-calls.test.ts', test: 'does not know %s' },
      takenOut: {
        code: "return err({ reason: 'unknown_method', method: request.method })",
        replacement: "return ok({ kind: 'other', message: request })",
      },
    },
    {
      attack: 'see tools above the level',
      catalogue: 'MCP: scope minimization',
      stoppedIn: 'apps/gateway/src/domain/policy/offer-tools.ts',
      proof: {
        file: 'apps/gateway/test/mcp-lists.test.ts',
        test: 'offers the tools that the grant allows, in order, without forbidden arguments',
      },
      takenOut: { code: 'coversLevel(granted, neededLevel(tool.name))', replacement: 'true' },
    },
    {
      attack: 'have a file of the broker uploaded',
      catalogue: 'CVE-2026-61559, -61560; CWE-73',
      stoppedIn: checkRequest,
      proof: { file: `${security}/file-read-by-upload-path.test.ts`, test: 'refuses an upload that carries %s' },
      takenOut: { code: 'if (argument !== undefined)', replacement: 'if (false)' },
    },
    {
      attack: 'the same under a spelling that a lenient reader takes for it',
      catalogue: 'CWE-176; CWE-178',
      stoppedIn: 'apps/gateway/src/domain/policy/argument-name.ts',
      proof: { file: `${security}/file-read-by-upload-path.test.ts`, test: 'refuses an upload that carries %s' },
      takenOut: { code: "name.normalize('NFKC').toLowerCase()", replacement: 'name.toLowerCase()' },
    },
    {
      attack: 'lead a tool to another address by an argument',
      catalogue: 'CWE-22',
      stoppedIn: checkRequest,
      proof: { file: `${security}/path-traversal-by-argument.test.ts`, test: 'refuses %j where a tool would make a path of it' },
      takenOut: { code: String.raw`!/[/\\?#%]/.test(value)`, replacement: 'true' },
    },
    {
      attack: 'find in the log what others asked for',
      catalogue: 'CWE-532',
      stoppedIn: 'apps/gateway/src/routes/mcp/start-in-session.ts',
      proof: { file: 'apps/gateway/test/mcp-calls.test.ts', test: 'logs every call once, without its arguments' },
      takenOut: { code: 'return { method, tool:', replacement: 'return { method, params, tool:' },
    },
    {
      attack: 'have an error made of very many long names that one sends',
      catalogue: 'CWE-405',
      stoppedIn: 'apps/gateway/src/domain/mcp/describe-issues.ts',
      proof: { file: 'apps/gateway/src/domain/mcp/describe-issues.test.ts', test: 'tells of three things and how many more there are' },
      takenOut: { code: 'issues.slice(0, mostIssues)', replacement: 'issues' },
    },
    {
      attack: 'have one name of megabytes repeated',
      catalogue: 'CWE-405',
      stoppedIn: 'apps/gateway/src/domain/mcp/describe-issues.ts',
      proof: { file: 'apps/gateway/src/domain/mcp/describe-issues.test.ts', test: 'cuts a long name' },
      takenOut: { code: 'path.length > longestPath', replacement: 'false' },
    },
    {
      attack: 'have each of very many arguments judged by itself',
      catalogue: 'CWE-407; CWE-770',
      stoppedIn: relayed,
      proof: { file: `${security}/long-errors.test.ts`, test: 'an error says little, however much is wrong: %s' },
      takenOut: { code: 'texts.optional()', replacement: 'z.record(z.string(), text).optional()' },
    },
    {
      attack: 'have very much looked at that a client says of itself',
      catalogue: 'CWE-407',
      stoppedIn: 'apps/gateway/src/domain/mcp/initialize-params.ts',
      proof: { file: `${security}/long-errors.test.ts`, test: 'what a client says of itself costs nothing to look at: %s' },
      takenOut: {
        code: "z.custom(isRecord, { error: 'has to be an object' })",
        replacement: 'z.record(z.string(), z.record(z.string(), z.object({})))',
      },
    },
  ],
}
