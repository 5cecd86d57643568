import { auditEventTypes } from '@fjmcp-broker/gateway/domain/audit/audit-event'
import { InvalidArgumentError, Option } from 'commander'
import { type CommandContext, exitCodes, type JsonOption } from '../../command-context.ts'
import { runStoppable } from '../../run-stoppable.ts'
import { momentForms, parseMoment } from './parse-moment.ts'

interface AuditOptions extends JsonOption {
  readonly user?: string
  readonly client?: string
  readonly grant?: string
  readonly type?: readonly string[]
  readonly since?: number
  readonly until?: number
  readonly limit: number
  readonly follow?: boolean
}

const mostEvents = 10_000

/** Adds `audit`, which shows who did what to whose access. */
export function addAuditCommand({ program, call, exitingWith }: CommandContext): void {
  const { environment, clock, print, complain } = call
  const moment = (text: string): number => {
    const atMs = parseMoment(text, clock())
    if (atMs === undefined) throw new InvalidArgumentError(`Give ${momentForms}.`)
    return atMs
  }

  program
    .command('audit')
    .description('show who did what to whose access, and from where: registrations, consents, tokens, what was ended')
    .option('--user <login>', "only this user's events, by the whole login in any case, or by id")
    .option('--client <name>', "only this client's events, by the whole name in any case, or by id")
    .option('--grant <id>', 'only the events of this grant')
    .addOption(new Option('--type <types...>', 'only these events').choices(auditEventTypes))
    .option('--since <when>', `not before: ${momentForms}`, moment)
    .addOption(new Option('--until <when>', 'before, said the same way').argParser(moment).conflicts('follow'))
    .option('--limit <number>', `how many of the newest, at most ${mostEvents}`, parseLimit, 100)
    .option('-f, --follow', 'go on with each event that happens, until Ctrl-C')
    .option('--json', 'print JSON; with --follow one object a line')
    .addHelpText('after', exitCodes('0 done, also where no event fits, 1 no broker answered, 64 called wrongly, 78 wrong settings'))
    .action(
      exitingWith(async ({ type: types, since: sinceMs, until: untilMs, follow = false, json = false, ...same }: AuditOptions) => {
        const asked = { environment, question: { ...same, types, sinceMs, untilMs }, json, print, complain }
        if (follow) {
          const { followAudit } = await import('./follow-audit.ts')
          return runStoppable(clock, ({ asked: stopping }) => followAudit({ ...asked, stopping, isRead: () => process.stdout.writable }))
        }
        const { listAudit } = await import('./list-audit.ts')
        return listAudit(asked)
      }),
    )
}

function parseLimit(text: string): number {
  const limit = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > mostEvents) throw new InvalidArgumentError(`Give a whole number from 1 to ${mostEvents}.`)
  return limit
}
