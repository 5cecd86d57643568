import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { Hono } from 'hono'
import { z } from 'zod'
import { blobSha, type Commit, type Files, makeCommit } from '../forge/git-objects.ts'
import type { ApiContext, ApiEnv, ApiState } from './api-env.ts'
import { apiError } from './api-error.ts'
import { commitJson, fileJson } from './contents-json.ts'
import { findRepository, requireScope, requireWriter } from './guards.ts'
import { readBody } from './read-body.ts'

const commitOptions = { message: z.string().default(''), branch: z.string().default(''), new_branch: z.string().default('') }
const base64 = z.base64('must be base64')
const newFile = z.object({ ...commitOptions, content: base64 })
const changedFile = z.object({ ...commitOptions, content: base64, sha: z.string().min(1, 'Required') })
const deletedFile = z.object({ ...commitOptions, sha: z.string().min(1, 'Required') })

type CommitOptions = Readonly<Record<keyof typeof commitOptions, string>>
type State = Pick<ApiState, 'content' | 'clock'>

/** Creating, changing and deleting single files, each with a commit. */
export function changeFilesRoutes(state: State): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  const path = '/repos/:owner/:repo/contents/:path{.+}' as const
  const guards = [requireScope('repository'), findRepository(state), requireWriter(state)] as const
  app.post(path, ...guards, async (c) => {
    const body = await readBody(c, newFile)
    if (!body.ok) return body.error
    const name = c.req.param('path')
    return change({
      c,
      state,
      options: body.value,
      path: name,
      verb: 'Add',
      apply: (files) => {
        if (files.has(name)) return err([422, `repository file already exists [path: ${name}]`])
        return ok(new Map(files).set(name, Uint8Array.fromBase64(body.value.content)))
      },
    })
  })
  app.put(path, ...guards, async (c) => {
    const body = await readBody(c, changedFile)
    if (!body.ok) return body.error
    const name = c.req.param('path')
    return change({
      c,
      state,
      options: body.value,
      path: name,
      verb: 'Update',
      apply: (files) => {
        const checked = checkSha({ files, path: name, sha: body.value.sha })
        return checked.ok ? ok(new Map(files).set(name, Uint8Array.fromBase64(body.value.content))) : checked
      },
    })
  })
  app.delete(path, ...guards, async (c) => {
    const body = await readBody(c, deletedFile)
    if (!body.ok) return body.error
    const name = c.req.param('path')
    return change({
      c,
      state,
      options: body.value,
      path: name,
      verb: 'Delete',
      apply: (files) => {
        const checked = checkSha({ files, path: name, sha: body.value.sha })
        return checked.ok ? ok(new Map([...files].filter(([other]) => other !== name))) : checked
      },
    })
  })
  return app
}

type Refusal = readonly [status: 404 | 409 | 422, message: string]

interface Change {
  readonly c: ApiContext
  readonly state: State
  readonly options: CommitOptions
  readonly path: string
  readonly verb: 'Add' | 'Update' | 'Delete'
  readonly apply: (files: Files) => Result<Files, Refusal>
}

function change({ c, state, options, path, verb, apply }: Change): Response {
  const { repository, origin } = c.var
  const branch = options.branch === '' ? repository.defaultBranch : options.branch
  const parent = repository.branches.get(branch)
  // An empty repository gets its first branch with its first file.
  if (parent === undefined && repository.branches.size > 0) return apiError(c, 404, `branch does not exist [name: ${branch}]`)
  if (options.new_branch !== '' && repository.branches.has(options.new_branch))
    return apiError(c, 409, `branch already exists [name: ${options.new_branch}]`)
  const files = apply(parent?.files ?? new Map())
  if (!files.ok) return apiError(c, ...files.error)
  const message = options.message === '' ? `${verb} ${path}` : options.message
  const commit = commitAs({ c, state, parent, message, files: files.value })
  const target = options.new_branch === '' ? branch : options.new_branch
  repository.branches.set(target, commit)
  const content = files.value.get(path)
  return c.json(
    {
      content: content === undefined ? null : fileJson({ origin, repository, ref: target }, path, content),
      commit: commitJson({ origin, repository }, commit),
      verification: { verified: false, reason: 'gpg.error.not_signed_commit', signature: '', signer: null, payload: '' },
    },
    verb === 'Add' ? 201 : 200,
  )
}

function commitAs({
  c,
  state,
  parent,
  message,
  files,
}: Pick<Change, 'c' | 'state'> & { readonly parent: Commit | undefined; readonly message: string; readonly files: Files }): Commit {
  const account = c.var.viewer?.account
  const author = { name: account?.fullName ?? '', email: account?.email ?? '' }
  return makeCommit({ parent: parent?.sha, message, author, atMs: state.clock(), files })
}

function checkSha({ files, path, sha }: { readonly files: Files; readonly path: string; readonly sha: string }): Result<true, Refusal> {
  const content = files.get(path)
  if (content === undefined) return err([404, `repository file does not exist [path: ${path}]`])
  const actual = blobSha(content)
  return actual === sha ? ok(true) : err([422, `sha does not match [given: ${sha}, expected: ${actual}]`])
}
