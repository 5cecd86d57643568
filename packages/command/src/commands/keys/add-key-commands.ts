import { type CommandContext, exitCodes, type JsonOption } from '../../command-context.ts'
import { runStoppable } from '../../run-stoppable.ts'

/** Adds the commands for the keys that Forgejo's tokens are encrypted with. */
export function addKeyCommands({ program, call, exitingWith }: CommandContext): void {
  const { clock } = call
  const keys = program
    .command('keys')
    .description("the keys that encrypt Forgejo's tokens in the database")
    .helpCommand(false)
    .addHelpText('after', exitCodes('0 done, 1 failed or keys are missing, 64 called wrongly, 78 wrong settings'))

  keys
    .command('list')
    .description('list the keys that are loaded, what is encrypted with each, and which keys are missing')
    .option('--json', 'print JSON')
    .addHelpText('after', exitCodes('0 all can be opened, 1 keys are missing or it cannot be told, 78 wrong settings'))
    .action(
      exitingWith(async ({ json = false }: JsonOption) => {
        const [{ listKeys }, { readSecretFile }] = await Promise.all([
          import('./list-keys.ts'),
          import('@fjmcp-broker/shared/read-secret-file'),
        ])
        return listKeys({ ...call, readSecretFile, json })
      }),
    )

  keys
    .command('rotate')
    .description('make a new key and print the setting with it, the former ones behind; writes nothing')
    .option('--print', 'print it, on standard output; without this nothing is made')
    .option('--name <name>', 'what the key is called; the day, where nothing is said')
    .option('--json', 'print JSON')
    .addHelpText('after', exitCodes('0 done, 64 standard output is a terminal or the name cannot be taken, 78 wrong settings'))
    .action(
      exitingWith(
        async ({ print: prints = false, name, json = false }: JsonOption & { readonly print?: boolean; readonly name?: string }) => {
          const [{ rotateKeys }, { readSecretFile }, { randomBytes }] = await Promise.all([
            import('./rotate-keys.ts'),
            import('@fjmcp-broker/shared/read-secret-file'),
            import('node:crypto'),
          ])
          return rotateKeys({ ...call, readSecretFile, name, prints, isTerminal: process.stdout.isTTY, randomBytes, json })
        },
      ),
    )

  keys
    .command('re-encrypt')
    .description('have the running broker re-encrypt everything with the first key, and say which keys are no longer needed')
    .option('--json', 'print JSON, a line for each part')
    .addHelpText('after', exitCodes('0 all is encrypted with it, 1 failed, stopped or keys are missing, 78 wrong settings'))
    .action(
      exitingWith(async ({ json = false }: JsonOption) => {
        const { reencryptKeys } = await import('./re-encrypt.ts')
        return runStoppable(clock, ({ asked: stopping }) => reencryptKeys({ ...call, stopping, json }))
      }),
    )
}
