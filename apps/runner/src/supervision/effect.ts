import type { JSONRPCMessage, JSONRPCNotification, JSONRPCResponse } from '@modelcontextprotocol/sdk/types.js'

/** What is to be done to a child, whoever has it. */
export type ChildEffect =
  | { readonly type: 'write'; readonly message: JSONRPCMessage }
  /** Makes the child's token worthless and closes its input, which asks it to end. */
  | { readonly type: 'close' }
  | { readonly type: 'signal'; readonly signal: 'SIGTERM' | 'SIGKILL' }

/** What is to be done; whoever does it decides nothing. */
export type Effect =
  | ChildEffect
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
  /** The child answered for the first time. */
  | { readonly type: 'note_proof' }
  /** The child failed before it had answered anything, and no call is to blame for that. */
  | { readonly type: 'note_loss'; readonly detail: string }
  /** Something of the child was ignored; worth counting. */
  | { readonly type: 'note_ignored'; readonly what: Ignored }

export type Ignored = 'garbage' | 'unknown_id' | 'late_answer' | 'notification' | 'unknown_progress_token'
