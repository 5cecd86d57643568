import { errorCode } from './error-code.ts'

/**
 * Why nobody can be listened to. `in_use`: somebody else listens there, and `not_now`: something is missing at the moment, both of which may be
 * over soon. `detail` is for the operator.
 */
export interface ListenFailure {
  readonly reason: 'in_use' | 'not_now' | 'cannot_listen'
  readonly detail: string
}

/** An address that the machine has not got yet; descriptors, space or memory used up by somebody; a name server that does not answer. */
const passing: ReadonlySet<string | undefined> = new Set([
  'EADDRNOTAVAIL',
  'EMFILE',
  'ENFILE',
  'ENOSPC',
  'EDQUOT',
  'ENOBUFS',
  'ENOMEM',
  'EAI_AGAIN',
])

/**
 * Puts what the system answered into words.
 *
 * @param where What was to be listened on, as the operator knows it.
 */
export function explainListenFailure(where: string, error: unknown): ListenFailure {
  const code = errorCode(error)
  if (code === 'EADDRINUSE') return { reason: 'in_use', detail: `cannot listen on ${where}: another program listens there` }
  return { reason: classifyRefusal(error), detail: `cannot listen on ${where}: ${code ?? String(error)}` }
}

/** Whether what the system refused, for something that listening needs, may be had soon. */
export function classifyRefusal(error: unknown): Exclude<ListenFailure['reason'], 'in_use'> {
  return passing.has(errorCode(error)) ? 'not_now' : 'cannot_listen'
}

/** Whether another start is worth trying with nothing changed. */
export function mayListenSoon({ reason }: ListenFailure): boolean {
  return reason !== 'cannot_listen'
}
