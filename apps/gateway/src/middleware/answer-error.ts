import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { GatewayEnv } from '../hono-env.ts'
import { type ErrorModel, errorPage } from '../views/error-page.ts'

/** For the page of an error after which there is nothing else to go to. */
export const toStartPage = { href: '/', text: 'To the start page of this server' }

/** An error in both its forms: `error` for programs, `page` for people; the page's message serves as description. */
export interface ErrorAnswer {
  readonly status: ContentfulStatusCode
  readonly error: string
  readonly page: ErrorModel
  readonly headers?: Readonly<Record<string, string>>
}

/** Answers with a page where browsers come, and with JSON where programs come: which is which, the path says. */
export function answerError(c: Context<GatewayEnv>, answer: ErrorAnswer): Response | Promise<Response> {
  const { status, error, page, headers } = answer
  if (isForPrograms(c.req.path))
    return c.json({ error, error_description: page.message }, status, { ...headers, 'cache-control': 'no-store' })
  return answerPage(c, answer)
}

/** Answers with the page. */
export async function answerPage(c: Context<GatewayEnv>, { status, page, headers }: Omit<ErrorAnswer, 'error'>): Promise<Response> {
  return c.html(await errorPage(page), status, headers)
}

function isForPrograms(path: string): boolean {
  return /^\/(?:\.well-known|mcp|healthz|oauth\/(?:token|register|revoke))(?:\/|$)/.test(path)
}
