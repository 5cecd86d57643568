import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { describeUnknownSetting, findUnknownSettings } from './find-unknown-settings.ts'
import { listSettings } from './list-settings.ts'

test('finds what is named like a setting and is none, with the setting that may be meant', () => {
  const environment = {
    FJMCP_BROKER_LISTNE: '127.0.0.1:1',
    FORGEJO_OAUTH_CLIENT_SECERT_FILE: '/run/secrets/x',
    FJMCP_BROKER_LISTEN_FILE: '/listen',
    FJMCP_BROKER_BANANA: '1',
    HOME: '/',
  }
  expect(findUnknownSettings(environment, listSettings())).toEqual([
    { name: 'FJMCP_BROKER_BANANA', closest: undefined },
    { name: 'FJMCP_BROKER_LISTEN_FILE', closest: 'FJMCP_BROKER_LISTEN' },
    { name: 'FJMCP_BROKER_LISTNE', closest: 'FJMCP_BROKER_LISTEN' },
    { name: 'FORGEJO_OAUTH_CLIENT_SECERT_FILE', closest: 'FORGEJO_OAUTH_CLIENT_SECRET_FILE' },
  ])
})

test.each([
  ['FORGEJO_CLIENT_SECRET', 'FORGEJO_OAUTH_CLIENT_SECRET'],
  ['FORGEJO_CLIENT_SECRET_FILE', 'FORGEJO_OAUTH_CLIENT_SECRET_FILE'],
  ['FJMCP_BROKER_FORGEJO_URL', 'FORGEJO_URL'],
  ['FORGEJO_PUBLIC_URL', 'FJMCP_BROKER_PUBLIC_URL'],
  ['FORGEJO_ULR', 'FORGEJO_URL'],
  ['FJMCP_BROKER_MAX_CHILDS', 'FJMCP_BROKER_MAX_CHILDREN'],
])('takes %s for %s', (name, closest) => {
  expect(findUnknownSettings({ [name]: 'x' }, listSettings())).toEqual([{ name, closest }])
})

test.each(['FORGEJO_MAX', 'FORGEJO_TOKEN', 'FJMCP_BROKER_SITES', 'FJMCP_BROKER_PORT', 'FORGEJO_'])('does not guess at %s', (name) => {
  expect(findUnknownSettings({ [name]: 'x' }, listSettings())).toEqual([{ name, closest: undefined }])
})

test('knows the names that our Caddyfile takes from the same environment', () => {
  const caddyfile = readFileSync(new URL('../../../../deploy/caddy/Caddyfile', import.meta.url), 'utf8')
  const names = [...caddyfile.matchAll(/\{\$(\w+)/g)].map(([, name = '']) => name)
  expect(names).toHaveLength(2)
  expect(findUnknownSettings(Object.fromEntries(names.map((name) => [name, 'x'])), listSettings())).toEqual([])
})

test('finds nothing where every setting is given, or its file', () => {
  const names = listSettings().flatMap(({ name, fromFile }) => (fromFile ? [name, `${name}_FILE`] : [name]))
  expect(findUnknownSettings(Object.fromEntries(names.map((name) => [name, 'x'])), listSettings())).toEqual([])
})

test('tells the name, and what may be meant', () => {
  expect(describeUnknownSetting({ name: 'A_B', closest: 'A_C' })).toBe('A_B is set, but there is no such setting; is A_C meant?')
  expect(describeUnknownSetting({ name: 'A_B' })).toBe('A_B is set, but there is no such setting')
})
