import { expect, test } from 'vitest'
import { readBrokerSchema } from './known-migrations.ts'
import { planMigration } from './migration-plan.ts'
import { makeSchemaObjects } from './schema-objects.ts'
import { addition, makeLaterVersion } from './testing/schema-of-version.ts'

const known = readBrokerSchema().migrations.length

test.each([
  [`${known}`, true],
  ['0', true],
  [`${known + 1}`, false],
  ['', false],
  [' ', false],
  ['-1', false],
  ['0x1', false],
  ['one', false],
  [undefined, false],
])(`a newer database that needs %j migrations is used by a broker with ${known}: %j`, async (needed, isUsed) => {
  const { migrations } = makeLaterVersion('0.2.0', [addition]).schema
  const facts = needed === undefined ? {} : { schema_needs_migrations: needed }
  const state = { objects: await makeSchemaObjects(migrations), applied: migrations, facts }
  const plan = await planMigration({ state, schema: readBrokerSchema(), name: 'broker.db' })
  expect(plan).toMatchObject(isUsed ? { ok: true, value: { pending: [], unknown: 1 } } : { error: { reason: 'newer_database' } })
})
