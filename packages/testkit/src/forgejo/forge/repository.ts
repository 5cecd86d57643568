import type { Commit } from './git-objects.ts'

export interface Repository {
  readonly id: number
  /** A user's or an organization's name. */
  readonly owner: string
  readonly name: string
  readonly description: string
  readonly isPrivate: boolean
  readonly defaultBranch: string
  readonly createdAtMs: number
  /** Branches by name with their newest commit; none in an empty repository. */
  readonly branches: Map<string, Commit>
  readonly labels: Label[]
  readonly issues: Issue[]
  readonly releases: Release[]
}

export interface Label {
  readonly id: number
  readonly name: string
  /** Six hexadecimal digits. */
  readonly color: string
  readonly description: string
}

export interface Issue {
  readonly id: number
  readonly number: number
  readonly poster: string
  readonly createdAtMs: number
  title: string
  body: string
  state: 'open' | 'closed'
  labelIds: readonly number[]
  assignees: readonly string[]
  /** ISO 8601. */
  dueDate: string | undefined
  updatedAtMs: number
  closedAtMs: number | undefined
  readonly comments: Comment[]
}

export interface Comment {
  readonly id: number
  readonly poster: string
  readonly createdAtMs: number
  body: string
  updatedAtMs: number
}

export interface Release {
  readonly id: number
  readonly tag: string
  readonly title: string
  readonly body: string
  readonly publisher: string
  readonly createdAtMs: number
  readonly assets: Asset[]
}

/** A file of a release: held here, or a link to anywhere. */
export interface Asset {
  readonly id: number
  readonly uuid: string
  readonly name: string
  readonly createdAtMs: number
  readonly source: { readonly content: Uint8Array } | { readonly externalUrl: string }
}
