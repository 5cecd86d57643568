import {
  and,
  asc,
  count,
  desc,
  eq,
  getTableColumns,
  gt,
  gte,
  inArray,
  isNotNull,
  isNull,
  lt,
  lte,
  ne,
  notExists,
  or,
  sql,
  type SQL,
} from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import { anonymousEventTypes } from '../../domain/audit/audit-event.ts'
import type { AuditFilter, AuditStore, NewAuditEvent, StoredAuditEvent } from '../audit-store.ts'
import type { Database } from './connection.ts'
import { auditEvents, clients, users } from './schema.ts'

/** SQLite's own number of a row tells the order of writing, since the newest row is never deleted; the ids of one millisecond do not. */
const position = sql<number>`${auditEvents}.rowid`

const mostPerPurge = 2_000

export function createAuditStore(db: Database): AuditStore {
  return {
    async insert(events) {
      if (events.length > 0) await db.insert(auditEvents).values(events.map((event) => toRow(db, event)))
    },
    async listNewest(filter, limit) {
      const newest = await select(db).where(matching(db, filter)).orderBy(desc(position)).limit(limit)
      return newest.reverse()
    },
    async listAfter(after, filter, limit): Promise<readonly StoredAuditEvent[]> {
      return select(db)
        .where(and(gt(position, after), matching(db, filter)))
        .orderBy(asc(position))
        .limit(limit)
    },
    async positionBeforeNewest(filter, limit) {
      const first = await db
        .select({ position })
        .from(auditEvents)
        .where(matching(db, filter))
        .orderBy(desc(position))
        .limit(1)
        .offset(limit - 1)
        .get()
      return first === undefined ? 0 : first.position - 1
    },
    async findPosition(id) {
      const found = await db.select({ position }).from(auditEvents).where(eq(auditEvents.id, id)).get()
      return found?.position
    },
    async lastPosition() {
      const last = await db.select({ position }).from(auditEvents).orderBy(desc(position)).limit(1).get()
      return last?.position ?? 0
    },
    async purge({ beforeMs, mostAnonymous }) {
      const old = db
        .select({ position })
        .from(auditEvents)
        .where(and(lt(auditEvents.atMs, beforeMs), lt(position, sql`(select max(rowid) from ${auditEvents})`)))
        .orderBy(asc(auditEvents.atMs))
        .limit(mostPerPurge)
      const { rowsAffected } = await db.delete(auditEvents).where(inArray(position, old))
      return rowsAffected + (await purgeAnonymous(db, mostAnonymous))
    },
  }
}

function toRow(db: Database, { details, userId, userLogin, clientId, clientName, ...event }: NewAuditEvent) {
  return {
    ...event,
    userId,
    userLogin:
      userLogin ??
      copyOf(
        db
          .select({ login: users.login })
          .from(users)
          .where(eq(users.id, userId ?? ''))
          .getSQL(),
      ),
    clientId,
    clientName:
      clientName ??
      copyOf(
        db
          .select({ name: clients.name })
          .from(clients)
          .where(eq(clients.id, clientId ?? ''))
          .getSQL(),
      ),
    details: details ?? null,
  }
}

function copyOf(query: SQL): SQL<string | null> {
  return sql<string | null>`(${query})`
}

function select(db: Database) {
  return db
    .select({ position, ...getTableColumns(auditEvents) })
    .from(auditEvents)
    .$dynamic()
}

function matching(db: Database, { user, client, grant, types, sinceMs, untilMs }: AuditFilter): SQL | undefined {
  return and(
    user === undefined
      ? undefined
      : or(
          eq(auditEvents.userId, user),
          sql`${auditEvents.userLogin} = ${user} collate nocase`,
          inArray(
            auditEvents.userId,
            db
              .select({ id: users.id })
              .from(users)
              .where(sql`${users.login} = ${user} collate nocase`),
          ),
        ),
    client === undefined ? undefined : or(eq(auditEvents.clientId, client), sql`${auditEvents.clientName} = ${client} collate nocase`),
    grant === undefined ? undefined : eq(auditEvents.grantId, grant),
    types === undefined ? undefined : inArray(auditEvents.type, types),
    sinceMs === undefined ? undefined : gte(auditEvents.atMs, sinceMs),
    untilMs === undefined ? undefined : lt(auditEvents.atMs, untilMs),
  )
}

async function purgeAnonymous(db: Database, most: number): Promise<number> {
  const isUnowned = isNull(auditEvents.userId)
  // Counted in the index alone; which of them may go is looked at only where there are many.
  const found = await db.select({ count: count() }).from(auditEvents).where(isUnowned).get()
  if ((found?.count ?? 0) <= most) return 0
  const isAnonymous = and(isUnowned, inArray(auditEvents.type, anonymousEventTypes))
  const newestBeyond = db.select({ position }).from(auditEvents).where(isAnonymous).orderBy(desc(position)).limit(1).offset(most)
  const surplus = db
    .select({ position })
    .from(auditEvents)
    .where(and(isAnonymous, lte(position, newestBeyond), isNoOrigin(db)))
    .limit(mostPerPurge)
  const { rowsAffected } = await db.delete(auditEvents).where(inArray(position, surplus))
  return rowsAffected
}

/** All but the registration of a client with which somebody signed in: its owner must not be able to wash away where it came from. */
function isNoOrigin(db: Database): SQL | undefined {
  const other = alias(auditEvents, 'other_event')
  const ofUsers = db
    .select({ id: other.id })
    .from(other)
    .where(and(eq(other.clientId, auditEvents.clientId), isNotNull(other.userId)))
  return or(ne(auditEvents.type, 'client_registered'), notExists(ofUsers))
}
