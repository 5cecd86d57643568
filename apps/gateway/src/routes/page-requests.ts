import { createMiddleware } from 'hono/factory'
import { isOwnForm } from '../domain/oauth/authorize/form-origin.ts'
import type { GatewayEnv } from '../hono-env.ts'
import { answerPage } from '../middleware/answer-error.ts'
import { signInProblem } from './sign-in-problems.ts'

// Both stand before the limits: a web page can have each of its visitors ask as often as it likes, and would use up what there is for the
// visitor's whole network. Nor is anything logged.

/** Lets through what a browser opens as a page of its own, and what does not say what it is for, as older browsers do. */
export const opensPage = createMiddleware<GatewayEnv>(async (c, next) => {
  if ((c.req.header('sec-fetch-dest') ?? 'document') !== 'document') return answerPage(c, signInProblem({ reason: 'not_opened_as_page' }))
  await next()
})

/** Lets through a form that one of our own pages sent, as far as the browser tells. */
export function sentByOwnPage({ publicUrl }: { readonly publicUrl: string }) {
  return createMiddleware<GatewayEnv>(async (c, next) => {
    const headers = { origin: c.req.header('origin'), fetchSite: c.req.header('sec-fetch-site') }
    if (!isOwnForm(headers, publicUrl)) return answerPage(c, signInProblem({ reason: 'foreign_form' }))
    await next()
  })
}
