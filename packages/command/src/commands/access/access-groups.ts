import { accessLevels } from '@fjmcp-broker/shared/catalogue/access-level'
import type { AccessCall } from './ask-access.ts'
import type { Part } from './part.ts'

/** The three commands of one kind of thing: `list`, and of one of them `show` and `end`. */
export interface AccessGroup {
  readonly name: string
  readonly description: string
  /** How one of them is named. */
  readonly argument: { readonly name: string; readonly description: string }
  readonly list: { readonly description: string; readonly filters: readonly FilterOption[] }
  readonly show: { readonly description: string }
  readonly end: { readonly description: string }
  /** Loads what the commands do: only the one that is called needs it. Each returns its exit code. */
  readonly load: () => Promise<AccessActions>
}

interface AccessActions {
  readonly list: (call: AccessCall, asked: Part & Filters) => Promise<number>
  readonly show: (call: AccessCall, which: string) => Promise<number>
  readonly end: (call: AccessCall, which: string) => Promise<number>
}

/** The values of the options of all lists; each has its own ones. */
export interface Filters {
  readonly login?: string
  readonly forgejo?: string
  readonly name?: string
  readonly kind?: string
  readonly user?: string
  readonly client?: string
  readonly level?: string
}

export interface FilterOption {
  readonly flags: string
  readonly description: string
  readonly choices?: readonly string[]
}

export const users: AccessGroup = {
  name: 'users',
  description: 'who has signed in, and how to end all access of one of them',
  argument: { name: '<user>', description: 'an id or a login' },
  list: {
    description: 'list users, the newest first',
    filters: [
      { flags: '--login <part>', description: 'only those with this in their login, in any case' },
      { flags: '--forgejo <state>', description: 'only those whose sign-in at Forgejo is so', choices: ['live', 'dead', 'none'] },
    ],
  },
  show: { description: 'show a user with the grants' },
  end: { description: "end all access of a user at once, with sessions and children, and forget Forgejo's tokens" },
  load: async () => {
    const { listUsers, showUser, endUser } = await import('./users.ts')
    return {
      list: (call, { forgejo: credentialState, ...asked }) => listUsers(call, { ...asked, credentialState }),
      show: showUser,
      end: endUser,
    }
  },
}

export const clients: AccessGroup = {
  name: 'clients',
  description: 'which clients are known, and how to end all access of one of them',
  argument: { name: '<id>', description: "a client's id" },
  list: {
    description: 'list clients, the newest first',
    filters: [
      { flags: '--name <part>', description: 'only those with this in their name, in any case' },
      {
        flags: '--kind <kind>',
        description: 'only those that are known in this way',
        choices: ['registered', 'with_secret', 'document'],
      },
    ],
  },
  show: { description: 'show a client with its grants' },
  end: { description: 'end all access of a client at once, with sessions and children, and forget the client' },
  load: async () => {
    const { listClients, showClient, endClient } = await import('./clients.ts')
    return { list: listClients, show: showClient, end: endClient }
  },
}

export const grants: AccessGroup = {
  name: 'grants',
  description: 'what each user allowed each client, and how to end it',
  argument: { name: '<id>', description: "a grant's id" },
  list: {
    description: 'list grants, the newest first',
    filters: [
      { flags: '--user <user>', description: 'only those of this user, by id or whole login' },
      { flags: '--client <id>', description: 'only those of this client, by its id' },
      { flags: '--level <level>', description: 'only those with this access level', choices: accessLevels },
    ],
  },
  show: { description: 'show a grant' },
  end: { description: 'end what one user allowed one client at once, with sessions and children' },
  load: async () => {
    const { listGrants, showGrant, endGrant } = await import('./grants.ts')
    return {
      list: (call, { client: clientId, level: accessLevel, ...asked }) => listGrants(call, { ...asked, clientId, accessLevel }),
      show: showGrant,
      end: endGrant,
    }
  },
}
