import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseOptions, usage } from './options.ts'
import { runBench } from './run-bench.ts'

// Everything shares this machine's cores: load generator, subject, children and fake Forgejo. So figures compare with those of the
// same run only.
const options = parseOptions(process.argv.slice(2))
if (typeof options === 'string') {
  process.stderr.write(`${options}\n\n${usage}`)
  process.exit(2)
}
// What was started ends with this process: the peers by its exit, all others by what they notice of it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1))
const folder = mkdtempSync(join(tmpdir(), 'fjmcp-bench-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))
process.stdout.write(await runBench({ options, folder, namedChild: process.env['FJMCP_BROKER_FORGEJO_MCP'] }))
