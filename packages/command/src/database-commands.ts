import { type Adding, exits, type JsonOption } from './adding.ts'

/** Adds the commands for the database file. */
export function addDatabaseCommands({ program, call, ends }: Adding): void {
  const { environment, print, complain } = call

  program
    .command('backup')
    .description('back up the database, whether or not the broker runs; tokens stay encrypted')
    .argument('<file>', 'a file that does not exist yet, or - for standard output')
    .option('--json', 'print JSON; with - on standard error')
    .addHelpText('after', exits('0 done, 1 failed and nothing is left, 64 standard output is a terminal, 78 wrong settings'))
    .action(
      ends(async (target: string, { json = false }: JsonOption) => {
        const [{ backup }, { createStopSignal }] = await Promise.all([import('./backup.ts'), import('./stop-signal.ts')])
        const stop = createStopSignal()
        try {
          return await backup({ environment, target, output: process.stdout, stop, json, print, complain })
        } finally {
          stop.release()
        }
      }),
    )

  program
    .command('restore')
    .description("put a backup in the place of a stopped broker's database, checked first; what was there is kept")
    .argument('<file>', 'a backup, or - for standard input')
    .option('--json', 'print JSON')
    .addHelpText('after', exits('0 done, 1 failed and nothing is changed, 64 standard input is a terminal, 78 wrong settings'))
    .action(
      ends(async (source: string, { json = false }: JsonOption) => {
        const [{ restore }, { createStopSignal }, { readSecretFile }] = await Promise.all([
          import('./restore.ts'),
          import('./stop-signal.ts'),
          import('@fjmcp-broker/shared/read-secret-file'),
        ])
        const stop = createStopSignal()
        const { stopping } = stop
        try {
          return await restore({ ...call, readSecretFile, source, input: process.stdin, stopping, json })
        } finally {
          stop.release()
        }
      }),
    )

  program
    .command('migrate')
    .description("bring a stopped broker's database to this version's schema, as the next start would")
    .option('--check', 'only say what the next start would do; the broker may be running')
    .option('--json', 'print JSON')
    .addHelpText('after', exits('0 nothing is left to do, 1 failed, or with --check migrations are pending, 78 this version cannot use it'))
    .action(
      ends(async ({ check = false, json = false }: JsonOption & { readonly check?: boolean }) => {
        const { migrate } = await import('./migrate.ts')
        return migrate({ environment, checkOnly: check, json, print, complain })
      }),
    )
}
