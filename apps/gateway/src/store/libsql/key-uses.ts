import type { Client, ResultSet } from '@libsql/client/sqlite3'
import { z } from 'zod'
import type { KeyUse } from '../../domain/keys/key-report.ts'
import { readKeyId } from '../sealing.ts'
import { asDamage } from './failures.ts'

/**
 * Counts which keys the living credentials of a database need, by the beginning of what is sealed. What is not sealed by us needs none: no
 * key opens it. Nor does a dead credential: only a new sign-in helps there. Takes as long as reading the table once.
 */
export async function readKeyUses(client: Pick<Client, 'execute'>): Promise<readonly KeyUse[]> {
  const uses = new Map<string, number>()
  for (const { access, refresh, rows } of parseRows(await client.execute(statement))) {
    const ids = [readKeyId(access), readKeyId(refresh)]
    if (ids.includes(undefined)) continue
    for (const id of new Set(ids)) if (id !== undefined) uses.set(id, (uses.get(id) ?? 0) + rows)
  }
  return [...uses].map(([keyId, rows]) => ({ keyId, rows }))
}

/** `v1.`, 16 digits and a dot. */
const startCharacters = 20

const statement = `select
    substr(sealed_access_token, 1, ${startCharacters}) as access,
    substr(sealed_refresh_token, 1, ${startCharacters}) as refresh,
    count(*) as rows
  from credentials where state = 'live' group by 1, 2 order by 3 desc, 1`

const useRows = z.array(z.object({ access: z.string(), refresh: z.string(), rows: z.number() }))

/** No broker writes other rows. */
function parseRows({ rows }: ResultSet): z.output<typeof useRows> {
  const parsed = useRows.safeParse(rows)
  if (parsed.success) return parsed.data
  throw asDamage(parsed.error)
}
