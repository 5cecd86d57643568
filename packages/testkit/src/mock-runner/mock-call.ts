import type { SessionDescription } from '@fjmcp-broker/shared/runner/runner'
import type { JSONRPCNotification, JSONRPCRequest } from '@modelcontextprotocol/sdk/types.js'

/** One request that reached a session's child. */
export interface MockCall {
  readonly session: SessionDescription
  readonly stream: string
  readonly message: JSONRPCRequest
  /** Sends a notification on the call's stream, ahead of the answer. */
  readonly emit: (notification: JSONRPCNotification) => void
  /** Aborted when the call is cancelled, or its session ends; what is answered after that reaches nobody. */
  readonly cancelled: AbortSignal
}

/** What the child answers; the mock adds the request's id. */
export type MockAnswer = { readonly reason?: 'credential_dead' } & (
  | { readonly result: Record<string, unknown> }
  | { readonly error: { readonly code: number; readonly message: string } }
)

/** Answers a request. What it throws becomes a JSON-RPC error with code -32603, as with forgejo-mcp. */
export type MockHandler = (call: MockCall) => Promise<MockAnswer>

/** A call that waits until the test lets it go on to the handler. */
export interface HeldCall {
  /** Resolves when the call has arrived. */
  readonly arrived: Promise<MockCall>
  release(): void
}

/** The answer to a call that met a Forgejo credential that is dead. */
export const credentialDead: MockAnswer = {
  error: { code: -32603, message: 'The Forgejo sign-in of this user has ended.' },
  reason: 'credential_dead',
}
