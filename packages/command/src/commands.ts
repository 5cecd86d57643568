import { type Adding, exits, type JsonOption } from './adding.ts'
import { addDatabaseCommands } from './database-commands.ts'

/**
 * Adds every command of the program. What a command needs is loaded when it is called: a health check every few seconds shall not load the
 * whole broker.
 */
export function addCommands(adding: Adding): void {
  const { program, call, ends } = adding
  const { environment, print, complain } = call

  program
    .command('serve')
    .description('run the broker: the runner, and the gateway that it starts and restarts')
    .addHelpText('after', exits('0 stopped as asked, 1 another start may help, 78 the configuration is wrong'))
    .action(
      ends(async () => {
        const { serve } = await import('./serve.ts')
        return serve({ environment, gatewayCommand: [...call.self, 'gateway'], aboutFile: call.aboutFile, clock: call.clock })
      }),
    )

  program
    .command('gateway', { hidden: true })
    .description('run the gateway alone, as serve does; it ends when its standard input does')
    .action(
      ends(async () => {
        await import('@fjmcp-broker/gateway/main')
        return 0
      }),
    )

  program
    .command('status')
    .description('ask the running broker how it is')
    .option('--json', 'print JSON')
    .addHelpText('after', exits('0 healthy, 1 not healthy or not reached, 78 wrong settings'))
    .action(
      ends(async ({ json = false }: JsonOption) => {
        const { status } = await import('./status.ts')
        return status({ environment, json, print, complain })
      }),
    )

  program
    .command('doctor')
    .description('find out all that is wrong with this installation, and what to do about it')
    .option('--json', 'print JSON')
    .addHelpText('after', exits('0 no problem, warnings allowed, 1 problems, 78 wrong settings'))
    .action(
      ends(async ({ json = false }: JsonOption) => {
        const [{ doctor }, { createSystemDependencies }] = await Promise.all([import('./doctor/doctor.ts'), import('./doctor/system.ts')])
        const code = await doctor({ ...createSystemDependencies({ environment, clock: call.clock }), json, print })
        // A name server that says nothing holds its look-up, and with it the process, for longer than anybody waits.
        process.exit(code)
      }),
    )

  program
    .command('config')
    .description('show what every setting comes to and where it is from, secrets masked')
    .option('--json', 'print JSON')
    .addHelpText('after', exits('0 the broker can start with these settings, 78 one is missing or wrong'))
    .action(
      ends(async ({ json = false }: JsonOption) => {
        const [{ config }, { readSecretFile }] = await Promise.all([import('./config.ts'), import('@fjmcp-broker/shared/read-secret-file')])
        return config({ environment, readSecretFile, json, print, complain })
      }),
    )

  program
    .command('health')
    .description('ask the broker over HTTP whether it is healthy, quickly: for the health checks of containers')
    .addHelpText('after', exits('0 healthy, 1 not'))
    .action(
      ends(async () => {
        const { health } = await import('./health.ts')
        return health({ environment, print, complain })
      }),
    )

  addDatabaseCommands(adding)
}
