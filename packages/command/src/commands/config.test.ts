import { err, ok } from '@fjmcp-broker/shared/result'
import type { ReadSecretFile } from '@fjmcp-broker/shared/secret-file'
import { expect, test } from 'vitest'
import { config } from './config.ts'

const secret = 'hunter2-hunter2'

const complete = {
  FJMCP_BROKER_PUBLIC_URL: 'https://mcp.example.org',
  FORGEJO_URL: 'https://git.example.org',
  FORGEJO_OAUTH_CLIENT_ID_FILE: '/id',
  FORGEJO_OAUTH_CLIENT_SECRET_FILE: '/secret',
  FORGEJO_OAUTH_CLIENT_SECRET_PREVIOUS: secret,
}

test('shows every setting, where it is from, and no secret', () => {
  const { code, printed, complaints } = run(complete)
  expect(code).toBe(0)
  expect(complaints).toBe('')
  expect(printed).toMatch(/^FJMCP_BROKER_PUBLIC_URL +environment +https:\/\/mcp\.example\.org$/m)
  expect(printed).toMatch(/^FORGEJO_OAUTH_CLIENT_ID +file +our-client \(\/id\)$/m)
  expect(printed).toMatch(/^FORGEJO_OAUTH_CLIENT_SECRET +file +\*{8} \(\/secret\)$/m)
  expect(printed).toMatch(/^FORGEJO_OAUTH_CLIENT_SECRET_PREVIOUS +environment +\*{8}$/m)
  expect(printed).toMatch(/^FJMCP_BROKER_LOG_LEVEL +default +info$/m)
  expect(printed).toMatch(/^FJMCP_BROKER_ALLOWED_ORIGINS +default +\(empty\)$/m)
  expect(printed).not.toContain('hunter2')
})

test('names what is missing or wrong with what is expected, shows the rest, and ends with 78', () => {
  const { code, printed, complaints } = run({
    FORGEJO_URL: 'https://user:hunter2@git.example.org',
    FORGEJO_OAUTH_CLIENT_SECRET_FILE: '/absent',
  })
  expect(code).toBe(78)
  expect(complaints.match(/^ {2}\w+(?=:)/gm)?.map((name) => name.trim())).toEqual([
    'FORGEJO_OAUTH_CLIENT_SECRET_FILE',
    'FJMCP_BROKER_PUBLIC_URL',
    'FORGEJO_URL',
    'FORGEJO_OAUTH_CLIENT_ID',
  ])
  expect(printed).toMatch(/^FJMCP_BROKER_PUBLIC_URL +not set$/m)
  expect(printed).toMatch(/^FORGEJO_OAUTH_CLIENT_SECRET +file +\(\/absent\)$/m)
  expect(printed).toMatch(/^FORGEJO_URL +environment +\*{8}@git\.example\.org$/m)
  expect(printed + complaints).not.toContain('hunter2')
})

test('tells what the image sets from what an operator did', () => {
  const environment = { ...complete, FJMCP_BROKER_LISTEN: '0.0.0.0:8080', FJMCP_BROKER_CHILD_UIDS: '20000-29999' }
  const { printed } = run(environment, false, true)
  expect(printed).toMatch(/^FJMCP_BROKER_LISTEN +image +0\.0\.0\.0:8080$/m)
  expect(printed).toMatch(/^FJMCP_BROKER_CHILD_UIDS +environment +20000-29999$/m)
  expect(run(environment).printed).toMatch(/^FJMCP_BROKER_LISTEN +environment +0\.0\.0\.0:8080$/m)
})

test('says in JSON that all is well', () => {
  const { code, printed } = run(complete, true)
  expect(code).toBe(0)
  expect(JSON.parse(printed)).toMatchObject({ ok: true, problems: [] })
})

test('warns of what looks like a setting and is none, and still ends with 0', () => {
  const { code, complaints } = run({ ...complete, FJMCP_BROKER_MAX_CHILDS: '3' })
  expect({ code, complaints }).toEqual({
    code: 0,
    complaints: 'warning: FJMCP_BROKER_MAX_CHILDS is set, but there is no such setting; is FJMCP_BROKER_MAX_CHILDREN meant?',
  })
})

test('warns of quotes and comments that Podman left in a value, without showing it', () => {
  const quoted = { FORGEJO_OAUTH_CLIENT_SECRET_PREVIOUS: `"${secret}"`, FORGEJO_URL: 'https://git.example.org # ours' }
  const { complaints } = run({ ...complete, ...quoted })
  expect(complaints).toContain('warning: FORGEJO_OAUTH_CLIENT_SECRET_PREVIOUS stands in quotes: Podman takes the quotes')
  expect(complaints).toContain('warning: FORGEJO_URL has a # behind a space: Podman takes a comment')
  expect(complaints).not.toContain('hunter2')
})

test('says all of it in JSON for programs', () => {
  const { code, printed, complaints } = run({ ...complete, FORGEJO_URL: 'git.example.org', FORGEJO_ULR: 'x' }, true)
  expect(complaints).toBe('')
  expect(code).toBe(78)
  expect(JSON.parse(printed)).toEqual({
    ok: false,
    settings: expect.arrayContaining([
      { name: 'FJMCP_BROKER_PUBLIC_URL', value: 'https://mcp.example.org', source: 'environment' },
      { name: 'FORGEJO_OAUTH_CLIENT_SECRET', value: '********', source: 'file', file: '/secret' },
      { name: 'FJMCP_BROKER_LOG_LEVEL', value: 'info', source: 'default' },
    ]),
    problems: [{ name: 'FORGEJO_URL', expected: expect.any(String) }],
    unknown: [{ name: 'FORGEJO_ULR', closest: 'FORGEJO_URL' }],
    quoted: [],
  })
  expect(printed).not.toContain('hunter2')
})

function run(environment: Readonly<Record<string, string>>, json = false, isImage = false) {
  const printed: string[] = []
  const complaints: string[] = []
  const code = config({
    environment,
    readSecretFile,
    isImage,
    json,
    print: (text) => void printed.push(text),
    complain: (text) => void complaints.push(text),
  })
  return { code, printed: printed.join('\n'), complaints: complaints.join('\n') }
}

const readSecretFile: ReadSecretFile = (path) => {
  const text = { '/id': 'our-client\n', '/secret': `${secret}\n` }[path]
  return text === undefined ? err({ reason: 'missing' }) : ok({ text, mode: 0o400 })
}
