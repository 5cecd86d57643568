// Installs what package-lock.json names, when it is not installed yet. Plain JavaScript: it runs on the machine's own
// Node (20 or newer), before node_modules and the Node in it exist.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const stamp = `${root}node_modules/.installed-lock`
const lock = createHash('sha256')
  .update(readFileSync(`${root}package-lock.json`))
  .digest('hex')
const wantedNode = JSON.parse(readFileSync(`${root}package.json`, 'utf8')).devDependencies.node

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  process.stderr.write('Installing dependencies (once, about half a minute) …\n')
  const npm = spawnSync('npm', ['ci', '--loglevel=error'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  if (npm.status !== 0) fail('npm ci failed; its reason stands above.')
  writeFileSync(stamp, lock)
}

const found = spawnSync(`${root}node_modules/.bin/node`, ['--version'], { encoding: 'utf8' })
if (found.stdout?.trim() !== `v${wantedNode}`) {
  fail(
    `node_modules/.bin/node is missing or not v${wantedNode}. Was npm run with --ignore-scripts? Remove node_modules and try again without it.`,
  )
}

function fail(reason) {
  process.stderr.write(`${reason}\n`)
  process.exit(1)
}
