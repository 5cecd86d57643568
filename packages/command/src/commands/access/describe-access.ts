import { printable } from '../../printable.ts'
import { tabulate } from '../../tabulate.ts'
import type { AccessClient, AccessEnd, AccessGrant, AccessUser } from './access-schema.ts'

/** The lines of a listing, under the names of its columns. Names and URLs come from strangers. */
export function describeRows<Row>({
  rows,
  columns,
  next = null,
  none,
}: {
  readonly rows: readonly Row[]
  readonly columns: Readonly<Record<string, (row: Row) => string>>
  /** Where it goes on. */
  readonly next?: string | null
  /** What is said where there are none. */
  readonly none: string
}): readonly string[] {
  if (rows.length === 0) return [none]
  const lines = tabulate([Object.keys(columns), ...rows.map((row) => Object.values(columns).map((cell) => printable(cell(row))))])
  return next === null ? lines : [...lines, '', `There are more: add --after ${printable(next)}`]
}

/** The lines of one thing, its fields one under the other. */
export function describeFields(fields: Readonly<Record<string, string>>): readonly string[] {
  return tabulate(Object.entries(fields).map(([name, value]) => [name, printable(value)]))
}

export const userColumns: Readonly<Record<string, (user: AccessUser) => string>> = {
  login: ({ login }) => login,
  id: ({ id }) => id,
  'at Forgejo': describeCredential,
  grants: ({ grants }) => String(grants),
  sessions: ({ sessions }) => String(sessions),
  'last sign-in': ({ updatedAtMs }) => describeMoment(updatedAtMs),
  'last used': ({ lastUsedAtMs }) => describeMoment(lastUsedAtMs),
}

export const clientColumns: Readonly<Record<string, (client: AccessClient) => string>> = {
  name: ({ name }) => name,
  id: ({ id }) => id,
  kind: describeKind,
  grants: ({ grants }) => String(grants),
  sessions: ({ sessions }) => String(sessions),
  'known since': ({ createdAtMs }) => describeMoment(createdAtMs),
  'last used': ({ lastUsedAtMs }) => describeMoment(lastUsedAtMs),
}

export const grantColumns: Readonly<Record<string, (grant: AccessGrant) => string>> = {
  user: ({ userLogin }) => userLogin,
  client: ({ clientName }) => clientName,
  id: ({ id }) => id,
  level: ({ accessLevel }) => accessLevel,
  tokens: ({ tokens }) => String(tokens),
  sessions: ({ sessions }) => String(sessions),
  since: ({ createdAtMs }) => describeMoment(createdAtMs),
  'last used': ({ lastUsedAtMs }) => describeMoment(lastUsedAtMs),
}

/** What the state of a user's sign-in at Forgejo means. */
export function describeCredential({ credentialState }: AccessUser): string {
  return { live: 'signed in', dead: 'sign-in ended', none: 'never' }[credentialState]
}

export function describeKind({ kind }: AccessClient): string {
  return { registered: 'registered', with_secret: 'with secret', document: 'document' }[kind]
}

/** To the second; a dash where nothing is known. */
export function describeMoment(atMs: number | null): string {
  return atMs === null ? '-' : new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z')
}

/** What was ended, in one line after what it is called, and what is still to come. */
export function describeEnd(what: string, { grants, tokens, sessions, signIns, childrenEnded }: AccessEnd): readonly string[] {
  const parts = [
    counted(grants, 'grant'),
    counted(tokens, 'token'),
    counted(sessions, 'session'),
    ...(signIns === undefined || signIns === 0 ? [] : [`${counted(signIns, 'sign-in')} on the way`]),
  ]
  return [
    `Ended ${printable(what)}: ${parts.join(', ')}.`,
    ...(childrenEnded
      ? []
      : [
          'The runner was not reached. It ends the children as soon as it is; the log says session_end_told_late. Restart the broker if it does not.',
        ]),
  ]
}

function counted(count: number, name: string): string {
  return `${count} ${name}${count === 1 ? '' : 's'}`
}
