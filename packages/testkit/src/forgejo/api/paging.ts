import type { ApiContext } from './api-env.ts'

/** The largest page that Forgejo gives by default. */
export const maxResponseItems = 50

/** The page that `page` and `limit` ask for, with Forgejo's headers for the total and the next page. */
export function pageOf<Item>(c: ApiContext, items: readonly Item[]): readonly Item[] {
  const page = Math.max(1, Number(c.req.query('page')) || 1)
  const limit = Math.min(maxResponseItems, Number(c.req.query('limit')) || 30)
  c.header('X-Total-Count', String(items.length))
  if (page * limit < items.length) {
    const next = new URL(c.req.url)
    next.searchParams.set('page', String(page + 1))
    c.header('Link', `<${c.var.origin}${next.pathname}${next.search}>; rel="next"`)
  }
  return items.slice((page - 1) * limit, page * limit)
}
