import { describe, expect, it } from 'vitest'
import { answered, called, createReady, createSession, exit, handshake, line, written } from '../../test/fixtures/supervised-session.ts'

describe('starting', () => {
  it('starts a child at the first call, and writes the call once the child is ready', () => {
    const session = createSession()
    expect(session.feed(called('a'))).toEqual([])
    expect(session.state.phase.name).toBe('waiting')
    expect(session.feed({ type: 'place_given' })).toEqual([{ type: 'start', run: 1 }, written({ method: 'initialize', id: 2 })])
    expect(session.greet()).toEqual([
      { type: 'report_handshake', handshake },
      written({ method: 'notifications/initialized' }),
      written({ method: 'tools/call', id: 1 }),
    ])
  })

  it('repeats the log level of the session before its calls', () => {
    const session = createSession({ logLevel: 'warning' })
    session.feed(called('a'), { type: 'place_given' })
    const methods = session
      .greet()
      .flatMap((effect) => (effect.type === 'write' && 'method' in effect.message ? [effect.message.method] : []))
    expect(methods).toEqual(['notifications/initialized', 'logging/setLevel', 'tools/call'])
  })

  it('answers the waiting calls and backs off, longer each time, when the child ends before it is ready', () => {
    const session = createSession()
    const delays: number[] = []
    for (const name of ['a', 'b', 'c', 'd']) {
      session.feed(called(name))
      if (session.state.phase.name === 'backing_off') session.passDeadline()
      session.feed({ type: 'place_given' })
      const startedAtMs = session.nowMs
      const effects = session.feed(exit(session.state.run, 1))
      expect(effects).toContainEqual(answered(name, { error: { code: -32603, message: expect.stringContaining('exit code 1') } }))
      delays.push((session.deadlineMs() ?? 0) - startedAtMs)
    }
    expect(delays).toEqual([200, 400, 800, 1_000])
  })

  it('starts a child again by itself after the delay when a call came in meanwhile', () => {
    const session = createSession()
    session.feed(called('a'), { type: 'place_given' }, exit(1, 1), called('b'))
    expect(session.state.phase.name).toBe('backing_off')
    session.passDeadline()
    expect(session.state.phase.name).toBe('waiting')
  })

  it('leaves a program that fails alone until somebody needs it', () => {
    const session = createSession()
    session.feed(called('a'), { type: 'place_given' }, exit(1, 1))
    session.passDeadline()
    expect(session.state.phase.name).toBe('absent')
    expect(session.deadlineMs()).toBeUndefined()
  })

  it('gives a silent child up after the time limit and ends it', () => {
    const session = createSession()
    session.feed(called('a'), { type: 'place_given' })
    expect(session.deadlineMs()).toBe(10_000)
    const effects = session.passDeadline()
    expect(effects).toContainEqual(answered('a', { error: { code: -32603, message: expect.stringContaining('within 10 seconds') } }))
    expect(effects).toContainEqual({ type: 'close' })
    expect(session.state.phase.name).toBe('ending')
  })

  it('tells apart a program that is missing and one that may not be executed', () => {
    const texts = (['not_found', 'not_executable'] as const).map((reason) => {
      const session = createSession()
      session.feed({ type: 'handshake_wanted' }, { type: 'place_given' })
      const effects = session.feed({ type: 'ended', run: 1, end: { kind: 'not_started', cause: { reason } } })
      const report = effects.find((effect) => effect.type === 'report_no_child')
      return report?.failure.reason === 'child_unavailable' ? report.failure.detail : undefined
    })
    expect(texts).toEqual([expect.stringContaining('not found'), expect.stringContaining('may not be executed')])
  })

  it('takes a child that speaks an unknown revision for one that failed', () => {
    const session = createSession()
    session.feed(called('a'), { type: 'place_given' })
    const effects = session.feed(line(1, { jsonrpc: '2.0', id: 2, result: { ...handshake, protocolVersion: '1999-01-01' } }))
    expect(effects).toContainEqual({ type: 'report_failed_start', detail: expect.stringContaining('1999-01-01') })
  })

  it('answers at capacity when there is no place', () => {
    const session = createSession()
    session.feed(called('a'))
    expect(session.feed({ type: 'place_refused' })).toEqual([
      answered('a', { error: { code: -32603, message: expect.stringContaining('places') } }),
    ])
    expect(session.state.phase.name).toBe('absent')
  })
})

describe('ending', () => {
  it('answers the calls of a child that exits, and starts another at the next call without delay', () => {
    const session = createReady()
    session.feed(called('a'))
    expect(session.feed({ type: 'ended', run: 1, end: { kind: 'exited', exitCode: null, signal: 'SIGKILL' } })).toEqual([
      answered('a', { error: { code: -32603, message: expect.stringContaining('SIGKILL') } }),
    ])
    session.feed(called('b'))
    expect(session.state.phase.name).toBe('waiting')
  })

  it('retires a child that nobody needed for a while: input closed, then SIGTERM, then SIGKILL', () => {
    const session = createReady()
    expect([...session.passDeadline(), ...session.passDeadline(), ...session.passDeadline()]).toEqual([
      { type: 'close' },
      { type: 'signal', signal: 'SIGTERM' },
      { type: 'signal', signal: 'SIGKILL' },
    ])
    expect(session.deadlineMs()).toBeUndefined()
    session.feed(exit(1, 0))
    expect(session.state.phase.name).toBe('absent')
  })

  it('keeps a child as long as a call is under way', () => {
    const session = createReady()
    session.feed(called('a'))
    session.nowMs = 59_999
    session.feed({ type: 'deadline_passed' })
    expect(session.state.phase.name).toBe('ready')
  })

  it('lets a call wait for the end of a child that is on its way out, and then starts another', () => {
    const session = createReady()
    session.feed({ type: 'evicted' })
    expect(session.feed(called('a'))).toEqual([])
    session.feed(exit(1, 0))
    expect(session.state.phase.name).toBe('waiting')
  })

  it('does not evict a child at work', () => {
    const session = createReady()
    session.feed(called('a'))
    expect(session.feed({ type: 'evicted' })).toEqual([])
  })

  it('answers the calls of a child that wrote too long a line, and ends it', () => {
    const session = createReady()
    session.feed(called('a'))
    expect(session.feed({ type: 'broke', run: 1, fault: 'message_too_long' })).toEqual([
      answered('a', { error: { code: -32603, message: expect.stringContaining('Ask for less') } }),
      { type: 'close' },
    ])
  })

  it('hangs up on everything when the session is over, and starts nothing any more', () => {
    const session = createReady()
    session.feed(called('a'))
    expect(session.feed({ type: 'over' })).toEqual([{ type: 'hang_up', stream: 'a' }, { type: 'close' }])
    expect(session.feed(called('b'))).toEqual([{ type: 'hang_up', stream: 'b' }])
    session.feed(exit(1, 0))
    expect(session.state.phase.name).toBe('absent')
  })

  it('tells whoever waits for a handshake that the session is over', () => {
    const session = createSession()
    session.feed({ type: 'handshake_wanted' }, { type: 'place_given' })
    expect(session.feed({ type: 'over' })).toContainEqual({ type: 'report_no_child', failure: { reason: 'session_over' } })
  })

  it('takes events of an earlier process for nothing', () => {
    const session = createReady()
    session.feed(exit(1, 0), called('a'), { type: 'place_given' })
    session.greet()
    const before = session.state
    const late = [exit(1, 1), line(1, { jsonrpc: '2.0', id: 4, result: {} }), { type: 'broke', run: 1, fault: 'output_closed' }] as const
    expect(session.feed(...late)).toEqual([])
    expect(session.state).toBe(before)
  })
})
