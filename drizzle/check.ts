import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

// drizzle-kit exits 0 even where it could not decide and wrote nothing, so its words and the folder are both looked at.
const migrations = fileURLToPath(new URL('./migrations', import.meta.url))
const before = readdirSync(migrations, { recursive: true }).toSorted().join('\n')
const generate = spawnSync('drizzle-kit', ['generate', '--config', 'drizzle/config.ts'], {
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'pipe'],
})
const after = readdirSync(migrations, { recursive: true }).toSorted().join('\n')

if (generate.status !== 0 || !generate.stdout.includes('No schema changes') || before !== after) {
  process.stderr.write(`${generate.stdout}${generate.stderr}\n`)
  process.stderr.write('The schema and its migrations differ: run `npm run schema:generate`, read what it wrote and commit it.\n')
  process.exit(1)
}
