import { z } from 'zod'
import { clientSchema, endSchema, grantSchema, nextSchema } from './access-schema.ts'
import { type AccessCall, askAccess, withQuery } from './ask-access.ts'
import { clientColumns, describeEnd, describeFields, describeKind, describeMoment, describeRows, grantColumns } from './describe-access.ts'
import { type Part, sayNone } from './part.ts'

interface ClientsAsked extends Part {
  readonly name?: string | undefined
  readonly kind?: string | undefined
}

/** Lists clients, the newest first. */
export function listClients(call: AccessCall, asked: ClientsAsked): Promise<number> {
  return askAccess(call, {
    path: withQuery('/clients', { ...asked }),
    schema: z.object({ clients: z.array(clientSchema), next: nextSchema }),
    describe: ({ clients, next }) =>
      describeRows({
        rows: clients,
        columns: clientColumns,
        next,
        none: sayNone(asked, { none: 'No client has registered yet.', noneFits: 'No client fits.' }),
      }),
  })
}

/** Shows one client with its grants. */
export function showClient(call: AccessCall, id: string): Promise<number> {
  return askAccess(call, {
    path: `/clients/${encodeURIComponent(id)}`,
    schema: z.object({ client: clientSchema, grants: z.array(grantSchema), hasMoreGrants: z.boolean() }),
    describe: ({ client, grants, hasMoreGrants }) => [
      ...describeFields({
        name: client.name,
        id: client.id,
        kind: describeKind(client),
        'redirects to': client.redirectUris.join(' '),
        'known since': describeMoment(client.createdAtMs),
        'last used': describeMoment(client.lastUsedAtMs),
        sessions: String(client.sessions),
      }),
      '',
      ...describeRows({ rows: grants, columns: grantColumns, none: 'No grants.' }),
      ...(hasMoreGrants ? ['', `There are more: fjmcp-broker grants list --client ${client.id}`] : []),
    ],
  })
}

/** Ends all access of one client, and the client. */
export function endClient(call: AccessCall, id: string): Promise<number> {
  return askAccess(call, {
    method: 'DELETE',
    path: `/clients/${encodeURIComponent(id)}`,
    schema: z.object({ client: clientSchema, ended: endSchema }),
    describe: ({ client, ended }) => [
      ...describeEnd(`client ${client.name} (${client.id})`, ended),
      client.kind === 'document'
        ? 'It is known again by its document as soon as somebody signs in with it, without the old access.'
        : 'It has to register anew, and each user has to agree anew.',
    ],
  })
}
