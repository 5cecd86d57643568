import { and, desc, eq, isNotNull, isNull, ne, sql, type SQL } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import type { AccessListing, ClientKind, ListedUser } from '../access-listing.ts'
import type { Database } from './connection.ts'
import { equals, follows, toListing } from './listing-page.ts'
import { livingAccessTokens, livingRefreshTokens } from './living-tokens.ts'
import { accessTokens, clients, credentials, grants, refreshTokens, sessions, users } from './schema.ts'

export function createAccessListing(db: Database): AccessListing {
  return {
    async users({ login, credentialState }, page) {
      const rows = await selectUsers()
        .where(and(contains(users.login, login), hasCredential(credentialState), follows(users.id, page)))
        .orderBy(desc(users.id))
        .limit(page.limit + 1)
      return toListing(rows, page)
    },
    async findUsers(idOrLogin) {
      const byId = await selectUsers().where(eq(users.id, idOrLogin))
      if (byId.length > 0) return byId
      return selectUsers()
        .where(sql`lower(${users.login}) = lower(${idOrLogin})`)
        .orderBy(desc(users.id))
    },
    async clients({ name, kind }, page) {
      const rows = await selectClients()
        .where(and(contains(clients.name, name), isOfKind(kind), follows(clients.id, page)))
        .orderBy(desc(clients.id))
        .limit(page.limit + 1)
      return toListing(rows, page)
    },
    findClient: (id) => selectClients().where(eq(clients.id, id)).get(),
    async grants({ userId, clientId, accessLevel }, { nowMs, ...page }) {
      const rows = await selectGrants(nowMs)
        .where(
          and(
            equals(grants.userId, userId),
            equals(grants.clientId, clientId),
            equals(grants.accessLevel, accessLevel),
            follows(grants.id, page),
          ),
        )
        .orderBy(desc(grants.id))
        .limit(page.limit + 1)
      return toListing(rows, page)
    },
    findGrant: (id, nowMs) => selectGrants(nowMs).where(eq(grants.id, id)).get(),
  }

  function selectUsers() {
    return db
      .select({
        id: users.id,
        sub: users.sub,
        login: users.login,
        createdAtMs: users.createdAtMs,
        updatedAtMs: users.updatedAtMs,
        credentialState: sql<ListedUser['credentialState']>`coalesce(${credentials.state}, 'none')`,
        credentialUpdatedAtMs: credentials.updatedAtMs,
        forgejoScopes: credentials.forgejoScopes,
        ...tallyOf(eq(grants.userId, users.id)),
      })
      .from(users)
      .leftJoin(credentials, eq(credentials.userId, users.id))
      .$dynamic()
  }

  function selectClients() {
    return db
      .select({
        id: clients.id,
        name: clients.name,
        kind: sql<ClientKind>`case
          when ${clients.documentExpiresAtMs} is not null then 'document'
          when ${clients.authMethod} <> 'none' then 'with_secret'
          else 'registered' end`,
        redirectUris: clients.redirectUris,
        createdAtMs: clients.createdAtMs,
        ...tallyOf(eq(grants.clientId, clients.id)),
      })
      .from(clients)
      .$dynamic()
  }

  function selectGrants(nowMs: number) {
    const access = db.$count(accessTokens, livingAccessTokens(eq(accessTokens.grantId, grants.id), nowMs))
    const refresh = db.$count(refreshTokens, livingRefreshTokens(eq(refreshTokens.grantId, grants.id), nowMs))
    return db
      .select({
        id: grants.id,
        userId: grants.userId,
        userLogin: users.login,
        clientId: grants.clientId,
        clientName: clients.name,
        accessLevel: grants.accessLevel,
        createdAtMs: grants.createdAtMs,
        updatedAtMs: grants.updatedAtMs,
        sessions: db.$count(sessions, eq(sessions.grantId, grants.id)),
        tokens: sql<number>`${access} + ${refresh}`,
        lastUsedAtMs: lastUse(sql`= ${grants.id}`),
      })
      .from(grants)
      .innerJoin(users, eq(users.id, grants.userId))
      .innerJoin(clients, eq(clients.id, grants.clientId))
      .$dynamic()
  }

  /** What hangs on all the grants of a row. */
  function tallyOf(whose: SQL) {
    const ids = sql`in ${db.select({ id: grants.id }).from(grants).where(whose)}`
    return {
      grants: db.$count(grants, whose),
      sessions: db.$count(sessions, sql`${sessions.grantId} ${ids}`),
      lastUsedAtMs: lastUse(ids),
    }
  }

  /** The last use of what belongs to these grants; null where none is known. */
  function lastUse(ids: SQL): SQL<number | null> {
    const ofSession = sql`(select max(${sessions.lastUsedAtMs}) from ${sessions} where ${sessions.grantId} ${ids})`
    const ofToken = sql`(select max(${refreshTokens.usedAtMs}) from ${refreshTokens} where ${refreshTokens.grantId} ${ids})`
    return sql<number | null>`nullif(max(coalesce(${ofSession}, 0), coalesce(${ofToken}, 0)), 0)`
  }
}

function contains(column: SQLiteColumn, part: string | undefined): SQL | undefined {
  return part === undefined ? undefined : sql`instr(lower(${column}), lower(${part})) > 0`
}

function hasCredential(state: ListedUser['credentialState'] | undefined): SQL | undefined {
  if (state === undefined) return undefined
  return state === 'none' ? isNull(credentials.state) : eq(credentials.state, state)
}

function isOfKind(kind: ClientKind | undefined): SQL | undefined {
  switch (kind) {
    case undefined:
      return undefined
    case 'document':
      return isNotNull(clients.documentExpiresAtMs)
    case 'with_secret':
      return and(isNull(clients.documentExpiresAtMs), ne(clients.authMethod, 'none'))
    case 'registered':
      return and(isNull(clients.documentExpiresAtMs), eq(clients.authMethod, 'none'))
  }
}
