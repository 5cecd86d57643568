import { Option } from 'commander'
import { type CommandContext, exitCodes, type JsonOption } from '../../command-context.ts'
import { runStoppable } from '../../run-stoppable.ts'
import { mostRows, parseLimit } from '../access/parse-limit.ts'

interface OwnerOptions extends JsonOption {
  readonly user?: string
  readonly client?: string
}

interface ListOptions extends OwnerOptions {
  readonly limit: number
  readonly after?: string
  readonly follow?: boolean
}

const codes = exitCodes('0 done, 1 there is no such one or no broker answered, 64 called wrongly, 78 wrong settings')
const listCodes = exitCodes('0 done, also where none fits, 1 no broker answered, 64 called wrongly, 78 wrong settings')

/** Adds `sessions`: which clients are connected and what goes on there is listed, followed, shown and ended. */
export function addSessionCommands({ program, call, exitingWith }: CommandContext): void {
  const { environment, clock, print, complain } = call
  const sessions = program
    .command('sessions')
    .description('which clients are connected and what goes on there, and how to end a session')
    .helpCommand(false)
    .addHelpText('after', codes)

  sessions
    .command('list')
    .description('list sessions, the newest first')
    .option('--user <user>', 'only those of this user, by id or whole login')
    .option('--client <id>', 'only those of this client, by its id')
    .option('--limit <number>', `how many, at most ${mostRows}`, parseLimit, 100)
    .option('--after <id>', 'go on after this one')
    .addOption(new Option('-f, --follow', 'go on with each that begins, changes or ends, until Ctrl-C').conflicts('after'))
    .option('--json', 'print JSON; with --follow one object a line')
    .addHelpText('after', listCodes)
    .action(
      exitingWith(async ({ client: clientId, user, limit, after, follow = false, json = false }: ListOptions) => {
        const reply = { environment, print, complain, json }
        if (follow) {
          const { followSessions } = await import('./follow-sessions.ts')
          const following = { ...reply, asked: { user, clientId, limit }, isRead: () => process.stdout.writable }
          return runStoppable(clock, ({ asked: stopping }) => followSessions({ ...following, stopping }))
        }
        const { listSessions } = await import('./sessions.ts')
        return listSessions(reply, { user, clientId, limit, after })
      }),
    )

  sessions
    .command('show')
    .description('show a session')
    .argument('<id>', "a session's id")
    .option('--json', 'print JSON')
    .addHelpText('after', codes)
    .action(
      exitingWith(async (id: string, { json = false }: JsonOption) => {
        const { showSession } = await import('./sessions.ts')
        return showSession({ environment, print, complain, json }, id)
      }),
    )

  sessions
    .command('end')
    .description('end a session, or all of a user or a client, with their children; the access stays')
    .argument('[id]', "a session's id")
    .option('--user <user>', 'all of this user, by id or whole login')
    .option('--client <id>', 'all of this client, by its id; with --user those of that user with it')
    .option('--json', 'print JSON')
    .addHelpText('after', codes)
    .action(
      exitingWith(async (id: string | undefined, { client: clientId, user, json = false }: OwnerOptions) => {
        const { endSessions } = await import('./sessions.ts')
        return endSessions({ environment, print, complain, json }, { id, user, clientId })
      }),
    )
}
