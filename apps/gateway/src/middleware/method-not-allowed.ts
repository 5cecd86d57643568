import type { Handler } from 'hono'
import type { GatewayEnv } from '../hono-env.ts'
import { answerError, toStartPage } from './answer-error.ts'

/**
 * Answers what the handlers registered before it for the same path left over.
 *
 * @param allowed The methods of that path, for `Allow`.
 */
export function methodNotAllowed(...allowed: readonly string[]): Handler<GatewayEnv> {
  return (c) =>
    answerError(c, {
      status: 405,
      headers: { allow: allowed.join(', ') },
      error: 'method_not_allowed',
      page: {
        title: 'This address cannot be used that way',
        message: allowed.includes('GET')
          ? `It takes ${allowed.join(' and ')} requests only.`
          : `It takes ${allowed.join(' and ')} requests only, from an application or a button on a page. There is nothing here to open or to load again.`,
        advice: 'If you were connecting an application, go back to it and connect again from there. Otherwise close this page.',
        link: toStartPage,
      },
    })
}
