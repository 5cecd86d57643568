import { eq, type SQL, sql } from 'drizzle-orm'
import type { SessionEviction } from '../session-store.ts'
import { sessions } from './schema.ts'

/** Which sessions end for a new one. */
export function isEvicted(eviction: SessionEviction): SQL {
  const { userId, number } = eviction
  const chosen = userId === undefined ? leastOfAll(eviction) : leastOfUser(eviction, userId)
  return sql`${sessions.id} in (select id from ${chosen} limit ${number})`
}

/** Each session is numbered within its client, the last to end first: so the client with the most is the first to lose one. */
function leastOfUser({ open }: SessionEviction, userId: string): SQL {
  const [isCalled, isHeard] = [isAmong(open.calls), isAmong(open.streams)]
  return sql`(
    select id, rank, used, row_number() over (partition by client order by rank desc, used desc) as number from (
      select ${sessions.id} as id, ${sessions.clientId} as client, ${sessions.lastUsedAtMs} as used,
        case when ${isCalled} then 2 when ${isHeard} then 1 else 0 end as rank
      from ${sessions} where ${eq(sessions.userId, userId)}
    )
    order by number desc, rank, used
  )`
}

/** Three searches, each along an index: there are many sessions, and of those in which something is open none is looked at where others suffice. */
function leastOfAll({ open, number }: SessionEviction): SQL {
  const [isCalled, isHeard] = [isAmong(open.calls), isAmong(open.streams)]
  const oldest = (rank: number, which: SQL): SQL => sql`
    select * from (
      select ${sessions.id} as id, ${sql.raw(String(rank))} as rank, ${sessions.lastUsedAtMs} as used from ${sessions}
      where ${which} order by ${sessions.lastUsedAtMs} limit ${number}
    )`
  const neither = sql`not ${isCalled} and not ${isHeard}`
  return sql`(
    select * from (${oldest(0, neither)} union all ${oldest(1, sql`${isHeard} and not ${isCalled}`)} union all ${oldest(2, isCalled)})
    order by rank, used
  )`
}

function isAmong(ids: readonly string[]): SQL {
  return sql`${sessions.id} in (select value from json_each(${JSON.stringify(ids)}))`
}
