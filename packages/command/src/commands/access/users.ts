import { z } from 'zod'
import { endSchema, grantSchema, nextSchema, userSchema } from './access-schema.ts'
import { type AccessCall, askAccess, withQuery } from './ask-access.ts'
import {
  describeCredential,
  describeEnd,
  describeFields,
  describeMoment,
  describeRows,
  grantColumns,
  userColumns,
} from './describe-access.ts'
import { type Part, sayNone } from './part.ts'

interface UsersAsked extends Part {
  readonly login?: string | undefined
  readonly credentialState?: string | undefined
}

/** Lists users, the newest first. */
export function listUsers(call: AccessCall, asked: UsersAsked): Promise<number> {
  return askAccess(call, {
    path: withQuery('/users', { ...asked }),
    schema: z.object({ users: z.array(userSchema), next: nextSchema }),
    describe: ({ users, next }) =>
      describeRows({
        rows: users,
        columns: userColumns,
        next,
        none: sayNone(asked, { none: 'Nobody has signed in yet.', noneFits: 'No user fits.' }),
      }),
  })
}

/** Shows one user with the grants. */
export function showUser(call: AccessCall, user: string): Promise<number> {
  return askAccess(call, {
    path: `/users/${encodeURIComponent(user)}`,
    schema: z.object({ user: userSchema, grants: z.array(grantSchema), hasMoreGrants: z.boolean() }),
    describe: ({ user, grants, hasMoreGrants }) => [
      ...describeFields({
        login: user.login,
        id: user.id,
        'Forgejo id': user.sub,
        'at Forgejo': `${describeCredential(user)}, renewed ${describeMoment(user.credentialUpdatedAtMs)}`,
        'Forgejo scopes': user.forgejoScopes ?? 'not asked',
        'known since': describeMoment(user.createdAtMs),
        'last sign-in': describeMoment(user.updatedAtMs),
        'last used': describeMoment(user.lastUsedAtMs),
        sessions: String(user.sessions),
      }),
      '',
      ...describeRows({ rows: grants, columns: grantColumns, none: 'No grants.' }),
      ...(hasMoreGrants ? ['', `There are more: fjmcp-broker grants list --user ${user.id}`] : []),
    ],
  })
}

/** Ends all access of one user. */
export function endUser(call: AccessCall, user: string): Promise<number> {
  return askAccess(call, {
    method: 'DELETE',
    path: `/users/${encodeURIComponent(user)}`,
    schema: z.object({ user: userSchema, ended: endSchema }),
    describe: ({ user: { login, id }, ended }) => [
      ...describeEnd(`user ${login} (${id})`, ended),
      "Forgejo's tokens are forgotten here. At Forgejo the access itself stays: only the user can revoke it, under Settings > Applications.",
      'Whoever can sign in at Forgejo as this user can sign in here again.',
    ],
  })
}
