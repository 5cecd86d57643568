import { RunnerUnavailable } from '@fjmcp-broker/shared/runner/runner'
import type { ErrorHandler, NotFoundHandler } from 'hono'
import type { GatewayDependencies } from '../dependencies.ts'
import { describeFailure } from '../describe-failure.ts'
import type { GatewayEnv } from '../hono-env.ts'
import { StoreFailure } from '../store/store.ts'
import { answerError, toStartPage } from './answer-error.ts'

/**
 * Answers whatever no flow expected: the log gets the reason, the wire a code. What a busy disk or a restarting runner caused may be tried
 * again. A request that broke off is the fault of whoever sent it, and anybody may send one.
 */
export function catchAll({ log }: Pick<GatewayDependencies, 'log'>): ErrorHandler<GatewayEnv> {
  return (error, c) => {
    if (c.req.raw.signal.aborted) {
      log.info('request_broken_off', { method: c.req.method, route: c.req.path })
      return c.body(null, 400)
    }
    const passes = error instanceof StoreFailure || error instanceof RunnerUnavailable
    log.error('request_failed', { method: c.req.method, route: c.req.path, ...describeFailure(error) })
    return passes ? answerError(c, unavailable) : answerError(c, broken)
  }
}

export const notFound: NotFoundHandler<GatewayEnv> = (c) =>
  answerError(c, {
    status: 404,
    error: 'not_found',
    page: {
      title: 'There is nothing here',
      message: 'No page or service has this address.',
      advice: 'Check the address. The start page names the one for your application.',
      link: toStartPage,
    },
  })

const unavailable = {
  status: 503,
  error: 'temporarily_unavailable',
  headers: { 'retry-after': '5' },
  page: {
    title: 'Not available at the moment',
    message: 'The server cannot do this right now. Nothing was changed.',
    advice: 'Try again in a moment. If it stays like this, tell the operator, whose log says why.',
  },
} as const

const broken = {
  status: 500,
  error: 'server_error',
  page: {
    title: 'Something went wrong here',
    message: 'The server could not answer this request. The fault is not yours.',
    advice: 'Try again from your application. If it happens again, tell the operator, whose log says why.',
  },
} as const
