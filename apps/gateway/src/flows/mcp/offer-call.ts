import type { AccessLevel } from '@fjmcp-broker/shared/catalogue/access-level'
import type { StreamEvent } from '@fjmcp-broker/shared/runner/runner'
import { isToolListStream } from '../../domain/mcp/stream-name.ts'
import { offerTools } from '../../domain/policy/offer-tools.ts'
import type { RelayedCall } from './relay-message.ts'

/** A call with what a grant may see of its events: of a list of tools those that it covers. */
export function offerCall(call: RelayedCall, accessLevel: AccessLevel): RelayedCall {
  const rewrites = isToolListStream(call.stream)
  return rewrites ? { ...call, events: offered(call.events, accessLevel) } : call
}

function offered(events: RelayedCall['events'], accessLevel: AccessLevel): RelayedCall['events'] {
  return {
    async next() {
      const read = await events.next()
      return read.done === true ? read : { done: false, value: offerEvent(read.value, accessLevel) }
    },
  }
}

function offerEvent(event: StreamEvent, accessLevel: AccessLevel): StreamEvent {
  const { message } = event
  return 'result' in message ? { ...event, message: { ...message, result: offerTools(message.result, accessLevel) } } : event
}
