import type { MiddlewareHandler } from 'hono'
import { readAuthorization } from '../oauth/bearer.ts'
import { hasScope, neededScope, parseTokenScopes, type ScopeCategory } from '../oauth/scopes.ts'
import { type ForgejoState, originOf } from '../state.ts'
import type { ApiEnv, ApiState } from './api-env.ts'
import { apiError, notFound } from './api-error.ts'

/** Writes down every request with its outcome. */
export function recordRequests({ journal }: Pick<ForgejoState, 'journal'>): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    await next()
    const { pathname, search } = new URL(c.req.url)
    journal.recordApiRequest({
      method: c.req.method,
      path: pathname + search,
      login: c.var.viewer?.account.login,
      status: c.res.status,
    })
  }
}

/** Finds out who asks. A token that is unknown, expired or revoked is refused everywhere, `/version` included; none at all is no mistake. */
export function identifyViewer(state: Pick<ForgejoState, 'origin' | 'tokens' | 'accounts'>): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    c.set('origin', originOf(state, c.req.raw))
    const token = readAuthorization(c.req.header('authorization'))
    if (token !== undefined) {
      const grant = state.tokens.grantOf(token)
      const account = grant === undefined ? undefined : state.accounts.byId(grant.userId)
      if (grant === undefined || account === undefined) return apiError(c, 401, 'user does not exist [uid: 0, name: ]')
      c.set('viewer', { account, scopes: parseTokenScopes(grant.scope) })
      if (state.accounts.isDisabled(account)) {
        return c.json({ message: 'This account is prohibited from signing in, please contact your site administrator.' }, 403)
      }
    }
    await next()
  }
}

export const requireToken: MiddlewareHandler<ApiEnv> = async (c, next) => {
  if (c.var.viewer === undefined) return apiError(c, 401, 'token is required')
  await next()
}

/** Asks a token for its scope in each of the categories; a request without a token has none to be limited by. */
export function requireScope(...categories: readonly ScopeCategory[]): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const needed = categories.map((category) => neededScope(c.req.method, category))
    const { viewer } = c.var
    if (viewer !== undefined && !needed.every((scope) => hasScope(viewer.scopes, scope))) {
      return apiError(c, 403, `token does not have at least one of required scope(s): [${needed.join(' ')}]`)
    }
    await next()
  }
}

/** Finds the repository that the path names; one that the viewer may not see does not exist. */
export function findRepository({ content }: Pick<ApiState, 'content'>): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const repository = content.find(c.req.param('owner') ?? '', c.req.param('repo') ?? '')
    if (repository === undefined || !content.mayRead(c.var.viewer?.account, repository)) return notFound(c)
    c.set('repository', repository)
    await next()
  }
}

export function requireWriter({ content }: Pick<ApiState, 'content'>): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    if (c.var.viewer === undefined) return apiError(c, 401, 'token is required')
    if (!content.mayWrite(c.var.viewer.account, c.var.repository))
      return apiError(c, 403, 'user should have a permission to write to a repo')
    await next()
  }
}
