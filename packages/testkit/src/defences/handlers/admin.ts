import type { HandlerDefences } from '../defence.ts'

const command = 'packages/command/src'
const serve = 'apps/gateway/src/serve.ts'
const listen = 'packages/shared/src/listen-on-socket.ts'
const socketTests = 'apps/runner/test/channel/socket.test.ts'
const become = `${command}/become-gateway-user.ts`
const becomeTests = `${command}/become-gateway-user.test.ts`

/** Who may ask as the operator, and what strangers put before the operator’s eyes. */
export const adminDefences: HandlerDefences = {
  handler: 'The admin socket and the commands',
  defences: [
    {
      attack: 'ask as another user of the machine, or as a child program',
      catalogue: 'CWE-732; CWE-306',
      stoppedIn: serve,
      proof: { file: 'apps/gateway/src/serve.test.ts', test: 'opens a socket to its owner alone' },
      takenOut: { code: 'path, mode: 0o600 }', replacement: 'path, mode: 0o666 }' },
    },
    {
      attack: 'the same in the moment after the socket was made',
      catalogue: 'CWE-367; CWE-276',
      stoppedIn: listen,
      proof: { file: socketTests, test: 'and the folder made for it are for the own user only' },
      takenOut: { code: 'umask(0o777 & ~mode)', replacement: 'umask(0o022)' },
    },
    {
      attack: 'put a socket of one’s own into the folder',
      catalogue: 'CWE-379',
      stoppedIn: listen,
      proof: { file: socketTests, test: 'and the folder made for it are for the own user only' },
      takenOut: { code: '{ recursive: true, mode: 0o700 }', replacement: '{ recursive: true }' },
    },
    {
      attack: 'take the socket of a broker that runs',
      catalogue: 'CWE-605',
      stoppedIn: listen,
      proof: { file: socketTests, test: 'is refused while another runner answers on it, who goes on undisturbed' },
      takenOut: { code: 'if (await isAnswered(path))', replacement: 'if (false)' },
    },
    {
      attack: 'ask over the public port',
      catalogue: 'CWE-306; CWE-749',
      stoppedIn: 'apps/gateway/src/app.ts',
      proof: {
        file: 'apps/gateway/test/security/admin-over-the-public-port.test.ts',
        test: 'what only the operator may ask is not there for anybody else: %s',
      },
      takenOut: {
        code: "app.route('/', landingRoutes(deps))",
        replacement: "app.route('/', landingRoutes(deps)).get('/status', (c) => c.json(deps.settings))",
      },
    },
    {
      attack: 'take a login that another had, so that the operator ends the wrong user',
      catalogue: 'CWE-1007; CWE-178',
      stoppedIn: 'apps/gateway/src/admin/find-user.ts',
      proof: {
        file: 'apps/gateway/test/security/reused-login.test.ts',
        test: 'the operator who names a user by a login that two have had (%s) ends neither',
      },
      takenOut: { code: 'if (others.length === 0) return ok(user)', replacement: 'return ok(user)' },
    },
    {
      attack: 'be a client whose id is a path to something else',
      catalogue: 'CWE-22',
      stoppedIn: `${command}/commands/access/clients.ts`,
      proof: {
        file: 'packages/command/test/access-commands.test.ts',
        test: 'shows one, and ends it, by login, by id and by the URL that a client goes by',
      },
      takenOut: {
        code: "method: 'DELETE',\n    path: `/clients/${encodeURIComponent(id)}`",
        replacement: "method: 'DELETE',\n    path: `/clients/${id}`",
      },
    },
    {
      attack: 'move the operator’s cursor, or turn text, by a client’s name',
      catalogue: 'CWE-150',
      stoppedIn: `${command}/commands/access/describe-access.ts`,
      proof: {
        file: 'packages/command/test/access-commands.test.ts',
        test: 'prints nothing of a client’s name that could move the terminal’s cursor',
      },
      takenOut: { code: 'printable(cell(row))', replacement: 'cell(row)' },
    },
    {
      attack: 'the same in the audit log',
      catalogue: 'CWE-150; CWE-117',
      stoppedIn: `${command}/commands/audit/describe-event.ts`,
      proof: {
        file: 'packages/command/test/audit-command.test.ts',
        test: 'prints nothing of a name that could move the terminal’s cursor',
      },
      takenOut: { code: 'cells.map(printable)', replacement: 'cells' },
    },
    {
      attack: 'the same where JSON is printed',
      catalogue: 'CWE-150',
      stoppedIn: 'packages/shared/src/ascii-json.ts',
      proof: { file: 'packages/shared/src/ascii-json.test.ts', test: 'says everything, in characters that move no cursor' },
      takenOut: { code: String.raw`/[^\x20-\x7e]/g`, replacement: String.raw`/[\0]/g` },
    },
    {
      attack: 'read the metrics without their token',
      catalogue: 'CWE-306',
      stoppedIn: 'apps/gateway/src/routes/metrics.ts',
      proof: {
        file: 'packages/command/test/metrics.test.ts',
        test: 'tells nothing to who has not the token, and keeps every answer out of caches',
      },
      takenOut: { code: '!isToken(presented)', replacement: "presented === ''" },
    },
    {
      attack: 'the same in the log of a broker that runs on a terminal',
      catalogue: 'CWE-117; CWE-150',
      stoppedIn: 'packages/shared/src/readable-log-line.ts',
      proof: {
        file: 'packages/shared/src/readable-log-line.test.ts',
        test: 'lets no value move the cursor, begin a line or pass for a field of its own',
      },
      takenOut: { code: '/^[!#-<>-~]+$/.test(value)', replacement: 'true' },
    },
    {
      attack: 'the same by the name that a child program gives itself',
      catalogue: 'CWE-150',
      stoppedIn: `${command}/ask-status.ts`,
      proof: {
        file: `${command}/commands/status.test.ts`,
        test: 'prints nothing of a child’s name and version that could move the terminal’s cursor',
      },
      takenOut: { code: 'z.string().transform(printable)', replacement: 'z.string()' },
    },
    {
      attack: 'the same by a refusal that quotes what was asked',
      catalogue: 'CWE-150',
      stoppedIn: `${command}/admin-failure.ts`,
      proof: { file: `${command}/ask-admin.test.ts`, test: 'hands on why the broker refused, without what could move the cursor' },
      takenOut: { code: 'message: z.string().transform(printable)', replacement: 'message: z.string()' },
    },
    {
      attack: 'have a command act as root in a folder of the gateway’s',
      catalogue: 'CWE-250',
      stoppedIn: become,
      proof: { file: becomeTests, test: 'gives up groups, gid and uid in this order, and keeps new files for their owner alone' },
      takenOut: { code: 'self.setuid?.(uid)', replacement: '' },
    },
    {
      attack: 'have it keep a group of root’s',
      catalogue: 'CWE-271',
      stoppedIn: become,
      proof: { file: becomeTests, test: 'does not believe a change that did not happen' },
      takenOut: { code: ' && self.getgroups?.().every((group) => group === gid) === true', replacement: '' },
    },
    {
      attack: 'read what a command leaves',
      catalogue: 'CWE-276',
      stoppedIn: become,
      proof: { file: becomeTests, test: 'leaves a real process no way back' },
      takenOut: { code: 'self.umask(0o077)', replacement: '' },
    },
    {
      attack: 'find a secret in what `config` shows, and somebody pastes',
      catalogue: 'CWE-200',
      stoppedIn: `${command}/settings/read-effective-settings.ts`,
      proof: { file: `${command}/commands/config.test.ts`, test: 'shows every setting, where it is from, and no secret' },
      takenOut: { code: '(secret ? masked : maskPasswords(value))', replacement: 'maskPasswords(value)' },
    },
    {
      attack: 'find one in what `doctor` says, brought there by an error or a URL',
      catalogue: 'CWE-209',
      stoppedIn: `${command}/doctor/redact.ts`,
      proof: { file: `${command}/doctor/redact.test.ts`, test: 'hides %s, in what is wrong and in what to do' },
      takenOut: { code: 'cleaned.replaceAll(spelling, masked)', replacement: 'cleaned' },
    },
    {
      attack: 'read a new key on a screen',
      catalogue: 'CWE-549',
      stoppedIn: `${command}/commands/keys/rotate-keys.ts`,
      proof: { file: `${command}/commands/keys/rotate-keys.test.ts`, test: 'makes no key for a terminal, which would go on showing it' },
      takenOut: { code: 'if (isTerminal)', replacement: 'if (false)' },
    },
    {
      attack: 'read the secrets of the environment as the program that is asked for its version',
      catalogue: 'CWE-526',
      stoppedIn: `${command}/commands/version.ts`,
      proof: { file: `${command}/commands/version.test.ts`, test: 'hands the environment to no program' },
      takenOut: { code: "const env = { PATH: environment['PATH'] }", replacement: 'const env = environment' },
    },
    {
      attack: 'have everybody wait while somebody who follows the audit log catches up',
      catalogue: 'CWE-400',
      stoppedIn: 'apps/gateway/src/flows/audit/follow-audit.ts',
      proof: { file: 'apps/gateway/src/flows/audit/follow-audit.test.ts', test: 'lets others in while it catches up' },
      takenOut: { code: 'await pause(0, ended)', replacement: '' },
    },
    {
      attack: 'have the whole audit log read into memory for somebody who takes nothing',
      catalogue: 'CWE-400; CWE-770',
      stoppedIn: 'apps/gateway/src/flows/audit/follow-audit.ts',
      proof: { file: 'apps/gateway/src/flows/audit/follow-audit.test.ts', test: 'reads no further ahead than its reader' },
      takenOut: { code: '    await untilTaken()', replacement: '' },
    },
    {
      attack: 'have it kept ready for ever',
      catalogue: 'CWE-772',
      stoppedIn: 'apps/gateway/src/admin/stream-lines.ts',
      proof: {
        file: 'apps/gateway/src/admin/stream-lines.test.ts',
        test: 'ends for a reader who leaves for long what there is, and lets it be read later',
      },
      takenOut: { code: 'if ((await within(promise, standstillMs)) === undefined) close()', replacement: 'await promise' },
    },
  ],
}
