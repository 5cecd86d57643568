import type { StreamEvent } from '@fjmcp-broker/shared/runner/runner'
import { formatEvent } from '../../domain/mcp/event-stream-format.ts'
import type { Incoming } from './incoming.ts'
import type { OpenCall } from './open-call.ts'
import { failureRefusal, refuse } from './refusals.ts'
import { jsonTextResponse } from './respond.ts'
import type { McpServer } from './server.ts'
import { streamCall } from './stream-call.ts'

/**
 * Answers a batch: with one array when all responses come in time, there is room for them and nothing else comes, else with a stream. Events of that stream have
 * no ids, because each call has a stream of its own and a client could resume only one of them.
 *
 * @param replies The responses that are known already, in JSON.
 * @see MCP 2025-03-26, Streamable HTTP
 */
export async function answerBatch(
  server: McpServer,
  { incoming, replies, calls }: { readonly incoming: Incoming; readonly replies: readonly string[]; readonly calls: readonly OpenCall[] },
): Promise<Response> {
  const { account, token } = incoming
  const events = inOrderOfArrival(calls)
  const collected = [...replies]
  let takenBytes = replies.reduce((sum, json) => sum + json.length, 0)
  const deadline = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => deadline.resolve(undefined), server.timings.headWaitMs)
  const leave = () => calls.forEach((call) => call.leave())
  try {
    for (;;) {
      const pending = events.next()
      const read = await Promise.race([pending, deadline.promise])
      if (read === undefined || (read.done !== true && !read.value.final)) {
        return streamCall(server, {
          access: token,
          opening: collected.map((json) => formatEvent({ json })).join(''),
          next: startingWith(pending, events, () => account.giveBack(takenBytes)),
          leave,
          isResumable: false,
        })
      }
      if (read.done === true) return jsonTextResponse(`[${collected.join()}]`)
      const json = JSON.stringify(read.value.message)
      collected.push(json)
      if (account.take(json.length) === undefined) takenBytes += json.length
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

/** @param onAsked Called when the first is asked for: then what came before has been taken. */
function startingWith(
  first: Promise<IteratorResult<StreamEvent, undefined>>,
  events: AsyncGenerator<StreamEvent, undefined>,
  onAsked: () => void,
): OpenCall['next'] {
  let isFirst = true
  return async () => {
    if (isFirst) onAsked()
    const read = isFirst ? first : events.next()
    isFirst = false
    return (await read).value
  }
}
