import { Hono } from 'hono'
import type { Asset, Release, Repository } from '../forge/repository.ts'
import type { ApiEnv, ApiState } from './api-env.ts'
import { notFound } from './api-error.ts'
import { findRepository, requireScope } from './guards.ts'
import { ownerJson } from './owner-json.ts'
import { pageOf } from './paging.ts'
import { timestamp } from './timestamp.ts'
import { type View, viewOf } from './view.ts'

/** Releases and their assets, to read. */
export function releaseRoutes(state: Pick<ApiState, 'accounts' | 'content'>): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  const guards = [requireScope('repository'), findRepository(state)] as const
  app.get('/repos/:owner/:repo/releases', ...guards, (c) =>
    c.json(pageOf(c, c.var.repository.releases).map((release) => releaseJson(viewOf(c, state), c.var.repository, release))),
  )
  app.get('/repos/:owner/:repo/releases/latest', ...guards, (c) => {
    const release = c.var.repository.releases.at(-1)
    return release === undefined ? notFound(c) : c.json(releaseJson(viewOf(c, state), c.var.repository, release))
  })
  app.get('/repos/:owner/:repo/releases/tags/:tag{.+}', ...guards, (c) => {
    const release = c.var.repository.releases.find(({ tag }) => tag === c.req.param('tag'))
    return release === undefined ? notFound(c) : c.json(releaseJson(viewOf(c, state), c.var.repository, release))
  })
  app.get('/repos/:owner/:repo/releases/:id{[0-9]+}', ...guards, (c) => {
    const release = findRelease(c.var.repository, c.req.param('id'))
    return release === undefined ? notFound(c) : c.json(releaseJson(viewOf(c, state), c.var.repository, release))
  })
  app.get('/repos/:owner/:repo/releases/:id{[0-9]+}/assets', ...guards, (c) => {
    const release = findRelease(c.var.repository, c.req.param('id'))
    if (release === undefined) return notFound(c)
    return c.json(release.assets.map((asset) => assetJson({ origin: c.var.origin, repository: c.var.repository, release, asset })))
  })
  app.get('/repos/:owner/:repo/releases/:id{[0-9]+}/assets/:asset{[0-9]+}', ...guards, (c) => {
    const { origin, repository } = c.var
    const release = findRelease(repository, c.req.param('id'))
    const asset = release?.assets.find(({ id }) => id === Number(c.req.param('asset')))
    return release === undefined || asset === undefined ? notFound(c) : c.json(assetJson({ origin, repository, release, asset }))
  })
  return app
}

function findRelease(repository: Repository, id: string): Release | undefined {
  return repository.releases.find((release) => release.id === Number(id))
}

function releaseJson(view: View, repository: Repository, release: Release) {
  const { origin } = view
  const path = `${repository.owner}/${repository.name}`
  return {
    id: release.id,
    tag_name: release.tag,
    target_commitish: repository.defaultBranch,
    name: release.title,
    body: release.body,
    url: `${origin}/api/v1/repos/${path}/releases/${release.id}`,
    html_url: `${origin}/${path}/releases/tag/${release.tag}`,
    tarball_url: `${origin}/${path}/archive/${release.tag}.tar.gz`,
    zipball_url: `${origin}/${path}/archive/${release.tag}.zip`,
    hide_archive_links: false,
    upload_url: `${origin}/api/v1/repos/${path}/releases/${release.id}/assets`,
    draft: false,
    prerelease: false,
    created_at: timestamp(release.createdAtMs),
    published_at: timestamp(release.createdAtMs),
    author: ownerJson(view, release.publisher),
    assets: release.assets.map((asset) => assetJson({ origin, repository, release, asset })),
  }
}

function assetJson({
  origin,
  repository,
  release,
  asset,
}: {
  readonly origin: string
  readonly repository: Repository
  readonly release: Release
  readonly asset: Asset
}) {
  return {
    id: asset.id,
    name: asset.name,
    size: 'content' in asset.source ? asset.source.content.length : 0,
    download_count: 0,
    created_at: timestamp(asset.createdAtMs),
    uuid: asset.uuid,
    browser_download_url:
      'externalUrl' in asset.source
        ? asset.source.externalUrl
        : `${origin}/${repository.owner}/${repository.name}/releases/download/${release.tag}/${asset.name}`,
    type: 'externalUrl' in asset.source ? 'external' : 'attachment',
  }
}
