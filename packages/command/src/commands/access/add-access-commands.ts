import { type Command, Option } from 'commander'
import { type CommandContext, exitCodes, type JsonOption } from '../../command-context.ts'
import { type AccessGroup, clients, type FilterOption, type Filters, grants, users } from './access-groups.ts'
import type { AccessCall } from './ask-access.ts'
import { mostRows, parseLimit } from './parse-limit.ts'
import type { Part } from './part.ts'

const codes = exitCodes('0 done, 1 there is no such one or no broker answered, 64 called wrongly, 78 wrong settings')
const listCodes = exitCodes('0 done, also where none fits, 1 no broker answered, 64 called wrongly, 78 wrong settings')

/** Adds `users`, `clients` and `grants`: who has access is listed, shown and ended. */
export function addAccessCommands(context: CommandContext): void {
  addGroup(context, users)
  addGroup(context, clients)
  addGroup(context, grants)
}

function addGroup({ program, call, exitingWith }: CommandContext, group: AccessGroup): void {
  const { name, description, argument, load } = group
  const added = program.command(name).description(description).helpCommand(false).addHelpText('after', codes)
  addListing(added, group.list).action(
    exitingWith(async ({ json, ...asked }: JsonOption & Part & Filters) => (await load()).list(withJson(call, json), asked)),
  )
  for (const act of ['show', 'end'] as const) {
    added
      .command(act)
      .description(group[act].description)
      .argument(argument.name, argument.description)
      .option('--json', 'print JSON')
      .addHelpText('after', codes)
      .action(exitingWith(async (which: string, { json }: JsonOption) => (await load())[act](withJson(call, json), which)))
  }
}

function addListing(added: Command, { description, filters }: AccessGroup['list']): Command {
  const listing = added
    .command('list')
    .description(description)
    .option('--limit <number>', `how many, at most ${mostRows}`, parseLimit, 100)
    .option('--after <id>', 'go on after this one')
    .option('--json', 'print JSON')
    .addHelpText('after', listCodes)
  for (const filter of filters) listing.addOption(toOption(filter))
  return listing
}

function toOption({ flags, description, choices }: FilterOption): Option {
  const option = new Option(flags, description)
  return choices === undefined ? option : option.choices(choices)
}

function withJson({ environment, print, complain }: CommandContext['call'], json = false): AccessCall {
  return { environment, print, complain, json }
}
