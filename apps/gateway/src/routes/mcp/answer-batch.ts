import type { StreamEvent } from '@fjmcp-broker/shared/runner/runner'
import { formatEvent } from '../../domain/mcp/event-stream-format.ts'
import type { Incoming } from './incoming.ts'
import type { OpenCall } from './open-call.ts'
import { failureRefusal, refuse } from './refusals.ts'
import { jsonTextResponse } from './respond.ts'
import type { McpServer } from './server.ts'
import { startingWith } from './starting-with.ts'
import { streamCall } from './stream-call.ts'
import { utf8Bytes } from './utf8-bytes.ts'

/** A response that is there already. */
export interface Reply {
  readonly json: string
  /** What was taken for it of the room for answers. */
  readonly takenBytes: number
}

/**
 * Answers a batch: with one array when all responses come in time, there is room for them and nothing else comes, else with a stream. Events of that stream have
 * no ids, because each call has a stream of its own and a client could resume only one of them.
 *
 * @param replies The responses that are known already.
 * @see MCP 2025-03-26, Streamable HTTP
 */
export async function answerBatch(
  server: McpServer,
  { incoming, replies, calls }: { readonly incoming: Incoming; readonly replies: readonly Reply[]; readonly calls: readonly OpenCall[] },
): Promise<Response> {
  const { account, token } = incoming
  const events = inOrderOfArrival(calls)
  const collected = replies.map(({ json }) => json)
  let takenBytes = replies.reduce((sum, reply) => sum + reply.takenBytes, 0)
  const deadline = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => deadline.resolve(undefined), server.timings.headWaitMs)
  const leave = () => calls.forEach((call) => call.leave())
  try {
    for (;;) {
      const pending = events.next()
      const first = await Promise.race([pending, deadline.promise])
      if (first === undefined || (first.done !== true && !first.value.final)) {
        const read = startingWith(pending, () => events.next())
        return streamCall(server, {
          access: token,
          opening: collected.map((json) => formatEvent({ json })).join(''),
          async next() {
            // The opening has been taken by then.
            account.giveBack(takenBytes)
            takenBytes = 0
            return (await read()).value
          },
          leave,
          isResumable: false,
        })
      }
      if (first.done === true) return jsonTextResponse(`[${collected.join()}]`)
      const json = JSON.stringify(first.value.message)
      collected.push(json)
      const bytes = utf8Bytes(json)
      if (account.take(bytes) === undefined) takenBytes += bytes
      else deadline.resolve(undefined)
    }
  } catch (error) {
    leave()
    return refuse(null, failureRefusal(error, server.log))
  } finally {
    clearTimeout(timer)
  }
}

async function* inOrderOfArrival(calls: readonly OpenCall[]): AsyncGenerator<StreamEvent, undefined> {
  const waiting = new Map(calls.map((call) => [call, nextOf(call)]))
  while (waiting.size > 0) {
    const { call, event } = await Promise.race(waiting.values())
    waiting.delete(call)
    if (event === undefined) continue
    yield event
    // Asked for only now: a read that failed while nobody waits for it would be a rejection without a handler.
    waiting.set(call, nextOf(call))
  }
  return undefined
}

async function nextOf(call: OpenCall): Promise<{ readonly call: OpenCall; readonly event: StreamEvent | undefined }> {
  return { call, event: await call.next() }
}
