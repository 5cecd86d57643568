import type { Context } from 'hono'
import type { GatewayEnv } from '../hono-env.ts'
import { answerError } from './answer-error.ts'

/**
 * Answers a request above a limit. Programs read `temporarily_unavailable`, after which clients keep their tokens and try again.
 *
 * @param seconds Whole seconds until it is worth trying again.
 * @see RFC 6585 §4
 */
export function answerTooManyRequests(c: Context<GatewayEnv>, seconds: number): Response | Promise<Response> {
  return answerError(c, {
    status: 429,
    headers: { 'retry-after': String(seconds) },
    error: 'temporarily_unavailable',
    page: {
      title: 'Too many requests',
      message: 'More requests came from your network address than are taken in a minute. Nothing was lost and nothing was changed.',
      advice: `Wait ${seconds === 1 ? 'a second' : `${seconds} seconds`}, then load this page again and go on. If you see it often, tell the operator of this server: many people may share your address, and the limit can be raised.`,
    },
  })
}
