import type { Handler } from 'hono'
import type { GatewayEnv } from '../hono-env.ts'
import { answerError } from './answer-error.ts'

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
        message: `It takes ${allowed.join(' and ')} requests only.`,
        advice: 'Go back to your application and start again from there.',
      },
    })
}
