import { err, ok } from '@fjmcp-broker/shared/result'
import { expect, test } from 'vitest'
import { parseDemoOptions } from './options.ts'

const credentials = ['--client-id', 'id', '--client-secret', 'secret']

test('runs with the make-believe Forgejo and stays up when nothing is given', () => {
  expect(parseDemoOptions([])).toEqual(ok({ once: false }))
})

test('takes --once', () => {
  expect(parseDemoOptions(['--once'])).toEqual(ok({ once: true }))
})

test('takes a real Forgejo, whose URL it hands on without the trailing slash', () => {
  expect(parseDemoOptions(['--forgejo', 'https://git.example.org/', ...credentials])).toEqual(
    ok({ once: false, forgejo: { url: 'https://git.example.org', clientId: 'id', clientSecret: 'secret' } }),
  )
})

test.each(['--help', '-h'])('answers %s with the usage, whatever else is given', (flag) => {
  expect(parseDemoOptions([flag, '--forgejo', 'x'])).toEqual(ok('help'))
})

test.each([
  { args: ['--forgejo', 'https://git.example.org'] },
  { args: credentials },
  { args: ['--forgejo', 'https://git.example.org', '--client-id', '', '--client-secret', 'secret'] },
])('refuses a real Forgejo of which something is missing: $args', ({ args }) => {
  expect(parseDemoOptions(args)).toEqual(err('A real Forgejo needs all three: --forgejo, --client-id and --client-secret.'))
})

test.each(['git.example.org', 'ftp://git.example.org', 'https://git.example.org/?a=b'])('refuses the URL %s', (url) => {
  expect(parseDemoOptions(['--forgejo', url, ...credentials])).toEqual(
    err(expect.stringMatching(/^--forgejo: an http:\/\/ or https:\/\/ URL/)),
  )
})

test.each(['--twice', 'more'])('refuses %s, which it does not know, by name', (argument) => {
  expect(parseDemoOptions([argument])).toEqual(err(expect.stringContaining(`'${argument}'`)))
})
