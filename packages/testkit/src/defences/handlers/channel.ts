import type { HandlerDefences } from '../defence.ts'

const channel = 'apps/runner/src/channel'
const sessions = 'apps/runner/src/sessions/known-sessions.ts'
const folder = 'apps/runner/src/isolation/socket-folder.ts'
const folderTests = 'apps/runner/src/isolation/socket-folder.test.ts'
const frames = 'apps/runner/test/channel/frames.test.ts'
const hijacking = 'apps/runner/test/security/stream-hijacking.test.ts'

/** What a gateway that is broken or taken over, or somebody in its place, tries against the runner. */
const checkCall = 'apps/runner/src/sessions/check-call.ts'
const checkCallTests = 'apps/runner/src/sessions/check-call.test.ts'

export const channelDefences: HandlerDefences = {
  handler: 'The channel between gateway and runner',
  defences: [
    {
      attack: 'speak to the runner as another user of the machine, or as a child',
      catalogue: 'CWE-732; CWE-306',
      stoppedIn: `${channel}/channel-server.ts`,
      proof: { file: 'apps/runner/test/channel/socket.test.ts', test: 'and the folder made for it are for the own user only' },
      takenOut: { code: 'mode: 0o600', replacement: 'mode: 0o666' },
    },
    {
      attack: 'the same where the gateway has a uid of its own',
      catalogue: 'CWE-732',
      stoppedIn: folder,
      proof: { file: folderTests, test: 'opens a socket to the gateway and to nobody else' },
      takenOut: { code: 'openToGateway(path, 0o660)', replacement: 'openToGateway(path, 0o666)' },
    },
    {
      attack: 'put a socket of the gateway’s in the place of the runner’s',
      catalogue: 'CWE-379; CWE-552',
      stoppedIn: folder,
      proof: { file: folderTests, test: 'is made for root and the gateway, neither of whom can take away what the other made' },
      takenOut: { code: '0o1770', replacement: '0o770' },
    },
    {
      attack: 'have the folder in a place that others write',
      catalogue: 'CWE-379; CWE-59',
      stoppedIn: folder,
      proof: { file: folderTests, test: 'does not follow a link to a folder that everybody can write' },
      takenOut: { code: '(mode & 0o002) !== 0', replacement: 'false' },
    },
    {
      attack: 'have the folder belong to somebody else',
      catalogue: 'CWE-283',
      stoppedIn: folder,
      proof: { file: folderTests, test: 'refuses one %s' },
      takenOut: { code: 'uid !== 0 || ', replacement: '' },
    },
    {
      attack: 'send what is no frame',
      catalogue: 'CWE-20; CWE-755',
      stoppedIn: `${channel}/gateway-connection.ts`,
      proof: { file: frames, test: 'with %s ends its own connection with a reason' },
      takenOut: {
        code: 'if (id === undefined) webSocket.close(malformed.code, malformed.reason)\n    else writer',
        replacement: 'if (id !== undefined) writer',
      },
    },
    {
      attack: 'send a frame of a form or a level that there is not',
      catalogue: 'CWE-20',
      stoppedIn: 'packages/shared/src/runner/frames.ts',
      proof: { file: frames, test: '%s but with an id is answered, and the connection goes on' },
      takenOut: { code: 'accessLevel: z.enum(accessLevels),', replacement: 'accessLevel: z.string(),' },
    },
    {
      attack: 'use up the memory by a large frame',
      catalogue: 'CWE-770',
      stoppedIn: `${channel}/channel-server.ts`,
      proof: { file: frames, test: 'ends its own connection' },
      takenOut: { code: 'maxPayload: maxFrameBytes', replacement: 'maxPayload: 0' },
    },
    {
      attack: 'end the connection of all by a large answer of one child',
      catalogue: 'CWE-770',
      stoppedIn: `${channel}/frame-writer.ts`,
      proof: {
        file: frames,
        test: 'is not sent by the runner: a call fails instead, an answer gives way to an error, and anything else is left out',
      },
      takenOut: { code: 'if (bytes.length > limits.maxFrameBytes) return false', replacement: '' },
    },
    {
      attack: 'use up the memory by streams that are not read',
      catalogue: 'CWE-770',
      stoppedIn: `${channel}/readings.ts`,
      proof: { file: frames, test: 'has its streams cut off, little kept for it, and can go on after the last event' },
      takenOut: { code: "if (writer.isCongested()) return 'slow_reader'", replacement: '' },
    },
    {
      attack: 'use up the memory by questions whose answers are not read',
      catalogue: 'CWE-770',
      stoppedIn: `${channel}/frame-writer.ts`,
      proof: {
        file: `${channel}/frame-writer.test.ts`,
        test: 'reads no further frames of a gateway for which too much waits, until it has read',
      },
      takenOut: { code: 'webSocket.pause()', replacement: '' },
    },
    {
      attack: 'give the session of one user to another',
      catalogue: 'MCP: session hijacking; CWE-639',
      stoppedIn: sessions,
      proof: { file: 'apps/runner/test/sessions.test.ts', test: 'does not let a session pass from one user to another' },
      takenOut: { code: 'if (session.userId !== userId)', replacement: 'if (false)' },
    },
    {
      attack: 'read the stream of another session',
      catalogue: 'CVE-2026-33946',
      stoppedIn: sessions,
      proof: { file: hijacking, test: 'no session reads the stream of another, by its name or by the id of one of its events' },
      takenOut: {
        code: 'createStreams: (userId) => streams.forSession(userId)',
        replacement: "createStreams: ((shared) => () => shared)(streams.forSession(''))",
        file: 'apps/runner/src/app.ts',
      },
    },
    {
      attack: 'cancel the call of another session',
      catalogue: 'CWE-639',
      stoppedIn: 'apps/runner/src/app.ts',
      proof: { file: hijacking, test: 'no session cancels the call of another, though both gave it the same id' },
      takenOut: {
        code: "if (session !== undefined) supervisor.tell(session, { type: 'cancelled', requestId })",
        replacement: "if (session !== undefined) for (const one of sessions.list()) supervisor.tell(one, { type: 'cancelled', requestId })",
      },
    },
    {
      attack: 'have two calls answered on one stream',
      catalogue: 'CVE-2026-33946',
      stoppedIn: 'apps/runner/src/streams/streams.ts',
      proof: { file: 'apps/runner/test/calls.test.ts', test: 'cannot use the name of a stream twice' },
      takenOut: { code: "if (owner.streams.has(name)) throw new Error('A stream of this name is in use')", replacement: '' },
    },
    {
      attack: 'use up the children by calls of one session',
      catalogue: 'CWE-770',
      stoppedIn: checkCall,
      proof: { file: 'apps/runner/test/calls.test.ts', test: 'is refused when the session has too many under way' },
      takenOut: { code: 'if (state.calls.size >= limits.callsPerSession)', replacement: 'if (false)' },
    },
    {
      attack: 'use up the children by calls of many sessions',
      catalogue: 'CWE-770',
      stoppedIn: checkCall,
      proof: { file: checkCallTests, test: 'is refused where its user has too many under way in all sessions' },
      takenOut: { code: 'if (ofUser.calls >= limits.callsPerUser)', replacement: 'if (false)' },
    },
    {
      attack: 'keep others out by filling the queue for children',
      catalogue: 'CWE-770; CWE-400',
      stoppedIn: checkCall,
      proof: { file: checkCallTests, test: 'of a user whose calls are half of the queue already is refused, of another not' },
      takenOut: { code: ' || ofUser.queued >= Math.ceil(limits.queueLength / 2)', replacement: '' },
    },
    {
      attack: 'take all places for children by many sessions',
      catalogue: 'CWE-770',
      stoppedIn: 'apps/runner/src/supervision/places.ts',
      proof: {
        file: 'apps/runner/test/fairness.test.ts',
        test: 'has $most where there are $maxChildren in all and one may have $childrenPerUser',
      },
      takenOut: { code: 'Math.min(childrenPerUser, Math.ceil(maxChildren / 2))', replacement: 'childrenPerUser' },
    },
    {
      attack: 'keep others from their children by calls that crash one’s own',
      catalogue: 'CWE-400',
      stoppedIn: 'apps/runner/src/supervision/circuit.ts',
      proof: {
        file: 'apps/runner/test/security/crashing-calls.test.ts',
        test: 'one user whose calls crash every child keeps nobody else from theirs',
      },
      takenOut: { code: 'new Set(users).add(loss.userId)', replacement: 'new Set(users).add(`${loss.userId} ${users.size}`)' },
    },
    {
      attack: 'keep others from their children, as a few users together, by calls with too large an answer',
      catalogue: 'CWE-400',
      stoppedIn: 'apps/runner/src/supervision/life.ts',
      proof: {
        file: 'apps/runner/test/security/closing-down-for-all.test.ts',
        test: 'users whose first calls bring about %s keep nobody else from theirs',
      },
      takenOut: {
        code: 'const detail = isFaultOfProgram(fault) ? explainFruitlessFault(fault) : undefined',
        replacement: 'const detail = explainFruitlessFault(fault)',
      },
    },
    {
      attack: 'find the token of a user who has no session any more',
      catalogue: 'CWE-316; CWE-613',
      stoppedIn: sessions,
      proof: { file: 'apps/runner/test/sessions.test.ts', test: 'is kept until the last of the user’s sessions ends' },
      takenOut: { code: 'credentials.forget(session.userId)', replacement: '' },
    },
    {
      attack: 'have a token used again that was replaced or revoked',
      catalogue: 'CWE-613; CWE-362',
      stoppedIn: 'apps/runner/src/credentials.ts',
      proof: { file: 'apps/runner/src/credentials.test.ts', test: 'holds the newest credential of each user and ignores older ones' },
      takenOut: { code: 'if (isSuperseded(pushed, held.get(pushed.userId))) return', replacement: '' },
    },
    {
      attack: 'hang, so that the public port answers nobody',
      catalogue: 'CWE-400',
      stoppedIn: 'apps/runner/src/gateway/gateway-watch.ts',
      proof: {
        file: 'apps/runner/test/channel/socket.test.ts',
        test: 'tells that a gateway is alive when it is asked, and not that one is which reads nothing',
      },
      takenOut: { code: "webSocket.on('pong', () => onAlive?.())", replacement: 'onAlive?.()', file: `${channel}/channel-server.ts` },
    },
  ],
}
