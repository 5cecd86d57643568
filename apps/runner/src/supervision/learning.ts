import { isRecord } from '@fjmcp-broker/shared/record'
import { type ChildCatalogue, type Handshake, type ListMethod, listMethods } from '@fjmcp-broker/shared/runner/runner'
import { ErrorCode, type JSONRPCRequest, type JSONRPCResponse } from '@modelcontextprotocol/sdk/types.js'
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
  /** Of all answers so far, in bytes. */
  readonly size: number
}

/** What follows from an answer: the next question, all there is, or that this child does not tell it. */
export type Learnt =
  | { readonly kind: 'question'; readonly learning: Learning; readonly request: JSONRPCRequest }
  | { readonly kind: 'all'; readonly catalogue: ChildCatalogue }
  | { readonly kind: 'failed'; readonly method: ListMethod }

/** What each list has its items in. */
const itemsOf: Readonly<Record<ListMethod, string>> = {
  'tools/list': 'tools',
  'resources/list': 'resources',
  'resources/templates/list': 'resourceTemplates',
  'prompts/list': 'prompts',
}

const methodNotFound: number = ErrorCode.MethodNotFound

/** @param id That of the first question; each one after it has the next. */
export function beginLearning(handshake: Handshake, id: number): Learnt {
  return ask({ handshake, id, lists: {}, size: 0 }, listMethods[0])
}

/**
 * Takes an answer in. A list is left out where the child does not know its method. What is learnt is believed as long as there is no other
 * version of the program, so whatever else is no list fails: another error, which may not last, a list that is none, goes on for ever, or makes
 * all of them larger than one message may be.
 *
 * @param answer With what it takes to keep it, in bytes or more.
 * @param mostSize What all lists together may have, in bytes.
 * @see MCP 2025-11-25, Pagination
 */
export function continueLearning(
  learning: Learning,
  answer: { readonly message: JSONRPCResponse; readonly size: number },
  mostSize: number,
): Learnt {
  const { method } = learning
  const { message } = answer
  const next = { ...learning, id: learning.id + 1, size: learning.size + answer.size }
  if ('error' in message) {
    const isUnknown = message.error.code === methodNotFound && learning.page === undefined
    return isUnknown ? askNext(next) : { kind: 'failed', method }
  }
  const page = parsePage(method, message.result)
  if (page === undefined || next.size > mostSize) return { kind: 'failed', method }
  const whole = learning.page === undefined ? page.page : joinPages(learning.page, page.page)
  if (page.nextCursor === undefined) return askNext({ ...next, lists: { ...learning.lists, [method]: whole } })
  // Each list may need one question more.
  if (next.id >= firstCallId - listMethods.length) return { kind: 'failed', method }
  return { kind: 'question', learning: { ...next, page: whole }, request: listRequest(next.id, method, page.nextCursor) }
}

function askNext(learning: Learning): Learnt {
  const method = listMethods[listMethods.indexOf(learning.method) + 1]
  if (method === undefined) return { kind: 'all', catalogue: { handshake: learning.handshake, lists: learning.lists } }
  return ask(learning, method)
}

function ask({ handshake, id, lists, size }: Pick<Learning, 'handshake' | 'id' | 'lists' | 'size'>, method: ListMethod): Learnt {
  return { kind: 'question', learning: { handshake, id, method, page: undefined, lists, size }, request: listRequest(id, method) }
}

/** Undefined where it is no page of this list. */
function parsePage(
  method: ListMethod,
  { nextCursor, ...page }: Readonly<Record<string, unknown>>,
): { readonly page: Readonly<Record<string, unknown>>; readonly nextCursor: string | undefined } | undefined {
  const items = page[itemsOf[method]]
  if (!Array.isArray(items) || !items.every((item) => isRecord(item))) return undefined
  if (nextCursor === undefined || typeof nextCursor === 'string') return { page, nextCursor }
  return undefined
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
