import type { CallRequest, SessionDescription } from '@fjmcp-broker/shared/runner/runner'
import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/sdk/types.js'
import type { MockAnswer, MockHandler } from './mock-call.ts'
import { createMockStream, type MockStream } from './mock-stream.ts'

/** One session of the mock runner: its streams and the calls that it works on. */
export interface MockSession {
  description: SessionDescription
  readonly streams: ReadonlyMap<string, MockStream>
  readonly callsInFlight: number
  start(request: CallRequest): MockStream
  cancel(requestId: RequestId): void
  /** Cancels every call and ends every stream. */
  end(): void
}

/** @param epoch Of the runner; the first part of every event's id. */
export function createMockSession({
  description,
  epoch,
  handler,
}: {
  readonly description: SessionDescription
  readonly epoch: string
  readonly handler: MockHandler
}): MockSession {
  const streams = new Map<string, MockStream>()
  const calls = new Map<RequestId, { readonly stream: MockStream; readonly cancellation: AbortController }>()

  function openStream(name: string): MockStream {
    if (streams.has(name)) throw new Error(`the stream ${name} was used before`)
    const stream = createMockStream((number) => `${epoch}.${name}.${number}`)
    streams.set(name, stream)
    return stream
  }

  function cancel(requestId: RequestId): void {
    const call = calls.get(requestId)
    calls.delete(requestId)
    call?.cancellation.abort()
    call?.stream.end()
  }

  const session: MockSession = {
    description,
    streams,
    get callsInFlight() {
      return calls.size
    },
    start({ stream: name, message }) {
      const stream = openStream(name)
      const cancellation = new AbortController()
      calls.set(message.id, { stream, cancellation })
      const emit = (notification: JSONRPCMessage): void => stream.add({ message: notification, final: false })
      const call = { session: session.description, stream: name, message, emit, cancelled: cancellation.signal }
      void answerOf(handler(call)).then((answer) => {
        stream.add(finalEvent(message.id, answer))
        if (calls.get(message.id)?.stream === stream) calls.delete(message.id)
      })
      return stream
    },
    cancel,
    end() {
      for (const requestId of calls.keys()) cancel(requestId)
      for (const stream of streams.values()) stream.end()
    },
  }
  return session
}

async function answerOf(answer: Promise<MockAnswer>): Promise<MockAnswer> {
  try {
    return await answer
  } catch (error) {
    return { error: { code: -32603, message: error instanceof Error ? error.message : String(error) } }
  }
}

function finalEvent(id: RequestId, { reason, ...answer }: MockAnswer): Parameters<MockStream['add']>[0] {
  return { message: { jsonrpc: '2.0', id, ...answer }, final: true, ...(reason === undefined ? {} : { reason }) }
}
