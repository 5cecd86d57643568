import type { JSONRPCRequest, RequestId } from '@modelcontextprotocol/sdk/types.js'
import type { ChildMessage } from './child-message.ts'

/** What a child lets be known, whoever has it. */
export type ChildEvent =
  /** With what it takes to keep it: its bytes, or more where it has many values. */
  | { readonly type: 'received'; readonly message: ChildMessage; readonly size: number }
  /** No sense can be made of the child any more, though it lives. */
  | { readonly type: 'broke'; readonly fault: ChildFault }
  /** The process is gone, all that it wrote was received before. */
  | { readonly type: 'ended'; readonly end: ChildEnd }
  | { readonly type: 'credential_died' }

/** What can happen to a session. Those with a `run` speak of that child, and mean nothing once it is not the current one. */
export type SessionEvent =
  | { readonly type: 'described'; readonly logLevel: string | undefined }
  | { readonly type: 'called'; readonly stream: string; readonly request: JSONRPCRequest }
  | { readonly type: 'cancelled'; readonly requestId: RequestId }
  | { readonly type: 'over' }
  /** The runner ends, and the session with it. */
  | { readonly type: 'runner_stopped' }
  /** Nobody is willing to wait for a child that was asked to end. */
  | { readonly type: 'hastened' }
  /** A ready child is the session's from now on. */
  | { readonly type: 'child_given' }
  /** No child will come: the program fails for everybody. */
  | { readonly type: 'child_refused'; readonly detail: string }
  /** Another session needs the place of this one's idle child. */
  | { readonly type: 'evicted' }
  | { readonly type: 'deadline_passed' }
  | (ChildEvent & { readonly run: number })

/**
 * `message_too_long`: a line beyond the limit. `output_closed`: no more answers. `input_stuck`: it reads nothing of what it is sent.
 * `memory_exceeded`: more memory than it may take. `stdout_flood`: more on its standard output than it may write
 * unasked. `stderr_flood`: more on its standard error than it may write.
 */
export const childFaults = ['message_too_long', 'output_closed', 'input_stuck', 'memory_exceeded', 'stdout_flood', 'stderr_flood'] as const

export type ChildFault = (typeof childFaults)[number]

/** How a process came to its end, or why there never was one. */
export type ChildEnd =
  | { readonly kind: 'exited'; readonly exitCode: number | null; readonly signal: string | null }
  | { readonly kind: 'not_started'; readonly cause: StartFailure }

/** `code` is the system's name for the error, such as EAGAIN. */
export type StartFailure =
  | { readonly reason: 'not_found' }
  | { readonly reason: 'not_executable' }
  | { readonly reason: 'refused'; readonly code: string }
