import type { MiddlewareHandler } from 'hono'

/** Forgejo's protection since v14, in place of a CSRF field. The login form is taken from anywhere. */
export const refuseCrossSitePosts: MiddlewareHandler = async (c, next) => {
  const isCrossSitePost = c.req.method === 'POST' && c.req.header('sec-fetch-site') === 'cross-site'
  if (isCrossSitePost && c.req.path !== '/user/login') return c.text('cross-origin request detected from Sec-Fetch-Site header', 403)
  await next()
}
