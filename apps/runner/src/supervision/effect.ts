import type { ChildFailure, Handshake } from '@fjmcp-broker/shared/runner/runner'
import type { JSONRPCMessage, JSONRPCNotification, JSONRPCResponse } from '@modelcontextprotocol/sdk/types.js'

/** What is to be done; whoever does it decides nothing. */
export type Effect =
  /** Starts the session's child as that run. */
  | { readonly type: 'start'; readonly run: number }
  | { readonly type: 'write'; readonly message: JSONRPCMessage }
  /** Makes the child's token worthless and closes its input, which asks it to end. */
  | { readonly type: 'close' }
  | { readonly type: 'signal'; readonly signal: 'SIGTERM' | 'SIGKILL' }
  /** Adds a message to a stream that goes on. */
  | { readonly type: 'relay'; readonly stream: string; readonly message: JSONRPCNotification; readonly size: number }
  /** Ends a stream with its response. */
  | {
      readonly type: 'answer'
      readonly stream: string
      readonly message: JSONRPCResponse
      readonly size: number
      readonly reason?: 'credential_dead' | undefined
    }
  /** Ends a stream without a response. */
  | { readonly type: 'hang_up'; readonly stream: string }
  | { readonly type: 'report_handshake'; readonly handshake: Handshake }
  | { readonly type: 'report_no_child'; readonly failure: NoChild }
  /** The child program did not come up; counted against the program, not the session. */
  | { readonly type: 'report_failed_start'; readonly detail: string }
  /** Something of the child was ignored; worth counting. */
  | { readonly type: 'note_ignored'; readonly what: Ignored }

/** Why a handshake that was asked for will not come; `session_over` where the session ended before. */
export type NoChild = ChildFailure | { readonly reason: 'session_over' }

export type Ignored = 'garbage' | 'too_early' | 'unknown_id' | 'late_answer' | 'notification' | 'unknown_progress_token'
