import { Hono } from 'hono'
import type { Commit } from '../forge/git-objects.ts'
import type { Repository } from '../forge/repository.ts'
import type { ApiContext, ApiEnv, ApiState } from './api-env.ts'
import { notFound } from './api-error.ts'
import { fileJson, folderJson } from './contents-json.ts'
import { findRepository, requireScope } from './guards.ts'
import { treeJson } from './tree-json.ts'

/** Reading files, folders and trees. */
export function contentsRoutes(state: Pick<ApiState, 'content'>): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  const guards = [requireScope('repository'), findRepository(state)] as const
  app.get('/repos/:owner/:repo/contents', ...guards, (c) => showContents(c, ''))
  app.get('/repos/:owner/:repo/contents/:path{.*}', ...guards, (c) => showContents(c, c.req.param('path')))
  for (const kind of ['raw', 'media'] as const) {
    app.get(`/repos/:owner/:repo/${kind}/:path{.+}`, ...guards, (c) => {
      const content = findCommit(c.var.repository, c.req.query('ref'))?.files.get(c.req.param('path') ?? '')
      return content === undefined ? notFound(c) : c.body(Uint8Array.from(content), 200, { 'content-type': 'text/plain; charset=utf-8' })
    })
  }
  app.get('/repos/:owner/:repo/git/trees/:ref', ...guards, (c) => {
    const { repository, origin } = c.var
    const commit = findCommit(repository, c.req.param('ref'))
    if (commit === undefined) return notFound(c)
    return c.json(treeJson({ origin, repository, commit, isRecursive: ['1', 'true'].includes(c.req.query('recursive') ?? '') }))
  })
  return app
}

function showContents(c: ApiContext, path: string): Response {
  const { repository, origin } = c.var
  const ref = c.req.query('ref') || repository.defaultBranch
  const files = findCommit(repository, ref)?.files
  if (files === undefined) return notFound(c)
  const trimmed = path.replace(/^\/+|\/+$/g, '')
  const content = files.get(trimmed)
  if (content !== undefined) return c.json(fileJson({ origin, repository, ref }, trimmed, content))
  const folder = folderJson({ origin, repository, ref }, trimmed, files)
  return folder.length === 0 && trimmed !== '' ? notFound(c) : c.json(folder)
}

/** A branch's newest commit, or that with this sha as long as it is the newest of a branch. */
function findCommit(repository: Repository, ref: string | undefined): Commit | undefined {
  if (ref === undefined || ref === '') return repository.branches.get(repository.defaultBranch)
  return repository.branches.get(ref) ?? [...repository.branches.values()].find(({ sha }) => sha === ref)
}
