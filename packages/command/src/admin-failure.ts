import { errorCode } from '@fjmcp-broker/shared/error-code'
import { brokerVersion } from '@fjmcp-broker/shared/version'
import { z } from 'zod'
import { printable } from './printable.ts'
import type { Failure } from './reply.ts'

/** Why a broker gave no answer of use; `reason` and `message` are fit for a command's reply. */
export interface AdminFailure extends Failure {
  /** Where it is `refused`, `reason` is the broker's own, such as `unknown_user`; else `reason` is the same. */
  readonly kind: Unreached | 'no_answer' | 'other_version' | 'refused'
  /** The system's name for what went wrong, or the HTTP status. */
  readonly code: string
}

type Unreached = 'no_socket' | 'nobody_listens' | 'not_permitted'

const refusalSchema = z.object({ error: z.object({ reason: z.string(), message: z.string().transform(printable) }) })

/** Explains an error met while asking at this socket. */
export function explainThrown(error: unknown, socketPath: string): AdminFailure {
  const code = errorCode(error) ?? (error instanceof Error ? error.name : 'unknown')
  const kind = unreached[code]
  if (kind === 'not_permitted') {
    const message = `The socket ${socketPath} may not be opened (${code}). Run this as the user that runs the broker, or in its container: podman exec fjmcp-broker fjmcp-broker`
    return { kind, reason: kind, code, message }
  }
  const question = 'Is it running, and is FJMCP_BROKER_ADMIN_SOCKET the one it was started with?'
  const message = `The broker does not answer at ${socketPath}${kind === undefined ? ` (${code})` : ''}. ${question}`
  return { kind: kind ?? 'no_answer', reason: kind ?? 'no_answer', code, message }
}

const unreached: Readonly<Record<string, Unreached | undefined>> = {
  ENOENT: 'no_socket',
  ECONNREFUSED: 'nobody_listens',
  EACCES: 'not_permitted',
  EPERM: 'not_permitted',
}

/** Explains an answer that says no, by its HTTP status and what its body says. */
export function explainRefusal({
  status,
  body,
  version,
}: {
  readonly status: number
  readonly body: unknown
  /** What the answer said of the broker's version. */
  readonly version: string | undefined
}): AdminFailure {
  const refusal = refusalSchema.safeParse(body)
  if (!refusal.success || refusal.data.error.reason === 'unknown_question') return explainUnreadable(version, `HTTP ${status}`)
  return { kind: 'refused', ...refusal.data.error, code: `HTTP ${status}` }
}

/** Explains an answer that is not what this version of the command reads. */
export function explainUnreadable(version: string | undefined, code = 'unreadable'): AdminFailure {
  if (version === brokerVersion) {
    return { kind: 'no_answer', reason: 'no_answer', code, message: `The broker's answer cannot be read (${code}). Its log may say why.` }
  }
  const theirs = version === undefined ? 'another version' : `version ${printable(version)}`
  const message = `The running broker is ${theirs}, and this command is ${brokerVersion}: restart the broker, or use the command of its version.`
  return { kind: 'other_version', reason: 'other_version', code, message }
}
