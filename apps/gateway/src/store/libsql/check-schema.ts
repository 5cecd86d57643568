import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { Migration } from './known-migrations.ts'
import { explain, type StoreRefusal } from './refusal.ts'
import { isPlain, makeSchemaObjects, type SchemaObject } from './schema-objects.ts'

/**
 * Says whether a database's schema is what its migrations make: it has all of it, and nothing else that could answer instead of a table,
 * act on a write or refuse one.
 *
 * @param migrations Those that the database has, as far as they are known.
 * @param hasMore Whether it has others too. Then there may be more tables, indexes and columns.
 * @param name What the database is called in messages.
 */
export async function checkSchema({
  objects,
  migrations,
  hasMore,
  name,
}: {
  readonly objects: readonly SchemaObject[]
  readonly migrations: readonly Migration[]
  readonly hasMore: boolean
  readonly name: string
}): Promise<Result<undefined, StoreRefusal>> {
  const expected = await makeSchemaObjects(migrations)
  const difference = findMissing({ objects, expected, hasMore }) ?? findForeign({ objects, expected, hasMore })
  if (difference === undefined) return ok(undefined)
  const detail = `The schema of the database ${name} is not what its migrations make: ${difference}`
  const remedy = 'Another program changed it, or only a part of it was copied: restore a backup.'
  return err(explain({ reason: 'altered_schema', detail, remedy }))
}

interface Schemas {
  readonly objects: readonly SchemaObject[]
  readonly expected: readonly SchemaObject[]
  readonly hasMore: boolean
}

function findMissing({ objects, expected, hasMore }: Schemas): string | undefined {
  for (const one of expected) {
    const found = objects.find(({ type, name }) => type === one.type && name === one.name)
    if (found === undefined) return `${describe(one)} is missing`
    if (!hasMore && found.sql !== one.sql) return `${describe(one)} is another`
  }
}

function findForeign({ objects, expected, hasMore }: Schemas): string | undefined {
  const known = new Set(expected.map(describe))
  const foreign = objects.find((object) => !known.has(describe(object)) && !(hasMore && isPlain(object)))
  return foreign === undefined ? undefined : `${describe(foreign)} does not belong there`
}

function describe({ type, name }: SchemaObject): string {
  return `the ${type} ${name}`
}
