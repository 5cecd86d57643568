#!/usr/bin/env node
import { brokerVersion } from '@fjmcp-broker/shared/version'
import { exitCode } from '@fjmcp-broker/shared/exit-code'
import { Command, CommanderError } from 'commander'
import { serve } from './serve.ts'
import { status } from './status.ts'

const program = new Command('fjmcp-broker')
  .description('Lets people use their own Forgejo from remote MCP clients.')
  .version(`fjmcp-broker ${brokerVersion}`, '-V, --version', 'print the version')
  .helpOption('-h, --help', 'print this help')
  .addHelpText(
    'after',
    '\nSettings come from the environment; docs/settings.md lists them.\nExit codes: 0 done, 1 failed, 64 called wrongly, 78 wrong configuration.',
  )
  .exitOverride()

program
  .command('serve')
  .description('run the broker: the runner, and the gateway that it starts and restarts')
  .action(async () => {
    process.exitCode = await serve({ environment: process.env, clock: Date.now })
  })

program
  .command('status')
  .description('ask the running broker how it is')
  .option('--json', 'print JSON')
  .action(async (options: { readonly json?: true }) => {
    process.exitCode = await status({ environment: process.env, json: options.json === true, print: console.log, complain: console.error })
  })

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  process.exitCode = error.exitCode === 0 ? 0 : exitCode.usage
}
