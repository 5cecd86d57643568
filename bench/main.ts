import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exitCode } from '@fjmcp-broker/shared/exit-code'
import { parseOptions, usage } from './options.ts'
import { runBench } from './run-bench.ts'

// Everything shares this machine's cores: load generator, subject, children and fake Forgejo. So figures compare with those of the
// same run only.
const options = parseOptions(process.argv.slice(2))
if (!options.ok) {
  process.stderr.write(`${options.error}\n\n${usage}`)
  process.exit(exitCode.usage)
}
if (options.value === 'help') {
  process.stdout.write(usage)
  process.exit(0)
}
// What was started ends with this process: the peers by its exit, all others by what they notice of it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1))
const folder = mkdtempSync(join(tmpdir(), 'fjmcp-bench-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))
process.stdout.write(await runBench({ options: options.value, folder, namedChild: process.env['FJMCP_BROKER_FORGEJO_MCP'] }))
