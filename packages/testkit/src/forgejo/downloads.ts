import { type Context, Hono } from 'hono'
import type { Asset } from './forge/repository.ts'
import { readAuthorization } from './oauth/bearer.ts'
import type { ForgejoState } from './state.ts'

type State = Pick<ForgejoState, 'content' | 'tokens' | 'accounts'>

/** Files of releases outside of the API, by either of their addresses; an API token opens those of private repositories. */
export function downloadRoutes(state: State): Hono {
  const app = new Hono()
  app.get('/:owner/:repo/releases/download/:tag/:name', (c) => {
    const { tag, name } = c.req.param()
    return send(c, state, ({ release, asset }) => release === tag && asset.name === name)
  })
  app.get('/attachments/:uuid', (c) => send(c, state, ({ asset }) => asset.uuid === c.req.param('uuid')))
  return app
}

interface Candidate {
  readonly release: string
  readonly asset: Asset
}

function send(c: Context, { content, tokens, accounts }: State, isWanted: (candidate: Candidate) => boolean): Response {
  const token = readAuthorization(c.req.header('authorization'))
  const grant = token === undefined ? undefined : tokens.grantOf(token)
  const account = grant === undefined ? undefined : accounts.byId(grant.userId)
  const { owner, repo } = c.req.param() as Readonly<Record<string, string>>
  const candidates = content.repositories
    .filter((repository) => owner === undefined || (repository.owner === owner && repository.name === repo))
    .filter((repository) => content.mayRead(account, repository))
    .flatMap(({ releases }) => releases.flatMap((release) => release.assets.map((asset) => ({ release: release.tag, asset }))))
  const asset = candidates.find(isWanted)?.asset
  if (asset === undefined || !('content' in asset.source)) return c.text('Not Found', 404)
  return c.body(Uint8Array.from(asset.source.content), 200, {
    'content-type': 'text/plain; charset=utf-8',
    'content-disposition': `attachment; filename="${asset.name}"`,
  })
}
