import { blobSha, type Commit, type Files, filesBelow, treeSha } from '../forge/git-objects.ts'
import type { Repository } from '../forge/repository.ts'
import { timestamp } from './timestamp.ts'

interface Place {
  readonly origin: string
  readonly repository: Repository
  readonly ref: string
}

export function fileJson(place: Place, path: string, content: Uint8Array) {
  return { ...fileEntryJson(place, path, content), encoding: 'base64', content: content.toBase64() }
}

/** One level of a folder: its own files without their content, and its folders. */
export function folderJson(place: Place, folder: string, files: Files) {
  const below = filesBelow(files, folder)
  const names = new Set([...below.keys()].map((path) => path.split('/')[0] ?? ''))
  return [...names].sort().map((name) => {
    const path = folder === '' ? name : `${folder}/${name}`
    const content = below.get(name)
    if (content !== undefined) return fileEntryJson(place, path, content)
    return entryJson(place, path, { type: 'dir', sha: treeSha(filesBelow(below, name)), size: 0, downloadUrl: null })
  })
}

export function commitJson({ origin, repository }: Omit<Place, 'ref'>, commit: Commit) {
  const api = `${origin}/api/v1/repos/${repository.owner}/${repository.name}/git`
  const person = { name: commit.author.name, email: commit.author.email, date: timestamp(commit.atMs) }
  return {
    url: `${api}/commits/${commit.sha}`,
    sha: commit.sha,
    created: timestamp(commit.atMs),
    html_url: `${origin}/${repository.owner}/${repository.name}/commit/${commit.sha}`,
    author: person,
    committer: person,
    parents: commit.parent === undefined ? [] : [{ url: `${api}/commits/${commit.parent}`, sha: commit.parent, created: timestamp(0) }],
    message: commit.message,
    tree: { url: `${api}/trees/${treeSha(commit.files)}`, sha: treeSha(commit.files), created: timestamp(commit.atMs) },
  }
}

function fileEntryJson(place: Place, path: string, content: Uint8Array) {
  const { origin, repository, ref } = place
  const downloadUrl = `${origin}/${repository.owner}/${repository.name}/raw/branch/${encodeURI(`${ref}/${path}`)}`
  return entryJson(place, path, { type: 'file', sha: blobSha(content), size: content.length, downloadUrl })
}

interface Entry {
  readonly type: 'file' | 'dir'
  readonly sha: string
  readonly size: number
  readonly downloadUrl: string | null
}

function entryJson({ origin, repository, ref }: Place, path: string, { type, sha, size, downloadUrl }: Entry) {
  const home = `${repository.owner}/${repository.name}`
  const api = `${origin}/api/v1/repos/${home}`
  const self = `${api}/contents/${encodeURI(path)}?ref=${encodeURIComponent(ref)}`
  const git = `${api}/git/${type === 'file' ? 'blobs' : 'trees'}/${sha}`
  const page = `${origin}/${home}/src/branch/${encodeURI(`${ref}/${path}`)}`
  return {
    name: path.split('/').at(-1) ?? '',
    path,
    sha,
    last_commit_sha: repository.branches.get(ref)?.sha ?? '',
    type,
    size,
    encoding: null,
    content: null,
    target: null,
    url: self,
    html_url: page,
    git_url: git,
    download_url: downloadUrl,
    submodule_git_url: null,
    _links: { self, git, html: page },
  }
}
