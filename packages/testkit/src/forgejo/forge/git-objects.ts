import { createHash } from 'node:crypto'

/** The files of a commit by path. */
export type Files = ReadonlyMap<string, Uint8Array>

export interface Author {
  readonly name: string
  readonly email: string
}

export interface Commit {
  readonly sha: string
  readonly parent: string | undefined
  readonly message: string
  readonly author: Author
  readonly atMs: number
  readonly files: Files
}

export function makeCommit(commit: Omit<Commit, 'sha'>): Commit {
  const text = [treeSha(commit.files), commit.parent, commit.author.email, commit.atMs, commit.message].join('\n')
  return { ...commit, sha: hashObject('commit', new TextEncoder().encode(text)) }
}

/** What `git hash-object` says. */
export function blobSha(content: Uint8Array): string {
  return hashObject('blob', content)
}

/** Unlike git's own, made of a plain listing: it names the content and nothing else. */
export function treeSha(files: Files): string {
  const listing = [...files].map(([path, content]) => `${path} ${blobSha(content)}`).sort()
  return hashObject('tree', new TextEncoder().encode(listing.join('\n')))
}

/** The files below a folder, by their path from there; the root is the empty path. */
export function filesBelow(files: Files, folder: string): Files {
  const prefix = folder === '' ? '' : `${folder}/`
  const below = [...files].filter(([path]) => path.startsWith(prefix))
  return new Map(below.map(([path, content]) => [path.slice(prefix.length), content]))
}

function hashObject(kind: string, content: Uint8Array): string {
  return createHash('sha1').update(`${kind} ${content.length}\0`).update(content).digest('hex')
}
