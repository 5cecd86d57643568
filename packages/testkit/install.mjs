// Installs what package-lock.json names, when it is not installed yet. Plain JavaScript: it runs on the machine's own
// Node (20 or newer), before node_modules and the Node in it exist.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const wantedNode = readJson('package.json').devDependencies.node

if (!isInstalled()) {
  process.stderr.write('Installing dependencies (once, about half a minute) …\n')
  const npm = spawnSync('npm', ['ci', '--include=dev', '--loglevel=error'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  if (npm.status !== 0) fail('npm ci failed; its reason stands above.')
}

const found = spawnSync(`${root}node_modules/.bin/node`, ['--version'], { encoding: 'utf8' })
if (found.stdout?.trim() !== `v${wantedNode}`) {
  fail(
    `node_modules/.bin/node is missing or not v${wantedNode}. Was npm run with --ignore-scripts? Remove node_modules and try again without it.`,
  )
}

/** Compares what is wanted with what npm wrote down when it last installed, whoever called it. */
function isInstalled() {
  if (!existsSync(`${root}node_modules/.package-lock.json`)) return false
  const installed = readJson('node_modules/.package-lock.json').packages
  return Object.entries(readJson('package-lock.json').packages).every(([place, wanted]) => {
    const is = installed[place]
    // The root itself is not written down. Optional packages are left out where they are for another platform.
    if (is === undefined) return place === '' || wanted.optional === true
    return is.version === wanted.version
  })
}

function readJson(name) {
  return JSON.parse(readFileSync(`${root}${name}`, 'utf8'))
}

function fail(reason) {
  process.stderr.write(`${reason}\n`)
  process.exit(1)
}
