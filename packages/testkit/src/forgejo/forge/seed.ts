import type { Clock } from '@fjmcp-broker/shared/clock'
import type { Account } from '../accounts.ts'
import type { Content, Organization } from './content.ts'
import type { Release, Repository } from './repository.ts'

export const defaultOrganizations: readonly Organization[] = [{ id: 50, name: 'workshop', fullName: 'The Workshop', members: ['alice'] }]

/** Gives every user a private repository `notes` and a public one `garden`; their texts name their owner, so that a mix-up shows. */
export function seedContent({
  content,
  accounts,
  clock,
}: {
  readonly content: Content
  readonly accounts: readonly Account[]
  readonly clock: Clock
}): void {
  for (const account of accounts) {
    const author = { name: account.fullName, email: account.email }
    const notes = content.addRepository({
      owner: account.login,
      name: 'notes',
      description: `Private notes of ${account.login}`,
      isPrivate: true,
      files: {
        'README.md': `# Notes\n\nThis is the private notebook of ${account.login}.\n`,
        'ideas/first.md': `The first idea of ${account.login}.\n`,
      },
      author,
    })
    const garden = content.addRepository({
      owner: account.login,
      name: 'garden',
      description: `Public garden of ${account.login}`,
      files: { 'README.md': `# Garden\n\nThis is the public garden of ${account.login}.\n` },
      author,
    })
    for (const repository of [notes, garden]) seedIssue({ content, repository, account, clock })
    garden.releases.push(makeRelease({ content, account, clock }))
  }
}

interface Seeding {
  readonly content: Content
  readonly account: Account
  readonly clock: Clock
}

function seedIssue({ content, repository, account, clock }: Seeding & { readonly repository: Repository }): void {
  const label = { id: content.nextId(), name: 'bug', color: 'ee0701', description: 'Something is not working' }
  repository.labels.push(label)
  repository.issues.push({
    id: content.nextId(),
    number: 1,
    poster: account.login,
    createdAtMs: clock(),
    title: `Water the plants of ${account.login}`,
    body: `An issue in ${repository.name} of ${account.login}.`,
    state: 'open',
    labelIds: [label.id],
    assignees: [],
    dueDate: undefined,
    updatedAtMs: clock(),
    closedAtMs: undefined,
    comments: [],
  })
}

/** One asset on Forgejo's own origin, one elsewhere. */
function makeRelease({ content, account, clock }: Seeding): Release {
  const ownId = content.nextId()
  const foreignId = content.nextId()
  return {
    id: content.nextId(),
    tag: 'v1.0.0',
    title: 'First harvest',
    body: `The first release of ${account.login}.`,
    publisher: account.login,
    createdAtMs: clock(),
    assets: [
      {
        id: ownId,
        uuid: uuidFrom(ownId),
        name: 'seeds.txt',
        createdAtMs: clock(),
        source: { content: new TextEncoder().encode(`Seeds of ${account.login}\n`) },
      },
      {
        id: foreignId,
        uuid: uuidFrom(foreignId),
        name: 'catalogue.txt',
        createdAtMs: clock(),
        source: { externalUrl: 'https://downloads.example.net/catalogue.txt' },
      },
    ],
  }
}

function uuidFrom(id: number): string {
  return `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`
}
