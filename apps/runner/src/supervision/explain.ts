import type { ListMethod } from '@fjmcp-broker/shared/runner/runner'
import type { ChildEnd, ChildFault, StartFailure } from './event.ts'
import { plainWords } from './plain-words.ts'

/** What clients and operators read when something fails. No path, no secret. */

/** Ended by its client, by somebody else, or because there were too many. */
export const sessionEnded = 'The session was ended while this call ran; whether it took effect is not known. Begin a new one.'

export function explainQueueTimeout(queueMs: number): string {
  return `No forgejo-mcp process became free for this call within ${queueMs / 1000} seconds; it did not run. Try again in a moment.`
}

/** @param detail Why the last child failed. */
export function explainOpenCircuit(detail: string): string {
  return `forgejo-mcp fails for everybody, so the broker starts none for a while; the call did not run. ${detail}`
}

export const callTimedOut =
  'forgejo-mcp did not answer in time; the call was cancelled and may or may not have taken effect. Try again, or ask for less.'

export const runnerStopped =
  'The broker is being stopped and could not wait for forgejo-mcp any longer; the call may or may not have taken effect. Try again in a moment.'

export const refusedHandshake = 'forgejo-mcp refused to start a session.'

export function explainStartTimeout(timeoutMs: number): string {
  return `forgejo-mcp did not become ready within ${timeoutMs / 1000} seconds.`
}

export function explainUntoldList(method: ListMethod): string {
  return `forgejo-mcp did not say what it offers (${method}), or more than FJMCP_BROKER_MAX_MESSAGE_BYTES of it.`
}

export function explainProtocolVersion(version: string): string {
  return `forgejo-mcp speaks a version of MCP that the broker does not know (${plainWords(version.slice(0, 40)) ?? 'none'}).`
}

/** Why a start failed. */
export function explainFailedStart(end: ChildEnd): string {
  if (end.kind === 'not_started') return explainStartFailure(end.cause)
  return `forgejo-mcp ended before it was ready (${exitText(end)}).`
}

export function explainStartFailure(cause: StartFailure): string {
  switch (cause.reason) {
    case 'not_found':
      return 'The forgejo-mcp program was not found. The operator names it in FJMCP_BROKER_FORGEJO_MCP.'
    case 'not_executable':
      return 'The forgejo-mcp program may not be executed, or is no program.'
    case 'refused':
      return `The forgejo-mcp program could not be started (${cause.code}).`
  }
}

/** Why a child that nobody had yet is lost. */
export function explainEarlyEnd(end: ChildEnd): string {
  return end.kind === 'not_started' ? explainStartFailure(end.cause) : `forgejo-mcp ended before it had anything to do (${exitText(end)}).`
}

/** Why a child is lost that a session had, before it had answered anything. */
export function explainFruitlessEnd(end: ChildEnd): string {
  return end.kind === 'not_started'
    ? explainStartFailure(end.cause)
    : `forgejo-mcp ended before it had answered anything (${exitText(end)}).`
}

/** Why a child had to be given up that had not answered anything. */
export function explainFruitlessFault(fault: ChildFault): string {
  switch (fault) {
    case 'message_too_long':
      return 'forgejo-mcp wrote a longer line than the broker reads.'
    case 'output_closed':
      return 'forgejo-mcp closed its output.'
    case 'input_stuck':
      return 'forgejo-mcp does not read its input.'
    case 'memory_exceeded':
      return 'forgejo-mcp takes more memory than FJMCP_BROKER_CHILD_MEMORY_MIB lets it have.'
    case 'stdout_flood':
      return 'forgejo-mcp says more that nobody asked for than FJMCP_BROKER_CHILD_STDOUT_KIB_PER_SECOND lets it.'
    case 'stderr_flood':
      return 'forgejo-mcp writes more to its log than FJMCP_BROKER_CHILD_STDERR_KIB_PER_SECOND lets it.'
  }
}

/** What the clients are told whose calls the child was working on when it ended. */
export function explainExit(end: ChildEnd): string {
  const how = end.kind === 'exited' ? exitText(end) : 'not started'
  return `forgejo-mcp ended while it worked on this call (${how}); the call may or may not have taken effect. Try again.`
}

/** What the clients are told whose calls the child was working on when it had to be given up. */
export function explainFault(fault: ChildFault): string {
  switch (fault) {
    case 'message_too_long':
      return 'forgejo-mcp answered with more than the broker passes on; this call or another one of the session asked for too much. Ask for less.'
    case 'output_closed':
      return 'forgejo-mcp stopped answering; the call may or may not have taken effect. Try again.'
    case 'input_stuck':
      return 'forgejo-mcp stopped reading its input; the call may or may not have taken effect. Try again.'
    case 'memory_exceeded':
      return 'forgejo-mcp took more memory than the broker lets it have; this call or another one of the session may or may not have taken effect. Ask for less.'
    case 'stdout_flood':
      return 'forgejo-mcp said more that nobody asked for than the broker lets it; the call may or may not have taken effect. Try again.'
    case 'stderr_flood':
      return 'forgejo-mcp wrote more to its log than the broker lets it; the call may or may not have taken effect. Try again.'
  }
}

function exitText({ exitCode, signal }: { readonly exitCode: number | null; readonly signal: string | null }): string {
  return signal === null ? `exit code ${exitCode ?? 'unknown'}` : `signal ${signal}`
}
