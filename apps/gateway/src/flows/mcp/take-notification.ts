import type { Runner } from '@fjmcp-broker/shared/runner/runner'
import { CancelledNotificationSchema, type JSONRPCNotification } from '@modelcontextprotocol/sdk/types.js'
import type { Session } from '../../store/session-store.ts'
import { sessionKey } from '../../memory/session-descriptions.ts'

/**
 * Takes a client's notification. Only a cancellation concerns the child; it asks clients nothing, so the others say nothing to it.
 * Nobody waits for an answer, so one that makes no sense is dropped.
 */
export async function takeNotification(
  { runner }: { readonly runner: Pick<Runner, 'cancel'> },
  { session, notification }: { readonly session: Session; readonly notification: JSONRPCNotification },
): Promise<void> {
  if (notification.method !== 'notifications/cancelled') return
  const cancelled = CancelledNotificationSchema.safeParse(notification)
  const requestId = cancelled.data?.params.requestId
  if (requestId !== undefined) await runner.cancel(sessionKey(session), requestId)
}
