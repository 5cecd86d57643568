import { describe, expect, it } from 'vitest'
import { answered, called, createReady, line, nextCallId, setLevel, written } from '../../test/fixtures/supervised-session.ts'

describe('calls', () => {
  it('gives each answer to its call, under the id and of the type that the client used', () => {
    const session = createReady()
    session.feed(called('text', '7'), called('number', 7))
    const second = session.feed(line(1, { jsonrpc: '2.0', id: nextCallId + 1, result: { second: true } }))
    const first = session.feed(line(1, { jsonrpc: '2.0', id: nextCallId, result: { first: true } }))
    expect(second).toEqual([answered('number', { id: 7, result: { second: true } })])
    expect(first).toEqual([answered('text', { id: '7', result: { first: true } })])
  })

  it('replaces the progress token and puts the client’s own back', () => {
    const session = createReady()
    const [write] = session.feed(called('a', 9, { _meta: { progressToken: 'mine', other: 1 } }))
    expect(write).toEqual(written({ params: { _meta: { progressToken: nextCallId, other: 1 } } }))
    const effects = session.feed(
      line(1, { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: nextCallId, progress: 1 } }),
    )
    expect(effects).toMatchObject([{ type: 'relay', stream: 'a', message: { params: { progressToken: 'mine', progress: 1 } } }])
  })

  it('counts the id and the progress token that the client chose as part of what its messages weigh', () => {
    const session = createReady()
    const long = 'x'.repeat(1_000_000)
    session.feed(called('a', long, { _meta: { progressToken: long } }), called('b', long))
    const progress = { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: nextCallId, progress: 1 } }
    const passedOn = session.feed(line(1, progress), line(1, { jsonrpc: '2.0', id: nextCallId, result: {} }))
    const ownMaking = session.passDeadline()
    expect([...passedOn, ...ownMaking]).toMatchObject([
      { type: 'relay', size: 1_000_100 },
      { type: 'answer', size: 1_000_100 },
      { type: 'answer', size: 1_000_512 },
      { type: 'write' },
    ])
  })

  it('drops progress for a call that asked for none', () => {
    const session = createReady()
    session.feed(called('a'))
    const effects = session.feed(
      line(1, { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: nextCallId, progress: 1 } }),
    )
    expect(effects).toEqual([{ type: 'note_ignored', what: 'unknown_progress_token' }])
  })

  it('passes other notifications on only where they can belong to one call alone', () => {
    const session = createReady()
    const message = { jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'x' } } as const
    expect(session.feed(line(1, message))).toEqual([{ type: 'note_ignored', what: 'notification' }])
    session.feed(called('a'))
    expect(session.feed(line(1, message))).toMatchObject([{ type: 'relay', stream: 'a', message }])
    session.feed(called('b'))
    expect(session.feed(line(1, message))).toEqual([{ type: 'note_ignored', what: 'notification' }])
  })

  it('hangs up a cancelled call, tells the child, and takes its late answer for nothing', () => {
    const session = createReady()
    session.feed(called('a', 'x'))
    expect(session.feed({ type: 'cancelled', requestId: 'x' })).toEqual([
      { type: 'hang_up', stream: 'a' },
      written({ method: 'notifications/cancelled', params: { requestId: nextCallId, reason: expect.any(String) } }),
    ])
    expect(session.feed(line(1, { jsonrpc: '2.0', id: nextCallId, result: {} }))).toEqual([{ type: 'note_ignored', what: 'late_answer' }])
  })

  it('does not confuse the ids 1 and "1" when it cancels', () => {
    const session = createReady()
    session.feed(called('number', 1))
    expect(session.feed({ type: 'cancelled', requestId: '1' })).toEqual([])
  })

  it('answers a call that takes too long, and cancels it at the child', () => {
    const session = createReady()
    session.feed(called('a'))
    const effects = session.passDeadline()
    expect(session.nowMs).toBe(60_000)
    expect(effects).toEqual([
      answered('a', { error: { code: -32001, message: expect.stringContaining('in time') } }),
      written({ method: 'notifications/cancelled', params: { requestId: nextCallId, reason: 'timed out' } }),
    ])
  })

  it('says of failures, and of nothing else, that they met a dead credential', () => {
    const session = createReady()
    session.feed(called('fails'), called('works'), { type: 'credential_died', run: 1 }, called('later'))
    const effects = [nextCallId, nextCallId + 1, nextCallId + 2].flatMap((id) =>
      session.feed(
        line(
          1,
          id === nextCallId + 1 ? { jsonrpc: '2.0', id, result: {} } : { jsonrpc: '2.0', id, error: { code: -32603, message: '401' } },
        ),
      ),
    )
    expect(effects.map((effect) => (effect.type === 'answer' ? [effect.stream, effect.reason] : effect))).toEqual([
      ['fails', 'credential_dead'],
      ['works', undefined],
      ['later', undefined],
    ])
  })

  it('keeps a log level that the child took, and not one that it refused', () => {
    const session = createReady()
    session.feed(setLevel('a', 'error'), line(1, { jsonrpc: '2.0', id: nextCallId, result: {} }))
    session.feed(setLevel('b', 'nonsense'), line(1, { jsonrpc: '2.0', id: nextCallId + 1, error: { code: -32602, message: 'no' } }))
    expect(session.state.logLevel).toBe('error')
  })

  it('tells a child at once when the session is described with another log level', () => {
    const session = createReady()
    expect(session.feed({ type: 'described', logLevel: 'debug' })).toEqual([
      written({ method: 'logging/setLevel', params: { level: 'debug' } }),
    ])
    expect(session.feed({ type: 'described', logLevel: 'debug' })).toEqual([])
  })
})

describe('what a child says unasked', () => {
  it('refuses what a child asks of its client, and answers its ping', () => {
    const session = createReady()
    expect(session.feed(line(1, { jsonrpc: '2.0', id: 'r', method: 'roots/list' }))).toEqual([
      written({ id: 'r', error: { code: -32601, message: expect.any(String) } }),
    ])
    expect(session.feed(line(1, { jsonrpc: '2.0', id: 3, method: 'ping' }))).toEqual([written({ id: 3, result: {} })])
  })

  it.each([
    ['an id that was never given', { jsonrpc: '2.0', id: 999, result: {} }, 'unknown_id'],
    ['the id null', { jsonrpc: '2.0', id: null, error: { code: 1, message: 'panic' } }, 'garbage'],
    ['our id as a string', { jsonrpc: '2.0', id: String(nextCallId), result: {} }, 'garbage'],
    ['no JSON-RPC', { hello: 'world' }, 'garbage'],
    ['no object', 42, 'garbage'],
    ['a batch', [{ jsonrpc: '2.0', id: nextCallId, result: {} }], 'garbage'],
  ])('ignores %s', (_, message, what) => {
    const session = createReady()
    session.feed(called('a'))
    expect(session.feed(line(1, message))).toEqual([{ type: 'note_ignored', what }])
    expect(session.state.calls.size).toBe(1)
  })
})
