import { accessEnded } from './authenticate.ts'
import type { Incoming } from './incoming.ts'
import { refuse } from './refusals.ts'
import type { McpServer } from './server.ts'

/** Answers requests of one HTTP method; undefined where it found that access has ended. */
export type AnswerMethod = (server: McpServer, incoming: Incoming) => Promise<Response | undefined>

/**
 * Answers a request for as long as the access lasts in whose name it came. Where that ends before the head of the response is out, the
 * answer is the same as to the next request, and what comes later is dropped. Streams see to their end themselves.
 */
export async function answerWhileAllowed(
  server: McpServer,
  { method, ...of }: Omit<Incoming, 'isAllowed'> & { readonly method: AnswerMethod },
): Promise<Response> {
  let isAllowed = true
  const ended = Promise.withResolvers<undefined>()
  const remove = server.openAnswers.add(of.token, () => {
    isAllowed = false
    ended.resolve(undefined)
  })
  const answering = method(server, { ...of, isAllowed: () => isAllowed })
  try {
    const response = await Promise.race([answering, ended.promise])
    if (response !== undefined && isAllowed) return response
    answering.then(drop, ignore)
    return refuse(null, accessEnded(server.settings.publicUrl))
  } finally {
    remove()
  }
}

/** Ends the reading behind a response that nobody gets. */
function drop(response: Response | undefined): void {
  response?.body?.cancel().catch(ignore)
}

function ignore(): void {}
