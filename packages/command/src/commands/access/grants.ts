import { z } from 'zod'
import { endSchema, grantSchema, nextSchema } from './access-schema.ts'
import { type AccessCall, askAccess, withQuery } from './ask-access.ts'
import { describeEnd, describeFields, describeMoment, describeRows, grantColumns } from './describe-access.ts'
import { type Part, sayNone } from './part.ts'

interface GrantsAsked extends Part {
  /** By id or login. */
  readonly user?: string | undefined
  readonly clientId?: string | undefined
  readonly accessLevel?: string | undefined
}

/** Lists grants, the newest first. */
export function listGrants(call: AccessCall, asked: GrantsAsked): Promise<number> {
  return askAccess(call, {
    path: withQuery('/grants', { ...asked }),
    schema: z.object({ grants: z.array(grantSchema), next: nextSchema }),
    describe: ({ grants, next }) =>
      describeRows({
        rows: grants,
        columns: grantColumns,
        next,
        none: sayNone(asked, { none: 'Nobody has allowed a client anything yet.', noneFits: 'No grant fits.' }),
      }),
  })
}

/** Shows one grant. */
export function showGrant(call: AccessCall, id: string): Promise<number> {
  return askAccess(call, {
    path: `/grants/${encodeURIComponent(id)}`,
    schema: z.object({ grant: grantSchema }),
    describe: ({ grant }) =>
      describeFields({
        id: grant.id,
        user: `${grant.userLogin} (${grant.userId})`,
        client: `${grant.clientName} (${grant.clientId})`,
        level: grant.accessLevel,
        tokens: String(grant.tokens),
        sessions: String(grant.sessions),
        since: describeMoment(grant.createdAtMs),
        'last consent': describeMoment(grant.updatedAtMs),
        'last used': describeMoment(grant.lastUsedAtMs),
      }),
  })
}

/** Ends one grant. */
export function endGrant(call: AccessCall, id: string): Promise<number> {
  return askAccess(call, {
    method: 'DELETE',
    path: `/grants/${encodeURIComponent(id)}`,
    schema: z.object({ grant: grantSchema, ended: endSchema }),
    describe: ({ grant, ended }) => describeEnd(`grant ${grant.id} of ${grant.userLogin} for ${grant.clientName}`, ended),
  })
}
