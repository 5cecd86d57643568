import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { imageDefaults } from '@fjmcp-broker/command/settings/image-defaults'
import { listSettings, type Setting } from '@fjmcp-broker/command/settings/list-settings'
import { createEnvExample } from './env-example.ts'
import { envExampleFile, inCheckout, settingsPageFile } from '../files.ts'
import { renewSettingsPage } from './settings-page.ts'

const setting: Setting = {
  name: 'FJMCP_BROKER_X',
  isRequired: false,
  standard: '5',
  description: 'Does `x` | y, see [its page](x.md#y).',
  expected: 'a number',
  secret: false,
  fromFile: false,
  readBy: ['gateway'],
}
const secret: Setting = {
  name: 'FORGEJO_OAUTH_CLIENT_SECRET',
  isRequired: true,
  description: 'The secret.',
  secret: true,
  fromFile: true,
  readBy: ['gateway'],
}

test('docs/settings.md says what the program’s schemas say (otherwise: npm run settings)', () => {
  const page = readFileSync(settingsPageFile, 'utf8')
  expect(page).toBe(renewSettingsPage(page, listSettings()))
})

test('fjmcp-broker.env.example says what the program’s schemas say (otherwise: npm run settings)', () => {
  expect(readFileSync(envExampleFile, 'utf8')).toBe(createEnvExample(listSettings()))
})

test('the image sets what the documents say that it sets', () => {
  const containerfile = readFileSync(inCheckout('Containerfile'), 'utf8')
  const set = [...containerfile.matchAll(/^(?:ENV)? +(FJMCP_BROKER_\w+|FORGEJO_\w+)=(\S+)/gm)].map(([, name, value]) => [name, value])
  expect(set).toEqual([...imageDefaults])
})

test('every setting that the image sets is one', () => {
  const names = listSettings().map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining([...imageDefaults.keys()]))
})

test('keeps what is written by hand on the page and renews the tables', () => {
  const marks = ['required', 'optional', 'image'].map((name) => `<!-- generated: ${name} -->\nold\n<!-- end: ${name} -->\n`)
  const page = renewSettingsPage(`By hand.\n${marks.join('And this.\n')}`, [secret, setting])
  expect(page).toMatch(/^By hand\.\n[\s\S]+And this\.\n[\s\S]+And this\.\n/)
  expect(page).toContain('\n| `FORGEJO_OAUTH_CLIENT_SECRET` (or `…_FILE`) | The secret. | gateway |\n')
  expect(page).toContain('\n| `FJMCP_BROKER_X` | `5` | Does `x` \\| y, see [its page](x.md#y). A number. | gateway |\n')
  expect(page).not.toContain('old')
  expect(renewSettingsPage(page, [secret, setting])).toBe(page)
})

test('refuses a page that has lost its marks', () => {
  expect(() => renewSettingsPage('By hand.', [])).toThrow('<!-- generated: required -->')
})

test('gives required settings empty, optional ones as comments with their default, secrets with their file', () => {
  const example = createEnvExample([secret, setting])
  expect(example).toContain('\n# The secret.\nFORGEJO_OAUTH_CLIENT_SECRET=\n')
  expect(example).toContain('\n#FORGEJO_OAUTH_CLIENT_SECRET_FILE=/secrets/client_secret\n')
  expect(example).toContain('\n# Does x | y, see docs/x.md#y. A number.\n#FJMCP_BROKER_X=5\n')
})

test('sets nothing but the required settings, in a form that podman reads', () => {
  const lines = readFileSync(envExampleFile, 'utf8').split('\n')
  const required = listSettings().filter(({ isRequired }) => isRequired)
  expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual(required.map(({ name }) => `${name}=`))
})
