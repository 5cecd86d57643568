import { exitCode } from '@fjmcp-broker/shared/exit-code'
import { Command, CommanderError } from 'commander'
import { addCommands } from './add-commands.ts'
import { becomeGatewayUser } from './become-gateway-user.ts'
import type { Call } from './call.ts'
import { fail, type Reply } from './reply.ts'

/** These run as whoever started them: the runner needs root, and the gateway is already who it should be. */
const runAsStarted: ReadonlySet<string> = new Set(['serve', 'gateway', 'health'])

/** Runs the command that the program was called with; returns its exit code. */
export async function runProgram(call: Call): Promise<number> {
  let code = 0
  const program = createProgram(call)
  addCommands({
    program,
    call,
    exitingWith:
      (run) =>
      async (...args) => {
        code = await run(...args)
      },
  })
  try {
    if (['-V', '--version'].includes(call.args[0] ?? '')) return await printVersion(call)
    await program.parseAsync(call.args, { from: 'user' })
    return code
  } catch (error) {
    return explainEnd(error, call)
  }
}

function createProgram({ environment, print, complain }: Call): Command {
  const program = new Command('fjmcp-broker')
    .description('Lets people use their own Forgejo from remote MCP clients.')
    // Answered before anything is parsed; here for the help's sake.
    .option('-V, --version', 'print version, revision and date, and the version of forgejo-mcp')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .addHelpText(
      'after',
      '\nSettings come from the environment; docs/settings.md lists them.\nExit codes: 0 done, 1 failed, 64 called wrongly, 78 wrong configuration.',
    )
    .showHelpAfterError('(--help says how it is called)')
    .configureOutput({ writeOut: (text) => print(text.trimEnd()), writeErr: (text) => complain(text.trimEnd()) })
    .exitOverride()
  return program.hook('preAction', (_, command) => {
    if (runAsStarted.has(command.name())) return
    const become = becomeGatewayUser({ environment, self: process })
    if (!become.ok)
      program.error(`fjmcp-broker ${command.name()} ${become.error}`, { exitCode: exitCode.configuration, code: 'wrong_user' })
  })
}

async function printVersion({ aboutFile, environment, print }: Call): Promise<number> {
  const { describeVersion } = await import('./commands/version.ts')
  print(await describeVersion({ aboutFile, environment }))
  return 0
}

/** Says in JSON too, where that is asked for, why no command ran or one threw; returns the exit code. */
function explainEnd(error: unknown, call: Call): number {
  const reply = createReply(call)
  if (!(error instanceof CommanderError)) return fail(reply, { reason: 'unexpected', message: describeUnexpected(error, call) })
  // The help was asked for.
  if (error.exitCode === 0) return 0
  const isUsage = error.exitCode === 1
  const failure = { reason: isUsage ? 'usage' : error.code, message: error.message }
  // Commander has said it in words.
  return fail({ ...reply, complain: () => {} }, failure, isUsage ? exitCode.usage : error.exitCode)
}

function createReply({ args, print, complain }: Call): Reply {
  // Standard output is then the backup's.
  const isStream = args[0] === 'backup' && args.includes('-')
  return { json: args.includes('--json'), print: isStream ? complain : print, complain }
}

/** One line: a stack says nothing to an operator. */
function describeUnexpected(error: unknown, { args, environment }: Call): string {
  if (environment['FJMCP_BROKER_LOG_LEVEL'] === 'debug' && error instanceof Error && error.stack !== undefined) return error.stack
  const message = String(error).replaceAll(/\s+/g, ' ')
  return `fjmcp-broker ${args[0] ?? ''} failed: ${message} (FJMCP_BROKER_LOG_LEVEL=debug says more)`
}
