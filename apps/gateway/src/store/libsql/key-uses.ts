import { setImmediate } from 'node:timers/promises'
import type { Client, ResultSet } from '@libsql/client/sqlite3'
import { z } from 'zod'
import type { KeyUse } from '../../domain/keys/key-report.ts'
import { readKeyId } from '../sealing.ts'
import { asDamage } from './failures.ts'

/**
 * Counts which keys the living credentials of a database need, by the beginning of what is sealed. What is not sealed by us needs none: no
 * key opens it. Nor does a dead credential: only a new sign-in helps there. Takes as long as reading the table once, and lets others in
 * meanwhile.
 */
export async function readKeyUses(client: Pick<Client, 'execute'>): Promise<readonly KeyUse[]> {
  const uses = new Map<string, number>()
  let last = 0
  for (;;) {
    const rows = parseRows(await client.execute({ sql: statement, args: [last] }))
    for (const id of rows.flatMap(listKeyIds)) uses.set(id, (uses.get(id) ?? 0) + 1)
    if (rows.length < pageRows) break
    last = rows.at(-1)?.place ?? last
    await setImmediate()
  }
  return [...uses].map(([keyId, rows]) => ({ keyId, rows })).toSorted((one, other) => other.rows - one.rows)
}

const pageRows = 500
/** `v1.`, 16 digits and a dot. */
const startCharacters = 20

const statement = `select
    rowid as place,
    state,
    substr(sealed_access_token, 1, ${startCharacters}) as access,
    substr(sealed_refresh_token, 1, ${startCharacters}) as refresh
  from credentials where rowid > ? order by rowid limit ${pageRows}`

const sealedRows = z.array(z.object({ place: z.number(), state: z.string(), access: z.string(), refresh: z.string() }))

/** The keys that are needed to open both; most often it is one. */
function listKeyIds({ state, access, refresh }: z.output<typeof sealedRows>[number]): readonly string[] {
  const [one, other] = [readKeyId(access), readKeyId(refresh)]
  if (state !== 'live' || one === undefined || other === undefined) return []
  return one === other ? [one] : [one, other]
}

/** No broker writes other rows. */
function parseRows({ rows }: ResultSet): z.output<typeof sealedRows> {
  const parsed = sealedRows.safeParse(rows)
  if (parsed.success) return parsed.data
  throw asDamage(parsed.error)
}
