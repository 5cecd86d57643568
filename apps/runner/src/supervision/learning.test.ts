import type { JSONRPCResponse } from '@modelcontextprotocol/sdk/types.js'
import { describe, expect, it } from 'vitest'
import { beginLearning, continueLearning, type Learnt } from './learning.ts'

const handshake = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'x', version: '1' } }
const unknown = { error: { code: -32601, message: 'prompts not supported' } }

describe('what a child offers', () => {
  it('is all its lists, each with all its pages, but for those whose method it does not know', () => {
    const learnt = answer(
      { result: { tools: [{ name: 'a' }], nextCursor: '2' } },
      { result: { tools: [{ name: 'b' }] } },
      unknown,
      unknown,
      unknown,
    )
    expect(learnt).toEqual({ kind: 'all', catalogue: { handshake, lists: { 'tools/list': { tools: [{ name: 'a' }, { name: 'b' }] } } } })
  })

  it.each([
    ['an error that may not last', { error: { code: -32603, message: 'out of memory just now' } }],
    ['a result without the list', { result: {} }],
    ['a list that is none', { result: { tools: 'x' } }],
    ['a list of what are no items', { result: { tools: [null] } }],
    ['a cursor that is none', { result: { tools: [], nextCursor: 1 } }],
  ])('is not learnt where there is %s', (_, response) => {
    expect(answer(response)).toEqual({ kind: 'failed', method: 'tools/list' })
  })

  it('is not learnt where a list breaks off between two pages, or goes on for ever', () => {
    const more = { result: { tools: [], nextCursor: 'more' } }
    expect(answer(more, unknown)).toEqual({ kind: 'failed', method: 'tools/list' })
    expect(
      answerEach(
        Array.from({ length: 200 }, () => more),
        1,
      ),
    ).toEqual({ kind: 'failed', method: 'tools/list' })
  })

  it('is not learnt where all lists together are larger than they may be', () => {
    const page = { result: { tools: [], nextCursor: 'more' } }
    expect(answer(...Array.from({ length: 10 }, () => page)).kind).toBe('question')
    expect(answer(...Array.from({ length: 11 }, () => page))).toEqual({ kind: 'failed', method: 'tools/list' })
  })
})

type Response = { readonly result: Record<string, unknown> } | { readonly error: { readonly code: number; readonly message: string } }

/** Lets a child answer one question after the other, each with a tenth of what it may say. */
function answer(...responses: readonly Response[]): Learnt {
  return answerEach(responses, 100)
}

function answerEach(responses: readonly Response[], size: number): Learnt {
  return responses.reduce<Learnt>(
    (learnt, response) => {
      if (learnt.kind !== 'question') return learnt
      const message: JSONRPCResponse = { jsonrpc: '2.0', id: learnt.learning.id, ...response }
      return continueLearning(learnt.learning, { message, size }, 1_000)
    },
    beginLearning(handshake, 2),
  )
}
