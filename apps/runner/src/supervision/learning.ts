import { type ChildCatalogue, type Handshake, type ListMethod, listMethods } from '@fjmcp-broker/shared/runner/runner'
import type { JSONRPCRequest, JSONRPCResponse } from '@modelcontextprotocol/sdk/types.js'
import { firstCallId } from './session.ts'
import { listRequest } from './wire.ts'

/** How far a child has told what it offers: page after page of list after list. */
export interface Learning {
  readonly handshake: Handshake
  /** Of the request that is under way. */
  readonly id: number
  readonly method: ListMethod
  /** The pages of this list so far, as one result. */
  readonly page: Readonly<Record<string, unknown>> | undefined
  readonly lists: ChildCatalogue['lists']
}

/** What follows from an answer: the next question, or all there is. */
export type Learnt =
  | { readonly isOver: false; readonly learning: Learning; readonly request: JSONRPCRequest }
  | { readonly isOver: true; readonly catalogue: ChildCatalogue }

/** @param id That of the first question; each one after it has the next. */
export function beginLearning(handshake: Handshake, id: number): Learnt {
  return ask({ handshake, id, lists: {} }, listMethods[0])
}

/**
 * Takes an answer in. A list that is answered with an error is left out; one that goes on for ever is cut off.
 *
 * @see MCP 2025-11-25, Pagination
 */
export function continueLearning(learning: Learning, response: JSONRPCResponse): Learnt {
  const id = learning.id + 1
  if (!('result' in response)) return askNext({ ...learning, id }, learning.lists)
  const { nextCursor, ...page } = response.result
  const whole = learning.page === undefined ? page : joinPages(learning.page, page)
  // Each list may need one question more.
  const mayGoOn = id < firstCallId - listMethods.length
  if (typeof nextCursor === 'string' && mayGoOn) {
    return { isOver: false, learning: { ...learning, id, page: whole }, request: listRequest(id, learning.method, nextCursor) }
  }
  return askNext({ ...learning, id }, { ...learning.lists, [learning.method]: whole })
}

function askNext(learning: Learning, lists: ChildCatalogue['lists']): Learnt {
  const method = listMethods[listMethods.indexOf(learning.method) + 1]
  if (method === undefined) return { isOver: true, catalogue: { handshake: learning.handshake, lists } }
  return ask({ ...learning, lists }, method)
}

function ask({ handshake, id, lists }: Pick<Learning, 'handshake' | 'id' | 'lists'>, method: ListMethod): Learnt {
  return { isOver: false, learning: { handshake, id, method, page: undefined, lists }, request: listRequest(id, method) }
}

/** What is a list on both pages is one list; of everything else the first page's is kept. */
function joinPages(first: Readonly<Record<string, unknown>>, next: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const joined: Record<string, unknown> = { ...next, ...first }
  for (const [name, items] of Object.entries(next)) {
    const before = first[name]
    if (Array.isArray(items) && Array.isArray(before)) joined[name] = [...before, ...items]
  }
  return joined
}
