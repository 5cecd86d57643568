import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import config from './config.ts'

// Generates into a copy: a check that wrote into the tree would pass at its second run.
const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'fjmcp-broker-schema-'))
try {
  cpSync(join(root, String(config.out)), folder, { recursive: true })
  const before = listFiles(folder)
  // drizzle-kit takes every path for a relative one.
  const options = [`--dialect=${config.dialect}`, `--schema=${String(config.schema)}`, `--out=${relative(root, folder)}`]
  const generate = spawnSync('drizzle-kit', ['generate', ...options], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

  // drizzle-kit exits 0 even where it could not decide and wrote nothing, so its words and the folder are looked at too.
  if (generate.status !== 0 || !generate.stdout.includes('No schema changes') || listFiles(folder) !== before) {
    process.stderr.write(`${generate.error?.message ?? ''}${generate.stdout}${generate.stderr}\n`)
    process.stderr.write('The schema and its migrations differ: run `npm run schema:generate`, read what it wrote and commit it.\n')
    process.exitCode = 1
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function listFiles(of: string): string {
  return readdirSync(of, { recursive: true }).toSorted().join('\n')
}
