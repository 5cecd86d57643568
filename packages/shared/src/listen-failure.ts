import { errorCode } from './error-code.ts'

/** Why nobody can be listened to. `in_use`: somebody else listens there, which may be over soon. `detail` is for the operator. */
export interface ListenFailure {
  readonly reason: 'in_use' | 'cannot_listen'
  readonly detail: string
}

/**
 * Puts what the system answered into words.
 *
 * @param where What was to be listened on, as the operator knows it.
 */
export function explainListenFailure(where: string, error: unknown): ListenFailure {
  const code = errorCode(error)
  const reason = code === 'EADDRINUSE' ? 'in_use' : 'cannot_listen'
  const why = reason === 'in_use' ? 'another program listens there' : (code ?? String(error))
  return { reason, detail: `cannot listen on ${where}: ${why}` }
}
