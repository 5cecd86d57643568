import type { HandlerDefences } from '../defence.ts'

const processes = 'apps/runner/test/processes.test.ts'
const isolation = 'packages/command/test/isolation.test.ts'

/** What a child program tries against the runner, and by it against others. */
export const childDefences: HandlerDefences = {
  handler: 'The child program',
  defences: [
    {
      attack: 'read the secrets of the environment it was started from',
      catalogue: 'CWE-526',
      stoppedIn: 'apps/runner/src/process/start-process.ts',
      proof: { file: processes, test: 'gets four variables and nothing of the environment or the folder of the runner' },
      takenOut: { code: 'extendEnv: false', replacement: 'extendEnv: true' },
    },
    {
      attack: 'read files, sockets or processes of anybody else',
      catalogue: 'CWE-653',
      stoppedIn: 'apps/runner/src/process/start-process.ts',
      proof: { file: isolation, test: 'a hostile child is refused all that it tries, and nobody notices' },
      takenOut: { code: '...user.ids,', replacement: '' },
    },
    {
      attack: 'leave something running behind',
      catalogue: 'CWE-404',
      stoppedIn: 'apps/runner/src/process/start-process.ts',
      proof: { file: processes, test: 'comes for the grandchild also when the child ends by itself' },
      takenOut: {
        code: "isGone = true\n    clearTimeout(closing)\n    signalGroup(pid, 'SIGKILL')",
        replacement: 'isGone = true\n    clearTimeout(closing)',
      },
    },
    {
      attack: 'leave something running for the next child of its uid',
      catalogue: 'CWE-653; CWE-404',
      stoppedIn: 'apps/runner/src/isolation/child-uids.ts',
      proof: {
        file: 'apps/runner/src/isolation/child-uids.test.ts',
        test: 'kills what a child leaves, in rounds until nothing is left, and only then gives the uid again',
      },
      takenOut: { code: 'if (killed.count === 0) return free(uid)', replacement: 'return free(uid)' },
    },
    {
      attack: 'use a file that whoever started the broker left open',
      catalogue: 'CWE-403',
      stoppedIn: 'apps/runner/src/isolation/close-inherited-files.ts',
      proof: {
        file: 'apps/runner/src/isolation/close-inherited-files.test.ts',
        test: 'keeps from children what was left open by who started this process',
      },
      takenOut: { code: 'if (file > 2 && isHandedOn(file)) closeSync(file)', replacement: 'void file' },
    },
    {
      attack: 'answer a call of another session, or one that was never made',
      catalogue: 'CVE-2026-33946',
      stoppedIn: 'apps/runner/src/supervision/calls.ts',
      proof: { file: 'apps/runner/src/supervision/calls.test.ts', test: 'ignores %s' },
      takenOut: {
        code: 'const call = state.calls.get(id)\n  if (call',
        replacement: 'const call = state.calls.get(id) ?? [...state.calls.values()][0]\n  if (call',
      },
    },
    {
      attack: 'use up the memory by a line without an end',
      catalogue: 'CWE-770',
      stoppedIn: 'apps/runner/src/process/line-splitter.ts',
      proof: {
        file: 'apps/runner/src/process/line-splitter.test.ts',
        test: 'says once that a line is too long, and is deaf from then on (chunks of %i bytes)',
      },
      takenOut: { code: 'if (begunBytes + part.length > maxBytes) return giveUp()', replacement: '' },
    },
    {
      attack: 'keep the broker busy with what nobody asked for',
      catalogue: 'CWE-770; CWE-400',
      stoppedIn: 'apps/runner/src/process/start-process.ts',
      proof: {
        file: 'apps/runner/test/security/flooding-child.test.ts',
        test: 'a child that says more than it may unasked is ended, its calls are told, and its session goes on',
      },
      takenOut: {
        code: 'if (!listener.line(line) && !stdoutAllowance.take(Buffer.byteLength(line) + lineCost)) giveUpOutput()',
        replacement: 'listener.line(line)',
      },
    },
    {
      attack: 'use up the memory by many short lines that it does not read',
      catalogue: 'CWE-770',
      stoppedIn: 'apps/runner/src/process/start-process.ts',
      proof: {
        file: 'apps/runner/src/process/start-process.test.ts',
        test: 'says that a child broke that does not read, however little each line is that it is sent',
      },
      takenOut: { code: 'stdin.writableLength + unreadLines * lineCost >', replacement: 'stdin.writableLength >' },
    },
    {
      attack: 'use up the memory by answers that nobody fetches',
      catalogue: 'CWE-770',
      stoppedIn: 'apps/runner/src/streams/room.ts',
      proof: {
        file: 'apps/runner/src/streams/streams.test.ts',
        test: 'cuts off what is oldest of whoever keeps most when all keep too much, and nothing of the others',
      },
      takenOut: { code: 'while (sizeInAll > limits.sizeInAll && giveUpFirst(findLargest(newest), newest));', replacement: '' },
    },
    {
      attack: 'hold all connections that the children have to Forgejo',
      catalogue: 'CWE-770',
      stoppedIn: 'apps/runner/src/injector/share-connections.ts',
      proof: {
        file: 'apps/runner/src/injector/share-connections.test.ts',
        test: 'closes what one uid has beyond its share, and leaves the others theirs and their room',
      },
      takenOut: { code: 'if (open.size > lookFrom) closeExcess()', replacement: '' },
    },
    {
      attack: 'use up the memory by large requests to Forgejo',
      catalogue: 'CWE-770',
      stoppedIn: 'apps/runner/src/injector/body-budget.ts',
      proof: {
        file: 'apps/runner/test/injector/access.test.ts',
        test: 'takes no more large bodies of one user at once than four, has room for others meanwhile, and for the user again after them',
      },
      takenOut: { code: 'if (share.check(userId, bytes) !== undefined) return false', replacement: '' },
    },
    {
      attack: 'hide memory from its limit by leaving its process group',
      catalogue: 'CWE-770',
      stoppedIn: 'apps/runner/src/process/child-memory.ts',
      proof: { file: 'apps/runner/src/process/child-memory.test.ts', test: 'counts with what left its process group and its session' },
      takenOut: { code: 'leaderOfUid.size > 0 ?', replacement: 'leaderOfUid.size > 9_999 ?' },
    },
    {
      attack: 'break whoever reads its answer by depth',
      catalogue: 'CWE-674',
      stoppedIn: 'apps/runner/src/supervision/child-line.ts',
      proof: { file: 'apps/runner/src/supervision/child-line.test.ts', test: 'answers in the place of %s with an error' },
      takenOut: { code: 'levels: 200,', replacement: 'levels: 1_000_000,' },
    },
    {
      attack: 'fill the memory with an answer of very many small values',
      catalogue: 'CWE-770',
      stoppedIn: 'apps/runner/src/supervision/child-line.ts',
      proof: {
        file: 'apps/runner/test/security/dense-answers.test.ts',
        test: 'an answer of very many small values is replaced by an error, and its session goes on',
      },
      takenOut: { code: 'values: valuesLimit,', replacement: 'values: 100_000_000,' },
    },
    {
      attack: 'take the public port while the gateway is away, and collect tokens there',
      catalogue: 'RFC 8252 §8.3',
      stoppedIn: 'apps/runner/src/listener/hold-port.ts',
      proof: { file: 'packages/command/test/public-port.test.ts', test: 'lets no other program have the port while no gateway is there' },
      takenOut: {
        code: 'descriptor: socket.fd(),',
        replacement: 'descriptor: (() => { const fd = socket.fd(); setTimeout(() => socket[Symbol.dispose](), 500); return fd })(),',
      },
    },
    {
      attack: 'take the port of the metrics while the gateway is away, and collect their token there',
      catalogue: 'RFC 8252 §8.3',
      stoppedIn: 'apps/runner/src/start-runner.ts',
      proof: {
        file: 'packages/command/test/metrics-port.test.ts',
        test: 'lets no other program have the port of the metrics while no gateway is there, and the next one answers there',
      },
      takenOut: {
        code: 'const metricsPort = heldForMetrics?.value',
        replacement: 'const metricsPort = heldForMetrics?.value; setTimeout(() => metricsPort?.release(), 500)',
      },
    },
    {
      attack: 'ask the client for something (sampling, roots, elicitation)',
      catalogue: 'MCP: confused deputy',
      stoppedIn: 'apps/runner/src/supervision/calls.ts',
      proof: { file: 'apps/runner/src/supervision/calls.test.ts', test: 'refuses what a child asks of its client, and answers its ping' },
      takenOut: {
        code: '{ code: ErrorCode.MethodNotFound, message: `${method} is not supported` }',
        replacement: '{ code: ErrorCode.InternalError, message: method }',
        file: 'apps/runner/src/supervision/wire.ts',
      },
    },
  ],
}
