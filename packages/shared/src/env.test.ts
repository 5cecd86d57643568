import { expect, test } from 'vitest'
import { z } from 'zod'
import { checkEnvironment, parseEnvironment } from './env.ts'
import { err, ok } from './result.ts'
import type { ReadSecretFile } from './secret-file.ts'

const schema = z.object({
  NAME: z.string({ error: 'required: a name' }),
  KEY: z.string({ error: 'required: a key' }).min(3, { error: 'three letters' }).meta({ secret: true }),
  ID: z.string().default('none').meta({ fromFile: true }),
})

const files: Readonly<Record<string, string>> = { '/key': 'from file\n', '/short': 'ab', '/lines': 'one\ntwo\r\n' }
const readSecretFile: ReadSecretFile = (path) => {
  const text = files[path]
  return text === undefined ? err({ reason: 'missing' }) : ok({ text, mode: 0o400 })
}

test('takes settings from the environment, and an empty one as absent', () => {
  expect(parse({ NAME: 'n', KEY: 'secret', ID: '' })).toEqual(ok({ NAME: 'n', KEY: 'secret', ID: 'none' }))
})

test('takes from a file what is secret, and what else may be there, without the line break at its end', () => {
  expect(parse({ NAME: 'n', KEY_FILE: '/key', ID_FILE: '/lines' })).toEqual(ok({ NAME: 'n', KEY: 'from file', ID: 'one\ntwo' }))
})

test('knows no file of a setting that may not come from one', () => {
  expect(parse({ NAME_FILE: '/key', KEY: 'secret' })).toEqual(err([{ name: 'NAME', expected: 'required: a name' }]))
})

test('names everything that is wrong at once, a setting whose file is wrong by its file only', () => {
  expect(parse({ KEY_FILE: '/absent', ID: 'both', ID_FILE: '/key' })).toEqual(
    err([
      { name: 'KEY_FILE', expected: 'a file that exists' },
      { name: 'ID_FILE', expected: 'either ID or ID_FILE, not both' },
      { name: 'NAME', expected: 'required: a name' },
    ]),
  )
})

test('judges what a file holds as if it were given directly', () => {
  expect(parse({ NAME: 'n', KEY_FILE: '/short' })).toEqual(err([{ name: 'KEY', expected: 'three letters' }]))
})

test('throws when nobody can read the file that is named', () => {
  expect(() => parseEnvironment({ schema, environment: { KEY_FILE: '/key' } })).toThrow('KEY_FILE')
})

test('checks without reading: a named file counts as present and right, all else is judged', () => {
  expect(checkEnvironment({ schema, environment: { NAME: 'n', KEY_FILE: '/absent' } })).toEqual([])
  expect(checkEnvironment({ schema, environment: { KEY: 'x', ID: 'both', ID_FILE: '/key' } })).toEqual([
    { name: 'ID_FILE', expected: 'either ID or ID_FILE, not both' },
    { name: 'NAME', expected: 'required: a name' },
    { name: 'KEY', expected: 'three letters' },
  ])
  expect(checkEnvironment({ schema, environment: { NAME: 'n', KEY_FILE: '' } })).toEqual([{ name: 'KEY', expected: 'required: a key' }])
})

function parse(environment: Readonly<Record<string, string>>) {
  return parseEnvironment({ schema, environment, readSecretFile })
}
