import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readBrokerSchema } from './known-migrations.ts'
import { addition, makeLaterVersion } from './testing/schema-of-version.ts'

test('every migration of this version says which brokers can go on with it', () => {
  expect(readBrokerSchema().migrations.length).toBeGreaterThan(0)
})

test('a migration that is not on the list is a mistake that nobody gets to use', () => {
  const { folder } = makeLaterVersion('0.2.0', [addition])
  const list = join(folder, 'compatibility.json')
  const text = readFileSync(list, 'utf8')
  writeFileSync(list, text.replace('0001_addition', '0001_other'))
  expect(() => readBrokerSchema({ folder })).toThrow('compatibility.json has 0001_other where the journal has 0001_addition')
  writeFileSync(list, '[]')
  expect(() => readBrokerSchema({ folder })).toThrow('lists each migration once')
})
