import { expect, test } from 'vitest'
import { listSettings } from '../settings/list-settings.ts'
import { reportOn } from './finding.ts'
import { createRedaction } from './redact.ts'

const redact = createRedaction({
  environment: {
    FORGEJO_OAUTH_CLIENT_SECRET: 'client/secret',
    FORGEJO_OAUTH_CLIENT_SECRET_PREVIOUS: 'abc',
    FORGEJO_URL: 'https://me:hunter22@git.example.test/?token=query-token',
    FJMCP_BROKER_DATABASE_URL: 'file:/data/broker.db?authToken=database-token',
  },
  settings: listSettings(),
  read: ['from-a-file', 'client/secret-longer', undefined],
})

test.each(['client/secret', 'client%2Fsecret', 'client/secret-longer', 'hunter22', 'query-token', 'database-token', 'from-a-file'])(
  'hides %s, in what is wrong and in what to do',
  (secret) => {
    const finding = reportOn('forgejo').problem(`asked https://x/${secret}?y`, `not ${secret}.`)
    expect(redact(finding)).toEqual(reportOn('forgejo').problem('asked https://x/********?y', 'not ********.'))
  },
)

test('leaves words alone that are too short for a secret', () => {
  expect(redact(reportOn('forgejo').ok('abc'))).toEqual(reportOn('forgejo').ok('abc'))
})
