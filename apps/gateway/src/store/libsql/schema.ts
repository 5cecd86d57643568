import { accessLevels } from '@fjmcp-broker/shared/catalogue/access-level'
import { sql } from 'drizzle-orm'
import { type AnySQLiteColumn, check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { auditEventTypes } from '../../domain/audit/audit-event.ts'
import { clientAuthMethods } from '../../domain/oauth/client/client-auth-method.ts'

// Columns ending in `_hash`, and `hash` itself, hold SHA-256 in base64url; those beginning with `sealed_` what `sealing.ts` made;
// those ending in `_at_ms` and `_until_ms` milliseconds since the Unix epoch.

/**
 * What the broker itself knows: which Forgejo it belongs to, which key seals, which version Forgejo has; how many migrations a broker has
 * to know to use this database and from which version on they do, and which version migrated it last. Every version reads the last three.
 */
export const facts = sqliteTable('facts', {
  name: text('name', {
    enum: [
      'forgejo_origin',
      'oauth_client_id',
      'sealing_key_id',
      'forgejo_version',
      'schema_needs_migrations',
      'schema_needs_version',
      'migrated_by',
    ],
  }).primaryKey(),
  value: text('value').notNull(),
})

export const users = sqliteTable('users', {
  id: text('id').primaryKey(),
  sub: text('sub').notNull().unique(),
  login: text('login').notNull(),
  createdAtMs: integer('created_at_ms').notNull(),
  updatedAtMs: integer('updated_at_ms').notNull(),
})

export const credentials = sqliteTable(
  'credentials',
  {
    userId: text('user_id')
      .primaryKey()
      .references(() => users.id, { onDelete: 'cascade' }),
    generation: integer('generation').notNull(),
    sealedAccessToken: text('sealed_access_token').notNull(),
    sealedRefreshToken: text('sealed_refresh_token').notNull(),
    accessExpiresAtMs: integer('access_expires_at_ms').notNull(),
    state: text('state', { enum: ['live', 'dead'] }).notNull(),
    leaseHolder: text('lease_holder'),
    leaseUntilMs: integer('lease_until_ms'),
    /** What Forgejo said that these tokens may do, separated by spaces; null where it was not asked. */
    forgejoScopes: text('forgejo_scopes'),
    updatedAtMs: integer('updated_at_ms').notNull(),
  },
  (table) => [
    check('credentials_state', sql`${table.state} in ('live', 'dead')`),
    check('credentials_generation', sql`${table.generation} >= 1`),
    check('credentials_lease', sql`(${table.leaseHolder} is null) = (${table.leaseUntilMs} is null)`),
  ],
)

export const clients = sqliteTable(
  'clients',
  {
    id: text('id').primaryKey(),
    name: text('name').notNull(),
    redirectUris: text('redirect_uris', { mode: 'json' }).$type<readonly string[]>().notNull(),
    authMethod: text('auth_method', { enum: clientAuthMethods }).notNull().default('none'),
    secretHash: text('secret_hash'),
    /** Of a client whose id is the URL of its metadata document: until when the copy here is good. */
    documentExpiresAtMs: integer('document_expires_at_ms'),
    createdAtMs: integer('created_at_ms').notNull(),
  },
  (table) => [index('clients_created_at_ms').on(table.createdAtMs)],
)

export const signIns = sqliteTable(
  'sign_ins',
  {
    id: text('id').primaryKey(),
    browserHash: text('browser_hash').notNull(),
    csrfHash: text('csrf_hash').notNull(),
    clientId: text('client_id')
      .notNull()
      .references(() => clients.id, { onDelete: 'cascade' }),
    redirectUri: text('redirect_uri').notNull(),
    clientState: text('client_state'),
    codeChallenge: text('code_challenge').notNull(),
    resource: text('resource').notNull(),
    requestedLevel: text('requested_level', { enum: accessLevels }).notNull(),
    /** The consent: these three are set together, once. */
    grantedLevel: text('granted_level', { enum: accessLevels }),
    upstreamStateHash: text('upstream_state_hash').unique(),
    sealedUpstreamCodeVerifier: text('sealed_upstream_code_verifier'),
    expiresAtMs: integer('expires_at_ms').notNull(),
  },
  (table) => [
    index('sign_ins_expires_at_ms').on(table.expiresAtMs),
    index('sign_ins_client_id').on(table.clientId),
    check('sign_ins_requested_level', isAccessLevel(table.requestedLevel)),
    check('sign_ins_granted_level', sql`${table.grantedLevel} is null or ${isAccessLevel(table.grantedLevel)}`),
    check(
      'sign_ins_consent',
      sql`(${table.grantedLevel} is null) = (${table.upstreamStateHash} is null) and (${table.grantedLevel} is null) = (${table.sealedUpstreamCodeVerifier} is null)`,
    ),
  ],
)

export const grants = sqliteTable(
  'grants',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    clientId: text('client_id')
      .notNull()
      .references(() => clients.id, { onDelete: 'cascade' }),
    accessLevel: text('access_level', { enum: accessLevels }).notNull(),
    resource: text('resource').notNull(),
    createdAtMs: integer('created_at_ms').notNull(),
    updatedAtMs: integer('updated_at_ms').notNull(),
  },
  (table) => [
    uniqueIndex('grants_user_id_client_id').on(table.userId, table.clientId),
    index('grants_client_id').on(table.clientId),
    check('grants_access_level', isAccessLevel(table.accessLevel)),
  ],
)

export const authorizationCodes = sqliteTable(
  'authorization_codes',
  {
    hash: text('hash').primaryKey(),
    grantId: grantReference(),
    clientId: text('client_id').notNull(),
    redirectUri: text('redirect_uri').notNull(),
    codeChallenge: text('code_challenge').notNull(),
    resource: text('resource').notNull(),
    accessLevel: text('access_level', { enum: accessLevels }).notNull(),
    /** The refresh token that it was exchanged for; its presence says that the code is used. */
    successorHash: text('successor_hash'),
    usedAtMs: integer('used_at_ms'),
    /** The family that came of it. */
    familyId: text('family_id'),
    expiresAtMs: integer('expires_at_ms').notNull(),
  },
  (table) => [
    index('authorization_codes_grant_id').on(table.grantId),
    index('authorization_codes_expires_at_ms').on(table.expiresAtMs),
    check('authorization_codes_access_level', isAccessLevel(table.accessLevel)),
  ],
)

export const refreshTokens = sqliteTable(
  'refresh_tokens',
  {
    hash: text('hash').primaryKey(),
    grantId: grantReference(),
    /** Shared by all tokens that descend from one consent. */
    familyId: text('family_id').notNull(),
    resource: text('resource').notNull(),
    accessLevel: text('access_level', { enum: accessLevels }).notNull(),
    successorHash: text('successor_hash'),
    usedAtMs: integer('used_at_ms'),
    /** The pair that it was exchanged for, sealed under this very token, for as long as the grace lasts. */
    sealedSuccessors: text('sealed_successors'),
    sealedSuccessorsExpireAtMs: integer('sealed_successors_expire_at_ms'),
    expiresAtMs: integer('expires_at_ms').notNull(),
  },
  (table) => [
    index('refresh_tokens_grant_id').on(table.grantId),
    index('refresh_tokens_family_id').on(table.familyId),
    index('refresh_tokens_sealed_successors_expire_at_ms').on(table.sealedSuccessorsExpireAtMs),
    index('refresh_tokens_expires_at_ms').on(table.expiresAtMs),
    check('refresh_tokens_access_level', isAccessLevel(table.accessLevel)),
  ],
)

export const accessTokens = sqliteTable(
  'access_tokens',
  {
    hash: text('hash').primaryKey(),
    grantId: grantReference(),
    familyId: text('family_id').notNull(),
    resource: text('resource').notNull(),
    accessLevel: text('access_level', { enum: accessLevels }).notNull(),
    expiresAtMs: integer('expires_at_ms').notNull(),
  },
  (table) => [
    index('access_tokens_grant_id').on(table.grantId),
    index('access_tokens_family_id').on(table.familyId),
    index('access_tokens_expires_at_ms').on(table.expiresAtMs),
    check('access_tokens_access_level', isAccessLevel(table.accessLevel)),
  ],
)

export const sessions = sqliteTable(
  'sessions',
  {
    id: text('id').primaryKey(),
    hash: text('hash').notNull().unique(),
    grantId: grantReference(),
    /** Copies of what the grant says for ever, so that every request finds its session without a join. */
    userId: text('user_id').notNull(),
    clientId: text('client_id').notNull(),
    protocolVersion: text('protocol_version').notNull(),
    logLevel: text('log_level'),
    createdAtMs: integer('created_at_ms').notNull(),
    lastUsedAtMs: integer('last_used_at_ms').notNull(),
  },
  (table) => [
    index('sessions_grant_id').on(table.grantId),
    // The one used longest ago is looked for, of a user or of all.
    index('sessions_user_id_last_used_at_ms').on(table.userId, table.lastUsedAtMs),
    index('sessions_last_used_at_ms').on(table.lastUsedAtMs),
  ],
)

/**
 * Who did what to whose access. A trigger keeps the rows as they were written; only their age takes them away. Names are copies: what they
 * name may be gone.
 */
export const auditEvents = sqliteTable(
  'audit_events',
  {
    id: text('id').primaryKey(),
    atMs: integer('at_ms').notNull(),
    type: text('type', { enum: auditEventTypes }).notNull(),
    userId: text('user_id'),
    userLogin: text('user_login'),
    clientId: text('client_id'),
    clientName: text('client_name'),
    grantId: text('grant_id'),
    /** Where the request came from, as far as it can be known. */
    address: text('address'),
    details: text('details', { mode: 'json' }).$type<Readonly<Record<string, unknown>>>(),
  },
  (table) => [
    index('audit_events_at_ms').on(table.atMs),
    index('audit_events_user_id').on(table.userId),
    index('audit_events_client_id').on(table.clientId),
  ],
)

/** What dies with its grant. */
function grantReference() {
  return text('grant_id')
    .notNull()
    .references(() => grants.id, { onDelete: 'cascade' })
}

function isAccessLevel(column: AnySQLiteColumn) {
  return sql`${column} in (${sql.raw(accessLevels.map((level) => `'${level}'`).join(', '))})`
}
