import type { HandlerDefences } from '../defence.ts'

const clientAddress = 'apps/gateway/src/domain/network/client-address.ts'
const clientAddressTests = 'apps/gateway/src/domain/network/client-address.test.ts'
const limitKey = 'apps/gateway/src/domain/limits/limit-key.ts'
const rateLimit = 'apps/gateway/src/memory/rate-limit.ts'
const rateLimitTests = 'apps/gateway/src/memory/rate-limit.test.ts'
const authenticate = 'apps/gateway/src/routes/mcp/authenticate.ts'
const forged = 'apps/gateway/test/security/forged-forwarded-for.test.ts'
const flooding = 'apps/gateway/test/security/flooding.test.ts'
const readBody = 'apps/gateway/src/routes/mcp/read-body.ts'
const bodyFlood = 'apps/gateway/test/security/body-flood.test.ts'
const garbage = 'apps/gateway/test/security/garbage-tokens.test.ts'

/** What is tried against knowing a client by its address, and against the limits that hang on it. What each endpoint limits stands there. */
export const limitDefences: HandlerDefences = {
  handler: 'The client’s address, and the limits of all endpoints',
  defences: [
    {
      attack: 'come from another address in each request, by X-Forwarded-For',
      catalogue: 'RFC 9700 §4.13; RFC 7239 §8.1; CWE-348',
      stoppedIn: clientAddress,
      proof: { file: forged, test: 'who is no trusted proxy gains nothing by another address in each request' },
      takenOut: { code: ' && isTrusted(address)', replacement: '' },
    },
    {
      attack: 'the same through the proxy, which adds to what the client sent',
      catalogue: 'RFC 9700 §4.13; RFC 7239 §8.1; CWE-348',
      stoppedIn: clientAddress,
      proof: { file: forged, test: 'who comes through the proxy gains nothing by what it sends: the proxy’s own word stands behind it' },
      takenOut: { code: '&& isTrusted(address)', replacement: '&& (hops > 0 || isTrusted(address))' },
    },
    {
      attack: 'send it in several headers, of which one might be read alone',
      catalogue: 'RFC 9110 §5.3; CWE-436',
      stoppedIn: 'apps/gateway/src/middleware/address-of.ts',
      proof: { file: forged, test: 'the same over a real connection, whether by one header or by several' },
      takenOut: { code: "c.req.header('x-forwarded-for')", replacement: "c.req.header('x-forwarded-for')?.split(',')[0]" },
    },
    {
      attack: 'have a proxy write down what is no address, and be looked for further ahead',
      catalogue: 'RFC 7239 §6; CWE-20',
      stoppedIn: clientAddress,
      proof: { file: clientAddressTests, test: 'where a proxy wrote %j it is the proxy, not what stands before' },
      takenOut: { code: 'if (before === undefined) return address\n    address = before', replacement: 'address = before ?? address' },
    },
    {
      attack: 'send a list of a million proxies',
      catalogue: 'CWE-400',
      stoppedIn: clientAddress,
      proof: { file: clientAddressTests, test: 'follows no way of absurd length' },
      takenOut: { code: 'hops < mostHops && ', replacement: '' },
    },
    {
      attack: 'spell an address in octal or in fewer parts, so that two readers see two',
      catalogue: 'CWE-1286; CWE-918',
      stoppedIn: 'apps/gateway/src/domain/network/ip-address.ts',
      proof: { file: 'apps/gateway/src/domain/network/ip-address.test.ts', test: 'does not read %j as an address' },
      takenOut: { code: 'ipaddr.IPv4.isValidFourPartDecimal(plain)', replacement: 'ipaddr.IPv4.isValid(plain)' },
    },
    {
      attack: 'trust everybody by a slip in the setting',
      catalogue: 'CWE-1188',
      stoppedIn: 'apps/gateway/src/domain/network/ip-address.ts',
      proof: { file: 'apps/gateway/src/domain/network/ip-address.test.ts', test: 'does not read %j as a network' },
      takenOut: { code: 'length >= 1 && length <= bits', replacement: 'length <= bits' },
    },
    {
      attack: 'gain more than a fresh budget by an address that a child forges on loopback',
      catalogue: 'CWE-290; GHSA-g53w-w6mj-hrpp',
      stoppedIn: 'apps/gateway/src/middleware/address-of.ts',
      proof: {
        file: forged,
        test: 'nothing but the rate limits and the audit log asks for the address, since a child on loopback can forge it',
      },
      takenOut: {
        code: 'const health = await checkHealth(deps)',
        replacement: 'void c.env.peer?.address; const health = await checkHealth(deps)',
        file: 'apps/gateway/src/routes/health.ts',
      },
    },
    {
      attack: 'lay an act at the door of another by a forged address',
      catalogue: 'CWE-348; CWE-345',
      stoppedIn: 'apps/gateway/src/middleware/record-for.ts',
      proof: { file: forged, test: 'the audit log has the address that counts' },
      takenOut: { code: 'addressOf(c)', replacement: "c.req.header('x-forwarded-for')" },
    },
    {
      attack: 'come from all addresses of one’s IPv6 network',
      catalogue: 'CWE-799',
      stoppedIn: limitKey,
      proof: { file: flooding, test: 'of one network of IPv6 count as those of one address' },
      takenOut: { code: 'groups.slice(0, 4)', replacement: 'groups' },
    },
    {
      attack: 'come from all networks of one’s large network of IPv6',
      catalogue: 'CWE-799',
      stoppedIn: 'apps/gateway/src/memory/address-limit.ts',
      proof: { file: flooding, test: 'of all the networks of one owner of IPv6 count as those of four addresses' },
      takenOut: { code: 'if (seconds > 0) return seconds', replacement: '' },
    },
    {
      attack: 'keep others out by flooding',
      catalogue: 'CWE-645',
      stoppedIn: limitKey,
      proof: { file: flooding, test: 'of others go on while one address floods' },
      takenOut: {
        code: "if (parsed.kind() === 'ipv4') return parsed.toString()",
        replacement: "if (parsed.kind() === 'ipv4') return 'unknown'",
      },
    },
    {
      attack: 'guess bearer tokens without end',
      catalogue: 'RFC 6750 §5.1; CWE-307',
      stoppedIn: authenticate,
      proof: {
        file: garbage,
        test: 'after sixty in a minute an address gets 429, which says when to come back, and other addresses their 401',
      },
      takenOut: { code: '? takeFailure(server, c) : 0', replacement: '? 0 : 0' },
    },
    {
      attack: 'have the good tokens of one’s address refused by guessing there',
      catalogue: 'CWE-645',
      stoppedIn: authenticate,
      proof: {
        file: garbage,
        test: 'a good token passes whatever its address did, and a request without any still learns where to sign in',
      },
      takenOut: {
        code: "!token.ok && token.error.reason === 'unknown_token' ? takeFailure(server, c) : 0",
        replacement: 'takeFailure(server, c)',
      },
    },
    {
      attack: 'have clients refused that come with a token that has just expired',
      catalogue: 'CWE-645',
      stoppedIn: authenticate,
      proof: { file: garbage, test: 'a token of ours that has expired counts as no guess: its client is told to refresh it' },
      takenOut: { code: "!token.ok && token.error.reason === 'unknown_token' ?", replacement: '!token.ok ?' },
    },
    {
      attack: 'use up the memory by coming from very many addresses',
      catalogue: 'CWE-770',
      stoppedIn: rateLimit,
      proof: { file: rateLimitTests, test: 'keeps no more accounts than it may: who has used least is forgotten' },
      takenOut: { code: 'if (!buckets.has(key) && buckets.size >= mostKeys) makeRoom(bucket.updatedAtMs)', replacement: '' },
    },
    {
      attack: 'have one’s own account forgotten by coming from very many others',
      catalogue: 'CWE-799',
      stoppedIn: rateLimit,
      proof: {
        file: rateLimitTests,
        test: 'at the bound of its memory it forgets nobody who has used up what they had, and refuses nobody new',
      },
      takenOut: { code: 'a.fullAtMs - b.fullAtMs', replacement: 'b.fullAtMs - a.fullAtMs' },
    },
    {
      attack: 'keep a limit used up for ever by asking all the time',
      catalogue: 'CWE-645',
      stoppedIn: rateLimit,
      proof: {
        file: 'apps/gateway/src/upstream/client-documents/limit-fetches.test.ts',
        test: 'lets one of a host run again though it was asked for all the time',
      },
      takenOut: { code: 'if (seconds === 0) keep(key', replacement: 'keep(key' },
    },
    {
      attack: 'owe so much that one’s address is shut out for hours',
      catalogue: 'CWE-645',
      stoppedIn: 'apps/gateway/src/domain/limits/token-bucket.ts',
      proof: { file: 'apps/gateway/src/domain/limits/token-bucket.test.ts', test: 'owes nothing, whatever is taken' },
      takenOut: { code: 'Math.max(0, bucket.tokens - tokens)', replacement: 'bucket.tokens - tokens' },
    },
    {
      attack: 'use up the memory with messages that do not come to their end',
      catalogue: 'CWE-400; CWE-770',
      stoppedIn: readBody,
      proof: {
        file: bodyFlood,
        test: 'bodies of %s length that do not end are taken from one user until a quarter is used up',
      },
      takenOut: { code: 'account.take(room - kept.byteLength)', replacement: 'account.take(0)' },
    },
    {
      attack: 'the same with small ones that are read in one piece',
      catalogue: 'CWE-400; CWE-770',
      stoppedIn: readBody,
      proof: {
        file: bodyFlood,
        test: 'bodies of %s length that do not end are taken from one user until a quarter is used up',
      },
      takenOut: { code: 'account.take(declaredBytes)', replacement: 'account.take(0)' },
    },
    {
      attack: 'the same as several users at once',
      catalogue: 'CWE-400; CWE-770',
      stoppedIn: 'packages/shared/src/fair-share.ts',
      proof: {
        file: bodyFlood,
        test: 'bodies that do not end are taken from all users until no large one finds room, and small ones still do',
      },
      takenOut: { code: '(total - (taken - own)) / 4', replacement: 'total' },
    },
    {
      attack: 'have others refused by messages that broke off',
      catalogue: 'CWE-772',
      stoppedIn: 'apps/gateway/src/routes/mcp/post.ts',
      proof: { file: bodyFlood, test: 'what broke off leaves its room to others' },
      takenOut: { code: 'using body', replacement: 'const body' },
    },
    {
      attack: 'use up the memory with answers that are not read',
      catalogue: 'CWE-400; CWE-770',
      stoppedIn: 'apps/gateway/src/routes/mcp/start-in-session.ts',
      proof: {
        file: 'apps/gateway/test/security/answer-flood.test.ts',
        test: 'lists that are not read are given to one user until a quarter is used up, and again when some were read',
      },
      takenOut: { code: 'account.take(takenBytes)', replacement: 'account.take(0)' },
    },
    {
      attack: 'the same with answers to calls',
      catalogue: 'CWE-400; CWE-770',
      stoppedIn: 'apps/gateway/src/runner/stream-reading.ts',
      proof: {
        file: 'packages/testkit/test/channel/streams.test.ts',
        test: 'waits in the runner until there is some, and comes once',
      },
      takenOut: { code: 'if (room.take(bytes))', replacement: 'if (true)' },
    },
    {
      attack: 'keep everybody else waiting for the database, which does one thing at a time, by beginning sessions',
      catalogue: 'CWE-400; CWE-799',
      stoppedIn: 'apps/gateway/src/memory/live-sessions.ts',
      proof: {
        file: 'apps/gateway/test/security/session-flood.test.ts',
        test: 'who begins very many sessions at once keeps nobody else waiting, neither for a session nor for an answer',
      },
      takenOut: { code: 'turns.take(session.userId, () => add(session))', replacement: 'add(session)' },
    },
    {
      attack: 'the same, with the whole process waiting',
      catalogue: 'CWE-400; CWE-799',
      stoppedIn: 'apps/gateway/src/store/libsql/serial-client.ts',
      proof: {
        file: 'apps/gateway/src/store/libsql/serial-client.test.ts',
        test: 'lets everything else go on when calls have followed each other for 5 milliseconds',
      },
      takenOut: { code: 'last.then(pause)', replacement: 'last' },
    },
    {
      attack: 'have the runner give out a large answer again and again, by resuming its stream',
      catalogue: 'CWE-400; CWE-799',
      stoppedIn: 'apps/gateway/src/routes/mcp/get.ts',
      proof: {
        file: 'apps/gateway/test/mcp-streams.test.ts',
        test: 'lets a client resume one stream no more than 120 times a minute, and others all the same',
      },
      takenOut: { code: 'if (seconds > 0) return refuse', replacement: 'if (seconds < 0) return refuse' },
    },
    {
      attack: 'use up the memory, without a token, with forms that do not come to their end',
      catalogue: 'CWE-400; CWE-770',
      stoppedIn: 'apps/gateway/src/middleware/form-limit.ts',
      proof: {
        file: bodyFlood,
        test: 'forms that do not end are taken from one address, and from all, until there is no more room: %s',
      },
      takenOut: { code: 'account.take(mostBytesOf(c))', replacement: 'account.take(0)' },
    },
    {
      attack: 'hold memory and connections for minutes by sending slowly',
      catalogue: 'CWE-400 (Slowloris)',
      stoppedIn: 'apps/gateway/src/serve.ts',
      proof: { file: 'apps/gateway/src/serve.test.ts', test: 'ends a connection whose request does not come to its end' },
      takenOut: { code: 'requestTimeout: requestMs', replacement: 'requestTimeout: 300_000' },
    },
  ],
}
