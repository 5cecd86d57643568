import { err, ok } from '@fjmcp-broker/shared/result'
import type { ReadSecretFile } from '@fjmcp-broker/shared/secret-file'
import { expect, test } from 'vitest'
import { checkSettings } from './check-settings.ts'

const complete = {
  FJMCP_BROKER_PUBLIC_URL: 'https://mcp.example.test',
  FORGEJO_URL: 'https://git.example.test',
  FORGEJO_OAUTH_CLIENT_ID: 'broker',
  FORGEJO_OAUTH_CLIENT_SECRET: 'secret',
}

test('finds nothing wrong with complete ones', () => {
  const { findings, known } = look(complete)
  expect(findings).toMatchObject([{ state: 'ok' }])
  expect(known.wrong.size).toBe(0)
})

test('names each that is missing or wrong, of both processes, and goes on with the others', () => {
  const { findings, known } = look({ FORGEJO_URL: complete.FORGEJO_URL, FJMCP_BROKER_LOG_LEVEL: 'loud', FJMCP_BROKER_MAX_CHILDREN: 'many' })
  const wrong = [
    'FJMCP_BROKER_LOG_LEVEL',
    'FJMCP_BROKER_MAX_CHILDREN',
    'FJMCP_BROKER_PUBLIC_URL',
    'FORGEJO_OAUTH_CLIENT_ID',
    'FORGEJO_OAUTH_CLIENT_SECRET',
  ]
  expect(findings.map(({ detail }) => detail.split(':')[0])).toEqual(wrong)
  expect(findings.every(({ state }) => state === 'problem')).toBe(true)
  expect([...known.wrong]).toEqual(wrong)
  expect(known.gateway).toMatchObject({ forgejoUrl: complete.FORGEJO_URL, logLevel: 'info' })
})

test('finds what shows only when other problems are gone', () => {
  const { findings } = look({ ...complete, FJMCP_BROKER_LOG_LEVEL: 'loud', FJMCP_BROKER_CHILD_UIDS: '10000-10001' })
  expect(findings).toMatchObject([
    { detail: expect.stringContaining('FJMCP_BROKER_LOG_LEVEL') },
    { detail: expect.stringContaining('FJMCP_BROKER_CHILD_UIDS') },
  ])
})

test.each([
  [{ FJMCP_BROKER_METRICS_LISTEN: '127.0.0.1:8080', FJMCP_BROKER_METRICS_TOKEN: 'sixteen-or-more-x' }, 'FJMCP_BROKER_METRICS_LISTEN'],
  [{ FJMCP_BROKER_METRICS_LISTEN: '127.0.0.1:9464' }, 'FJMCP_BROKER_METRICS_TOKEN'],
])('names the wrong one of two settings that need each other once: %j', (metrics, wrong) => {
  const { findings, known } = look({ ...complete, ...metrics })
  expect(findings).toMatchObject([{ state: 'problem', detail: expect.stringContaining(`${wrong}:`) }])
  expect([...known.wrong]).toEqual([wrong])
})

test('warns of a name that is like a setting and is none', () => {
  const { findings, known } = look({ ...complete, FJMCP_BROKER_PUBLIC_URI: 'https://mcp.example.test' })
  expect(findings).toMatchObject([{ state: 'warning', detail: expect.stringContaining('is FJMCP_BROKER_PUBLIC_URL meant?') }])
  expect(known.wrong.size).toBe(0)
})

test('warns of a value in quotes', () => {
  const { findings } = look({ ...complete, FORGEJO_OAUTH_CLIENT_ID: '"broker"' })
  expect(findings).toMatchObject([{ state: 'warning', detail: expect.stringMatching(/^FORGEJO_OAUTH_CLIENT_ID stands in quotes/) }])
})

test('takes a secret from its file, and names a file that is of no use', () => {
  const { FORGEJO_OAUTH_CLIENT_SECRET: _, ...others } = complete
  const environment = { ...others, FORGEJO_OAUTH_CLIENT_SECRET_FILE: '/run/secrets/client_secret' }
  expect(look(environment, () => ok({ text: 'from a file\n', mode: 0o400 })).known.gateway.forgejoClientSecret).toBe('from a file')
  const { findings, known } = look(environment, () => err({ reason: 'not_permitted', uid: 65_532 }))
  expect(findings).toMatchObject([
    { state: 'problem', detail: expect.stringContaining('FORGEJO_OAUTH_CLIENT_SECRET_FILE: a file that uid 65532 may read') },
  ])
  expect([...known.wrong]).toEqual(['FORGEJO_OAUTH_CLIENT_SECRET'])
})

function look(environment: Readonly<Record<string, string>>, readSecretFile: ReadSecretFile = () => err({ reason: 'missing' })) {
  return checkSettings({ environment, readSecretFile })
}
