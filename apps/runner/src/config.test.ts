import { expect, it } from 'vitest'
import { parseRunnerSettings } from './config.ts'

it('reads a range of uids that suffices', () => {
  expect(parse({ FJMCP_BROKER_CHILD_UIDS: '10000-10079' })).toMatchObject({
    ok: true,
    value: { childUids: { first: 10_000, last: 10_079 } },
  })
  expect(parse({})).toMatchObject({ ok: true, value: { childUids: undefined } })
})

it.each([
  [{ FJMCP_BROKER_CHILD_UIDS: '10000-10078' }, 'at least 80 uids, twice FJMCP_BROKER_MAX_CHILDREN (these are 79)'],
  [{ FJMCP_BROKER_CHILD_UIDS: '10000-10099', FJMCP_BROKER_MAX_CHILDREN: '51' }, 'at least 102 uids'],
  [{ FJMCP_BROKER_CHILD_UIDS: '1000' }, 'two numbers such as 10000-59999'],
  [{ FJMCP_BROKER_CHILD_UIDS: '60000-70000' }, 'neither 0 nor 65532'],
])('says what is wrong with %j', (environment, expected) => {
  expect(parse(environment)).toEqual({
    ok: false,
    error: [{ name: 'FJMCP_BROKER_CHILD_UIDS', expected: expect.stringContaining(expected) }],
  })
})

it.each([
  [undefined, '127.0.0.1:8080'],
  ['0.0.0.0:9464', '127.0.0.1:9464'],
])('refuses metrics at the address of the clients: %s, %s', (listen, metricsListen) => {
  expect(parse({ ...(listen && { FJMCP_BROKER_LISTEN: listen }), FJMCP_BROKER_METRICS_LISTEN: metricsListen })).toEqual({
    ok: false,
    error: [{ name: 'FJMCP_BROKER_METRICS_LISTEN', expected: expect.stringContaining('another port than that of FJMCP_BROKER_LISTEN') }],
  })
})

it('takes metrics at another address', () => {
  expect(parse({ FJMCP_BROKER_LISTEN: '127.0.0.1:8080', FJMCP_BROKER_METRICS_LISTEN: '127.0.0.1:9464' })).toMatchObject({ ok: true })
})

function parse(environment: Readonly<Record<string, string>>) {
  return parseRunnerSettings({ FORGEJO_URL: 'https://git.example.org', ...environment })
}
