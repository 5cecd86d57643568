import { accessLevels } from '@fjmcp-broker/shared/catalogue/access-level'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { type CommandContext, exitCodes, type JsonOption } from '../../command-context.ts'
import type { AccessCall } from './ask-access.ts'
import type { Part } from './part.ts'

const mostRows = 1_000
const codes = exitCodes('0 done, 1 there is no such one or no broker answered, 64 called wrongly, 78 wrong settings')
const listCodes = exitCodes('0 done, also where none fits, 1 no broker answered, 64 called wrongly, 78 wrong settings')

/** Adds `users`, `clients` and `grants`: who has access is listed, shown and ended. */
export function addAccessCommands(context: CommandContext): void {
  addUserCommands(context)
  addClientCommands(context)
  addGrantCommands(context)
}

function addUserCommands({ program, call, exitingWith }: CommandContext): void {
  const users = program
    .command('users')
    .description('who has signed in, and how to end all access of one of them')
    .helpCommand(false)
    .addHelpText('after', codes)
  addListing(users, 'list users, the newest first')
    .option('--login <part>', 'only those with this in their login, in any case')
    .addOption(new Option('--forgejo <state>', 'only those whose sign-in at Forgejo is so').choices(['live', 'dead', 'none']))
    .action(
      exitingWith(
        async ({ json, forgejo: credentialState, ...asked }: ListOptions & { readonly forgejo?: string; readonly login?: string }) => {
          const { listUsers } = await import('./users.ts')
          return listUsers(withJson(call, json), { ...asked, credentialState })
        },
      ),
    )
  addOne(users, { name: 'show', argument: '<user>', what: 'an id or a login', description: 'show a user with the grants' }).action(
    exitingWith(async (user: string, { json }: JsonOption) => {
      const { showUser } = await import('./users.ts')
      return showUser(withJson(call, json), user)
    }),
  )
  addOne(users, {
    name: 'end',
    argument: '<user>',
    what: 'an id or a login',
    description: "end all access of a user at once, with sessions and children, and forget Forgejo's tokens",
  }).action(
    exitingWith(async (user: string, { json }: JsonOption) => {
      const { endUser } = await import('./users.ts')
      return endUser(withJson(call, json), user)
    }),
  )
}

function addClientCommands({ program, call, exitingWith }: CommandContext): void {
  const clients = program
    .command('clients')
    .description('which clients are known, and how to end all access of one of them')
    .helpCommand(false)
    .addHelpText('after', codes)
  addListing(clients, 'list clients, the newest first')
    .option('--name <part>', 'only those with this in their name, in any case')
    .addOption(new Option('--kind <kind>', 'only those that are known in this way').choices(['registered', 'with_secret', 'document']))
    .action(
      exitingWith(async ({ json, ...asked }: ListOptions & { readonly name?: string; readonly kind?: string }) => {
        const { listClients } = await import('./clients.ts')
        return listClients(withJson(call, json), asked)
      }),
    )
  addOne(clients, { name: 'show', argument: '<id>', what: "a client's id", description: 'show a client with its grants' }).action(
    exitingWith(async (id: string, { json }: JsonOption) => {
      const { showClient } = await import('./clients.ts')
      return showClient(withJson(call, json), id)
    }),
  )
  addOne(clients, {
    name: 'end',
    argument: '<id>',
    what: "a client's id",
    description: 'end all access of a client at once, with sessions and children, and forget the client',
  }).action(
    exitingWith(async (id: string, { json }: JsonOption) => {
      const { endClient } = await import('./clients.ts')
      return endClient(withJson(call, json), id)
    }),
  )
}

function addGrantCommands({ program, call, exitingWith }: CommandContext): void {
  const grants = program
    .command('grants')
    .description('what each user allowed each client, and how to end it')
    .helpCommand(false)
    .addHelpText('after', codes)
  addListing(grants, 'list grants, the newest first')
    .option('--user <user>', 'only those of this user, by id or whole login')
    .option('--client <id>', 'only those of this client, by its id')
    .addOption(new Option('--level <level>', 'only those with this access level').choices(accessLevels))
    .action(
      exitingWith(
        async ({
          json,
          client: clientId,
          level: accessLevel,
          ...asked
        }: ListOptions & { readonly user?: string; readonly client?: string; readonly level?: string }) => {
          const { listGrants } = await import('./grants.ts')
          return listGrants(withJson(call, json), { ...asked, clientId, accessLevel })
        },
      ),
    )
  addOne(grants, { name: 'show', argument: '<id>', what: "a grant's id", description: 'show a grant' }).action(
    exitingWith(async (id: string, { json }: JsonOption) => {
      const { showGrant } = await import('./grants.ts')
      return showGrant(withJson(call, json), id)
    }),
  )
  addOne(grants, {
    name: 'end',
    argument: '<id>',
    what: "a grant's id",
    description: 'end what one user allowed one client at once, with sessions and children',
  }).action(
    exitingWith(async (id: string, { json }: JsonOption) => {
      const { endGrant } = await import('./grants.ts')
      return endGrant(withJson(call, json), id)
    }),
  )
}

type ListOptions = JsonOption & Part

function addListing(group: Command, description: string): Command {
  return group
    .command('list')
    .description(description)
    .option('--limit <number>', `how many, at most ${mostRows}`, parseLimit, 100)
    .option('--after <id>', 'go on after this one')
    .option('--json', 'print JSON')
    .addHelpText('after', listCodes)
}

function addOne(
  group: Command,
  {
    name,
    argument,
    what,
    description,
  }: { readonly name: string; readonly argument: string; readonly what: string; readonly description: string },
): Command {
  return group.command(name).description(description).argument(argument, what).option('--json', 'print JSON').addHelpText('after', codes)
}

function withJson({ environment, print, complain }: CommandContext['call'], json = false): AccessCall {
  return { environment, print, complain, json }
}

function parseLimit(text: string): number {
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > mostRows) throw new InvalidArgumentError(`Give a whole number from 1 to ${mostRows}.`)
  return limit
}
