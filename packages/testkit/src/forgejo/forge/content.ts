import type { Clock } from '@fjmcp-broker/shared/clock'
import type { Account } from '../accounts.ts'
import { type Author, makeCommit } from './git-objects.ts'
import type { Repository } from './repository.ts'

export interface Organization {
  readonly id: number
  readonly name: string
  readonly fullName: string
  /** Logins; all of them own it. */
  readonly members: readonly string[]
}

export interface NewRepository {
  readonly owner: string
  readonly name: string
  readonly description?: string
  readonly isPrivate?: boolean
  readonly defaultBranch?: string
  /** Texts of the first commit; without any the repository is empty. */
  readonly files?: Readonly<Record<string, string>>
  readonly author: Author
}

/** What the fake Forgejo holds besides its users. Tests may look into it and change it. */
export interface Content {
  readonly organizations: readonly Organization[]
  readonly repositories: readonly Repository[]
  find(owner: string, name: string): Repository | undefined
  /** Throws when there is no such repository: for tests, which know what they made. */
  require(owner: string, name: string): Repository
  addRepository(repository: NewRepository): Repository
  mayRead(account: Account | undefined, repository: Repository): boolean
  mayWrite(account: Account | undefined, repository: Repository): boolean
  /** Ascending, one sequence for everything that has an id. */
  nextId(): number
}

export function createContent({
  clock,
  organizations,
}: {
  readonly clock: Clock
  readonly organizations: readonly Organization[]
}): Content {
  const repositories: Repository[] = []
  let lastId = 100

  function nextId(): number {
    lastId += 1
    return lastId
  }

  function find(owner: string, name: string): Repository | undefined {
    return repositories.find((repository) => isSame(repository.owner, owner) && isSame(repository.name, name))
  }

  function mayWrite(account: Account | undefined, { owner }: Repository): boolean {
    if (account === undefined) return false
    const organization = organizations.find(({ name }) => isSame(name, owner))
    return organization === undefined ? account.login === owner : organization.members.includes(account.login)
  }

  return {
    organizations,
    repositories,
    find,
    require(owner, name) {
      const repository = find(owner, name)
      if (repository === undefined) throw new Error(`The fake Forgejo has no repository ${owner}/${name}`)
      return repository
    },
    addRepository(added) {
      const repository: Repository = {
        id: nextId(),
        owner: added.owner,
        name: added.name,
        description: added.description ?? '',
        isPrivate: added.isPrivate ?? false,
        defaultBranch: added.defaultBranch ?? 'main',
        createdAtMs: clock(),
        branches: new Map(),
        labels: [],
        issues: [],
        releases: [],
      }
      const files = Object.entries(added.files ?? {}).map(([path, text]) => [path, new TextEncoder().encode(text)] as const)
      if (files.length > 0) {
        const first = { parent: undefined, message: 'Initial commit', author: added.author, atMs: clock(), files: new Map(files) }
        repository.branches.set(repository.defaultBranch, makeCommit(first))
      }
      repositories.push(repository)
      return repository
    },
    mayRead: (account, repository) => !repository.isPrivate || mayWrite(account, repository),
    mayWrite,
    nextId,
  }
}

/** Names of users, organizations and repositories differ by more than their case. */
function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}
