import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { createMiddleware } from 'hono/factory'
import { limitKey } from '../domain/limits/limit-key.ts'
import type { GatewayEnv } from '../hono-env.ts'
import { maxFormBytes } from '../memory/rate-limits.ts'
import { answerError } from './answer-error.ts'
import type { Limiting } from './limit-address.ts'
import { answerTooManyRequests } from './too-many-requests.ts'

type TooLarge = (c: Context<GatewayEnv>) => Response | Promise<Response>

/** Bounds a body to 64 KB, whether its length was announced or not, and what all that are being read take together. */
export function formLimit({ limits, addressOf }: Limiting, tooLarge: TooLarge) {
  const limit = bodyLimit({ maxSize: maxFormBytes, onError: tooLarge })
  return createMiddleware<GatewayEnv>(async (c, next) => {
    using account = limits.formBodies.open(limitKey(addressOf(c)))
    const refused = account.take(mostBytesOf(c))
    if (refused === undefined) return await limit(c, next)
    return refused.reason === 'too_much_of_sender' ? answerTooManyRequests(c, 5) : answerError(c, busy)
  })
}

function mostBytesOf(c: Context<GatewayEnv>): number {
  const declaredBytes = Number(c.req.header('content-length') ?? maxFormBytes)
  return declaredBytes >= 0 && declaredBytes < maxFormBytes ? declaredBytes : maxFormBytes
}

const busy = {
  status: 503,
  error: 'temporarily_unavailable',
  headers: { 'retry-after': '5' },
  page: {
    title: 'Too much at once',
    message: 'The server is receiving too much at the moment. Nothing was changed.',
    advice: 'Try again in a moment. If it stays like this, tell the operator, whose log says why.',
  },
} as const
