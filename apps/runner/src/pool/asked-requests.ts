import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/sdk/types.js'
import type { ChildMessage } from '../supervision/child-message.ts'

/** What one child was asked and has not answered. */
export interface AskedRequests {
  /** Hears of every message that the child is sent. */
  note(message: JSONRPCMessage): void
  /** Whether a message of the child is the first answer to something it was asked, be it cancelled since. */
  isAnswer(message: ChildMessage): boolean
}

/** Far more than run at once; a child need not answer what was cancelled, so that those would be kept for as long as it lives. */
const mostKept = 20_000

export function createAskedRequests(): AskedRequests {
  const asked = new Set<RequestId>()

  return {
    note(message) {
      if (!('method' in message) || !('id' in message)) return
      asked.add(message.id)
      if (asked.size <= mostKept) return
      const [oldest] = asked
      if (oldest !== undefined) asked.delete(oldest)
    },
    isAnswer: (message) => message.kind === 'response' && asked.delete(message.id),
  }
}
