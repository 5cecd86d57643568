#!/usr/bin/env node
import { brokerVersion } from '@fjmcp-broker/shared/version'
import { exitCode } from '@fjmcp-broker/shared/exit-code'
import { Command, CommanderError } from 'commander'

// What a command needs is loaded when it is called: a health check every few seconds shall not load the whole broker.
const program = new Command('fjmcp-broker')
  .description('Lets people use their own Forgejo from remote MCP clients.')
  .version(`fjmcp-broker ${brokerVersion}`, '-V, --version', 'print the version')
  .helpOption('-h, --help', 'print this help')
  .addHelpText(
    'after',
    '\nSettings come from the environment; docs/settings.md lists them.\nExit codes: 0 done, 1 failed, 64 called wrongly, 78 wrong configuration.',
  )
  .exitOverride()

const terminal = { print: console.log, complain: console.error }

program
  .command('serve')
  .description('run the broker: the runner, and the gateway that it starts and restarts')
  .action(async () => {
    const { serve } = await import('./serve.ts')
    const gatewayCommand = [process.execPath, process.argv[1] ?? '', 'gateway'] as const
    process.exitCode = await serve({ environment: process.env, gatewayCommand, clock: Date.now })
  })

program
  .command('gateway', { hidden: true })
  .description('run the gateway alone, as serve does; it ends when its standard input does')
  .action(async () => {
    await import('@fjmcp-broker/gateway/main')
  })

program
  .command('status')
  .description('ask the running broker how it is')
  .option('--json', 'print JSON')
  .action(async (options: { readonly json?: true }) => {
    const { status } = await import('./status.ts')
    process.exitCode = await status({ environment: process.env, json: options.json === true, ...terminal })
  })

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  process.exitCode = error.exitCode === 0 ? 0 : exitCode.usage
}
