import { describeError } from '@fjmcp-broker/shared/describe-error'
import { RunnerUnavailable } from '@fjmcp-broker/shared/runner/runner'
import type { Log } from '@fjmcp-broker/shared/log'
import type { RequestId } from '@modelcontextprotocol/sdk/types.js'
import { bearerChallenge } from '../../domain/mcp/bearer.ts'
import { type ErrorReply, errorCodes, errorReply } from '../../domain/mcp/json-rpc.ts'
import type { OpeningRejection } from '../../flows/mcp/open-session.ts'
import type { RequestRefusal } from '../../flows/mcp/judge-request.ts'
import type { BudgetRejection } from '../../memory/body-budget.ts'
import { StoreFailure } from '../../store/store.ts'
import { jsonResponse } from './respond.ts'

/** How a refusal looks: a JSON-RPC error, and the HTTP status and headers it has when it is the whole answer. */
export interface WireRefusal {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly error: ErrorReply['error']
}

/** The answer to a message that was refused. */
export function refuse(id: RequestId | null, { status, headers, error }: WireRefusal): Response {
  return jsonResponse(errorReply(id, error), { status, ...(headers && { headers }) })
}

export function methodNotAllowed(message: string): Response {
  return refuse(null, { status: 405, headers: { allow: 'GET, POST, DELETE, OPTIONS' }, error: { code: errorCodes.refused, message } })
}

export function badRequest(message: string, code: number = errorCodes.refused): WireRefusal {
  return { status: 400, error: { code, message } }
}

/** For one that ended, never was or is somebody else's: no difference shows. */
export const unknownSession: WireRefusal = {
  status: 404,
  error: { code: errorCodes.sessionNotFound, message: 'There is no such session (any more): begin a new one with initialize.' },
}

/** Turns what the flows refuse into what the client reads. Errors that are no matter of HTTP are JSON-RPC errors with status 200. */
export function requestRefusal(refusal: RequestRefusal, publicUrl: string): WireRefusal {
  switch (refusal.reason) {
    case 'unknown_method':
      return { status: 200, error: { code: errorCodes.methodNotFound, message: `This server has no method ${shown(refusal.method)}.` } }
    case 'invalid_params':
      return { status: 200, error: { code: errorCodes.invalidParams, message: `The parameters are wrong: ${refusal.detail}.` } }
    case 'forbidden_argument':
      return {
        status: 200,
        error: {
          code: errorCodes.invalidParams,
          message: `The argument ${shown(refusal.argument)} is not allowed here: it would read a file of the server. Send the content itself.`,
        },
      }
    case 'unsafe_argument':
      return {
        status: 200,
        error: {
          code: errorCodes.invalidParams,
          message: `The argument ${shown(refusal.argument)} may hold none of the characters / \\ ? # %.`,
        },
      }
    case 'insufficient_level':
      return {
        status: 403,
        headers: { 'www-authenticate': bearerChallenge(publicUrl, { reason: 'insufficient_scope', needed: refusal.needed }) },
        error: {
          code: errorCodes.refused,
          message: `This needs the access level "${refusal.needed}", which was not granted. Sign in again and allow it.`,
        },
      }
    case 'too_many_calls':
      return {
        status: 429,
        headers: { 'retry-after': '1' },
        error: {
          code: errorCodes.refused,
          message: `This session has ${refusal.limit} calls under way, which is the limit. Wait for one of them and try again.`,
        },
      }
    case 'too_many_calls_of_user':
      return {
        status: 429,
        headers: { 'retry-after': '1' },
        error: {
          code: errorCodes.refused,
          message: `You have ${refusal.limit} calls under way in all your sessions, which is the limit. Wait for one of them and try again.`,
        },
      }
    case 'queue_full':
      return {
        status: 503,
        headers: { 'retry-after': String(refusal.retryAfterSeconds) },
        error: { code: errorCodes.refused, message: 'The broker is full: too many calls wait already. Nothing was done; try again later.' },
      }
    case 'circuit_open':
      return {
        status: 503,
        headers: { 'retry-after': String(refusal.retryAfterSeconds) },
        error: {
          code: errorCodes.internalError,
          message: `forgejo-mcp cannot answer: ${refusal.detail} Nothing was done; try again later.`,
        },
      }
    case 'child_unavailable':
      return { status: 200, error: { code: errorCodes.internalError, message: `forgejo-mcp cannot answer: ${refusal.detail}` } }
    case 'session_ended':
      return unknownSession
    case 'unknown_session':
      return unavailable('The session could not be continued. Try again.')
  }
}

/** The answer to a request whose own answer could not be kept until its client reads it. */
export function unreadAnswers({ reason }: BudgetRejection): WireRefusal {
  const ofSender = reason === 'too_much_of_sender'
  const message = ofSender
    ? 'You have too many large answers that your clients have not read yet. Nothing was done: read those, and try again.'
    : 'The broker has too many large answers that were not read yet. Nothing was done; try again in a moment.'
  return { status: ofSender ? 429 : 503, headers: { 'retry-after': '5' }, error: { code: errorCodes.refused, message } }
}

/** The answer to a GET that is not read on. */
export function resumedTooOften(seconds: number): WireRefusal {
  const message = 'This stream was resumed too often. Nothing is lost: try again later.'
  return { status: 429, headers: { 'retry-after': String(seconds) }, error: { code: errorCodes.refused, message } }
}

/** Why no session begins: where no child can say what it offers, a later try may find one. */
export function openingRefusal(refusal: OpeningRejection): WireRefusal {
  switch (refusal.reason) {
    case 'child_unavailable':
      return unavailable(`forgejo-mcp cannot answer: ${refusal.detail}`, openingRetrySeconds)
    case 'access_ended':
      return unknownSession
  }
}

/**
 * The answer where something failed that should not: 503 where trying again may help. Whether a call took effect is not known then, so
 * nothing here repeats it.
 */
export function failureRefusal(error: unknown, log: Log): WireRefusal {
  if (error instanceof RunnerUnavailable) {
    log.warn('runner_unavailable_met', { detail: error.message })
    return unavailable(
      'The part of the broker that runs forgejo-mcp is out of reach. If this was a change, look whether it took effect before you try again.',
    )
  }
  if (error instanceof StoreFailure) {
    log.error('store_failure_met', { detail: error.message })
    return unavailable('The broker cannot use its database at the moment. Nothing was done; try again later.')
  }
  log.error('mcp_request_failed', describeError(error))
  return { status: 500, error: { code: errorCodes.internalError, message: 'The broker failed at this request; its log says why.' } }
}

function unavailable(message: string, retrySeconds = 2): WireRefusal {
  return { status: 503, headers: { 'retry-after': String(retrySeconds) }, error: { code: errorCodes.internalError, message } }
}

/** A child that could not be started is tried again about then. */
const openingRetrySeconds = 5

/** What a client sent, fit to be shown back: short and quoted. */
function shown(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}
