import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { auditEventLevel, auditEventTypes } from '@fjmcp-broker/gateway/domain/audit/audit-event'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const page = readFileSync(join(root, 'docs/troubleshooting.md'), 'utf8')

// `log.warn('x'`, and where the level is chosen in place: `log[isFirst ? 'warn' : 'debug']('x'`.
const loggedTrouble = /\blog(?:\.(?:warn|error)|\[[^\]]*'(?:warn|error)'[^\]]*\])\(\s*'(\w+)'/g
const memberOfUnion = /^\s*\| '([\w-]+)'$/gm
const pageTitle = /\btitle: '([^']+)'/g
// A string that is a sentence, or ends in a part that is put in.
const sentence = /(?<quote>['`])((?:[A-Z]|forgejo-mcp )(?:(?!\k<quote>).)* (?:(?!\k<quote>).)*[.}])\k<quote>/g

test.each([
  { what: 'event of the log at warn or error', files: ['apps/*/src/**/*.ts', 'packages/*/src/**/*.ts'], pattern: loggedTrouble, least: 50 },
  { what: 'reason not to open a database', files: ['apps/gateway/src/store/libsql/refusal.ts'], pattern: memberOfUnion, least: 11 },
  { what: 'reason of a failed backup', files: ['apps/gateway/src/store/libsql/backup/failure.ts'], pattern: memberOfUnion, least: 9 },
  { what: 'check of the doctor', files: ['packages/command/src/doctor/finding.ts'], pattern: memberOfUnion, least: 13 },
])('docs/troubleshooting.md explains every $what', ({ files, pattern, least }) => {
  const names = findInSources(files, pattern)
  expect(names.length).toBeGreaterThanOrEqual(least)
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([])
})

test('docs/troubleshooting.md explains every event of the audit log that an operator should look at', () => {
  const alarming = auditEventTypes.filter((type) => auditEventLevel({ type }) === 'warn')
  expect(alarming.length).toBeGreaterThanOrEqual(4)
  expect(alarming.filter((type) => !page.includes(`\`${type}\``))).toEqual([])
})

test('docs/operate.md explains every event of the audit log', () => {
  const operating = readFileSync(join(root, 'docs/operate.md'), 'utf8')
  expect(auditEventTypes.filter((type) => !operating.includes(`\`${type}\``))).toEqual([])
})

test('docs/troubleshooting.md explains every page that says what went wrong', () => {
  const titles = findInSources(['apps/gateway/src/{routes,middleware}/**/*.ts'], pageTitle)
  expect(titles.length).toBeGreaterThanOrEqual(15)
  expect(titles.filter((title) => !page.includes(`*${title}*`))).toEqual([])
})

test.each([
  { who: 'the gateway', files: ['apps/gateway/src/routes/mcp/**/*.ts'], least: 40 },
  {
    who: 'the runner',
    files: [
      'apps/runner/src/supervision/{explain,answered-too-much}.ts',
      'packages/shared/src/runner/cut-off.ts',
      'apps/runner/src/streams/*.ts',
      'apps/runner/src/injector/{answer,route-request}.ts',
    ],
    least: 40,
  },
])('docs/troubleshooting.md explains every sentence with which $who answers a client', ({ files, least }) => {
  const beginnings = findInSources(files, sentence).map(beginningOf)
  expect(beginnings.length).toBeGreaterThanOrEqual(least)
  const shown = withoutQuotes(page)
  expect(beginnings.filter((beginning) => !shown.includes(beginning))).toEqual([])
})

/** As the page shows it: up to the first stop, with dots for what is put in. */
function beginningOf(text: string): string {
  const shown = withoutQuotes(text.replaceAll(/\$\{[^{}]*\}/g, '…').replaceAll('\\\\', '\\'))
  return shown.split(/[.;:](?:\s|$)/)[0] ?? shown
}

function withoutQuotes(text: string): string {
  return text.replaceAll('"…"', '…')
}

/** What the pattern's group finds in the program's own files, each once. */
function findInSources(files: readonly string[], pattern: RegExp): readonly string[] {
  expect(files.filter((glob) => globSync(glob, { cwd: root }).length === 0)).toEqual([])
  const sources = globSync(files, { cwd: root })
    .filter((path) => !/\.test\.ts$|\/testing\/|^packages\/testkit\//.test(path))
    .map((path) => readFileSync(join(root, path), 'utf8'))
  return [...new Set(sources.flatMap((source) => [...source.matchAll(pattern)].map((match) => match.at(-1) ?? '')))]
}
