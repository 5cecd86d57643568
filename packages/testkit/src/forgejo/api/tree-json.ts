import { blobSha, type Commit, filesBelow, treeSha } from '../forge/git-objects.ts'
import type { Repository } from '../forge/repository.ts'

/** A git tree as a list: one level of it, or all paths. */
export function treeJson({
  origin,
  repository,
  commit,
  isRecursive,
}: {
  readonly origin: string
  readonly repository: Repository
  readonly commit: Commit
  readonly isRecursive: boolean
}) {
  const api = `${origin}/api/v1/repos/${repository.owner}/${repository.name}/git`
  const blobs = [...commit.files].map(([path, content]) => {
    const sha = blobSha(content)
    return { path, mode: '100644', type: 'blob', size: content.length, sha, url: `${api}/blobs/${sha}` }
  })
  const trees = [...foldersOf(commit.files.keys())].map((path) => {
    const sha = treeSha(filesBelow(commit.files, path))
    return { path, mode: '040000', type: 'tree', size: 0, sha, url: `${api}/trees/${sha}` }
  })
  const entries = [...blobs, ...trees].filter(({ path }) => isRecursive || !path.includes('/'))
  const sha = treeSha(commit.files)
  return {
    sha,
    url: `${api}/trees/${sha}`,
    tree: entries.sort((one, other) => (one.path < other.path ? -1 : 1)),
    truncated: false,
    page: 1,
    total_count: entries.length,
  }
}

function foldersOf(paths: Iterable<string>): Set<string> {
  const folders = new Set<string>()
  for (const path of paths) {
    for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) folders.add(path.slice(0, slash))
  }
  return folders
}
