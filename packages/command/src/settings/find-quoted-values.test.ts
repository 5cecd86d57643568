import { expect, test } from 'vitest'
import { describeQuotedValue, findQuotedValues } from './find-quoted-values.ts'
import { listSettings } from './list-settings.ts'

test.each([
  { value: '"gto_secret"', holds: 'quotes' },
  { value: "'gto_secret' ", holds: 'quotes' },
  { value: '""', holds: 'quotes' },
  { value: 'gto_secret # from Forgejo', holds: 'comment' },
  { value: '"gto_secret" # from Forgejo', holds: 'comment' },
])('finds $holds in $value', ({ value, holds }) => {
  const name = 'FORGEJO_OAUTH_CLIENT_SECRET'
  expect(findQuotedValues({ [name]: value }, listSettings())).toEqual([{ name, holds }])
})

test.each(['gto_secret', '"gto_secret', 'gto"secret"', '"', '\'a"', 'a#b', ''])('finds nothing in %s', (value) => {
  expect(findQuotedValues({ FORGEJO_OAUTH_CLIENT_SECRET: value }, listSettings())).toEqual([])
})

test('looks at the names of files too, and at nothing that is no setting', () => {
  const environment = { FORGEJO_OAUTH_CLIENT_SECRET_FILE: '"/secrets/client_secret"', PS1: '"#"' }
  expect(findQuotedValues(environment, listSettings())).toEqual([{ name: 'FORGEJO_OAUTH_CLIENT_SECRET_FILE', holds: 'quotes' }])
})

test('tells the name, and who takes it for a part of the value', () => {
  expect(describeQuotedValue({ name: 'A_B', holds: 'quotes' })).toBe('A_B stands in quotes: Podman takes the quotes as part of the value')
  expect(describeQuotedValue({ name: 'A_B', holds: 'comment' })).toBe(
    'A_B has a # behind a space: Podman takes a comment as part of the value',
  )
})
