import { existsSync } from 'node:fs'
import { addAccessCommands } from './commands/access/add-access-commands.ts'
import { addAuditCommand } from './commands/audit/add-audit-command.ts'
import { addKeyCommands } from './commands/keys/add-key-commands.ts'
import { addSessionCommands } from './commands/sessions/add-session-commands.ts'
import { type CommandContext, exitCodes, type JsonOption } from './command-context.ts'
import { runStoppable } from './run-stoppable.ts'

/**
 * Adds every command of the program. What a command needs is loaded when it is called: a health check every few seconds shall not load the
 * whole broker.
 */
export function addCommands(context: CommandContext): void {
  addBrokerCommands(context)
  addQuestionCommands(context)
  addAuditCommand(context)
  addAccessCommands(context)
  addSessionCommands(context)
  addDatabaseCommands(context)
  addKeyCommands(context)
}

function addBrokerCommands({ program, call, exitingWith }: CommandContext): void {
  const { environment, aboutFile, clock } = call

  program
    .command('serve')
    .description('run the broker: the runner, and the gateway that it starts and restarts')
    .addHelpText('after', exitCodes('0 stopped as asked, 1 another start may help, 78 the configuration is wrong'))
    .action(
      exitingWith(async () => {
        const { serve } = await import('./commands/serve.ts')
        return serve({ environment, gatewayCommand: [...call.self, 'gateway'], aboutFile, clock })
      }),
    )

  program
    .command('gateway', { hidden: true })
    .description('run the gateway alone, as serve does; it ends when its standard input does')
    .action(
      exitingWith(async () => {
        await import('@fjmcp-broker/gateway/main')
        return 0
      }),
    )
}

function addQuestionCommands({ program, call, exitingWith }: CommandContext): void {
  const { environment, aboutFile, clock, print, complain } = call

  program
    .command('status')
    .description('ask the running broker how it is')
    .option('--json', 'print JSON')
    .addHelpText('after', exitCodes('0 healthy, 1 not healthy or not reached, 78 wrong settings'))
    .action(
      exitingWith(async ({ json = false }: JsonOption) => {
        const { status } = await import('./commands/status.ts')
        return status({ environment, json, print, complain })
      }),
    )

  program
    .command('doctor')
    .description('find out all that is wrong with this installation, and what to do about it')
    .option('--json', 'print JSON')
    .addHelpText('after', exitCodes('0 no problem, warnings allowed, 1 problems, 78 wrong settings'))
    .action(
      exitingWith(async ({ json = false }: JsonOption) => {
        const [{ doctor }, { createSystemDependencies }] = await Promise.all([import('./doctor/doctor.ts'), import('./doctor/system.ts')])
        return doctor({ ...createSystemDependencies({ environment, clock }), json, print })
      }),
    )

  program
    .command('config')
    .description('show what every setting comes to and where it is from, secrets masked')
    .option('--json', 'print JSON')
    .addHelpText('after', exitCodes('0 the broker can start with these settings, 78 one is missing or wrong'))
    .action(
      exitingWith(async ({ json = false }: JsonOption) => {
        const [{ config }, { readSecretFile }] = await Promise.all([
          import('./commands/config.ts'),
          import('@fjmcp-broker/shared/read-secret-file'),
        ])
        return config({ environment, readSecretFile, isImage: existsSync(aboutFile), json, print, complain })
      }),
    )

  program
    .command('health')
    .description('ask the broker over HTTP whether it is healthy, quickly: for the health checks of containers')
    .option('--json', 'print JSON')
    .addHelpText('after', exitCodes('0 healthy, 1 not'))
    .action(
      exitingWith(async ({ json = false }: JsonOption) => {
        const { health } = await import('./commands/health.ts')
        return health({ environment, json, print, complain })
      }),
    )
}

function addDatabaseCommands({ program, call, exitingWith }: CommandContext): void {
  const { environment, clock, print, complain } = call

  program
    .command('backup')
    .description('back up the database, whether or not the broker runs; tokens stay encrypted')
    .argument('<file>', 'a file that does not exist yet, or - for standard output')
    .option('--json', 'print JSON; with - on standard error')
    .addHelpText('after', exitCodes('0 done, 1 failed and nothing is left, 64 standard output is a terminal, 78 wrong settings'))
    .action(
      exitingWith(async (target: string, { json = false }: JsonOption) => {
        const { backup } = await import('./commands/backup.ts')
        return runStoppable(clock, (stop) => backup({ environment, target, output: process.stdout, clock, stop, json, print, complain }))
      }),
    )

  program
    .command('restore')
    .description("put a backup in the place of a stopped broker's database, checked first; what was there is kept")
    .argument('<file>', 'a backup, or - for standard input')
    .option('--json', 'print JSON')
    .addHelpText('after', exitCodes('0 done, 1 failed and nothing is changed, 64 standard input is a terminal, 78 wrong settings'))
    .action(
      exitingWith(async (source: string, { json = false }: JsonOption) => {
        const [{ restore }, { readSecretFile }] = await Promise.all([
          import('./commands/restore.ts'),
          import('@fjmcp-broker/shared/read-secret-file'),
        ])
        return runStoppable(clock, ({ asked: stopping }) =>
          restore({ ...call, readSecretFile, source, input: process.stdin, stopping, json }),
        )
      }),
    )

  program
    .command('migrate')
    .description("bring a stopped broker's database to this version's schema, as the next start would")
    .option('--check', 'only say what the next start would do; the broker may be running')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      exitCodes('0 nothing is left to do, 1 failed, or with --check migrations are pending, 78 this version cannot use it'),
    )
    .action(
      exitingWith(async ({ check = false, json = false }: JsonOption & { readonly check?: boolean }) => {
        const { migrate } = await import('./commands/migrate.ts')
        return migrate({ environment, checkOnly: check, json, print, complain })
      }),
    )
}
