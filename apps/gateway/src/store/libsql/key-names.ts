import { setImmediate } from 'node:timers/promises'
import type { Client } from '@libsql/client/sqlite3'
import { z } from 'zod'
import { isKeyName } from '../../domain/keys/encryption-keys.ts'
import { isClientSecretName, type KeyUse } from '../../domain/keys/key-report.ts'

/**
 * Adds to each key the name that it had when it encrypted, as far as the audit log has it: the key itself may not be loaded any more. Takes
 * as long as reading the events that concern no user, and lets others in meanwhile.
 */
export async function addKeyNames(client: Pick<Client, 'execute'>, uses: readonly KeyUse[]): Promise<readonly KeyUse[]> {
  if (uses.length === 0) return uses
  const names = await readKeyNames(client)
  return uses.map((use) => ({ ...use, name: names.get(use.keyId) }))
}

/** The newest name of each id. */
async function readKeyNames(client: Pick<Client, 'execute'>): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>()
  let last = 0
  for (;;) {
    const rows = eventRows.parse((await client.execute({ sql: statement, args: [last] })).rows)
    for (const { details } of rows) for (const [id, name] of listNames(details)) names.set(id, name)
    if (rows.length < pageRows) return names
    last = rows.at(-1)?.place ?? last
    await setImmediate()
  }
}

const pageRows = 500

// In the order of the index on the user, which holds all events without one together.
const statement = `select rowid as place, case type when 'keys_changed' then details end as details
  from audit_events where user_id is null and rowid > ? order by rowid limit ${pageRows}`

const eventRows = z.array(z.object({ place: z.number(), details: z.string().nullable() }))

const keyDetails = z.object({
  keyId: z.string(),
  keyName: z.string(),
  formerKeyId: z.string().nullish(),
  formerKeyName: z.string().nullish(),
})

/** What an event says of keys. What it calls as no key can be called is left away. */
function listNames(details: string | null): readonly (readonly [id: string, name: string])[] {
  const known = keyDetails.safeParse(parseJson(details)).data
  if (known === undefined) return []
  const { keyId, keyName, formerKeyId, formerKeyName } = known
  const names = [[formerKeyId ?? '', formerKeyName ?? ''] as const, [keyId, keyName] as const]
  return names.filter(([, name]) => isKeyName(name) || isClientSecretName(name))
}

/** Undefined where it is no JSON. */
function parseJson(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
