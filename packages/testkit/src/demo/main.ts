import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exitCode } from '@fjmcp-broker/shared/exit-code'
import { demoUsage, parseDemoOptions } from './options.ts'
import { runDemo } from './run-demo.ts'
import { listenForDemoStop } from './stop-request.ts'

process.exit(await main())

async function main(): Promise<number> {
  const stop = listenForDemoStop()
  const options = parseDemoOptions(process.argv.slice(2))
  if (!options.ok) {
    complain(`${options.error}\n\n${demoUsage}`)
    return exitCode.usage
  }
  if (options.value === 'help') {
    print(demoUsage)
    return 0
  }
  const folder = await mkdtemp(join(tmpdir(), 'fjmcp-demo-'))
  // After a broker that was killed, its gateway may still be writing for a moment.
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }))
  const code = await runDemo({ options: options.value, environment: process.env, folder, stop, print, complain })
  if (stop.asked.aborted) print('Stopped.')
  return code
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

function complain(line: string): void {
  process.stderr.write(`${line}\n`)
}
