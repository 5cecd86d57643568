import { describe, expect, it } from 'vitest'
import {
  answered,
  called,
  createReady,
  createSession,
  exit,
  line,
  nextCallId,
  setLevel,
  written,
} from '../../test/fixtures/supervised-session.ts'
import { firstCallId } from './session.ts'

describe('getting a child', () => {
  it('waits for one at the first call, and writes the call as soon as it has one', () => {
    const session = createSession()
    expect(session.feed(called('a'))).toEqual([])
    expect(session.state.phase.name).toBe('waiting')
    expect(session.feed({ type: 'child_given' })).toEqual([written({ method: 'tools/call', id: firstCallId })])
  })

  it('repeats the log level of the session before its calls', () => {
    const session = createSession({ logLevel: 'warning' })
    session.feed(called('a'))
    expect(session.feed({ type: 'child_given' })).toEqual([
      written({ method: 'logging/setLevel', params: { level: 'warning' } }),
      written({ method: 'tools/call' }),
    ])
  })

  it('waits no longer than the time limit for the queue; each call counts by itself', () => {
    const session = createSession()
    session.feed(called('a'))
    session.nowMs = 5_000
    session.feed(called('b'))
    expect(session.deadlineMs()).toBe(15_000)
    expect(session.passDeadline()).toEqual([
      answered('a', { error: { code: -32603, message: expect.stringContaining('within 15 seconds; it did not run') } }),
    ])
    expect(session.state.phase.name).toBe('waiting')
    session.nowMs = 20_000
    expect(session.passDeadline()).toEqual([answered('b', { error: { code: -32603, message: expect.any(String) } })])
    expect(session.state.phase.name).toBe('absent')
  })

  it('waits no longer once every call was cancelled', () => {
    const session = createSession()
    session.feed(called('a', 'x'), { type: 'cancelled', requestId: 'x' })
    expect(session.state.phase.name).toBe('absent')
  })

  it('answers what waits when no child will come, and waits anew at the next call', () => {
    const session = createSession()
    session.feed(called('a'))
    expect(session.feed({ type: 'child_refused', detail: 'Broken.' })).toEqual([
      answered('a', { error: { code: -32603, message: 'Broken.' } }),
    ])
    expect(session.state.phase.name).toBe('absent')
    session.feed(called('b'))
    expect(session.state.phase.name).toBe('waiting')
  })
})

describe('children that fail again and again', () => {
  it('are replaced at once the first time, then after a delay that grows up to a limit', () => {
    const session = createSession()
    const delays: number[] = []
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      session.feed(called(name))
      if (session.state.phase.name === 'backing_off') session.passDeadline()
      session.feed({ type: 'child_given' }, exit(session.state.run + 1, 1))
      delays.push((session.deadlineMs() ?? session.nowMs) - session.nowMs)
    }
    expect(delays).toEqual([0, 200, 400, 800, 1_000])
  })

  it('are held back by chance for half as long at the shortest', () => {
    const session = createSession()
    session.chance = 0.999_999
    session.feed(called('a'), { type: 'child_given' }, exit(1, 1), called('b'), { type: 'child_given' }, exit(2, 1))
    expect(Math.round(session.deadlineMs() ?? 0)).toBe(100)
  })

  it('are asked for again by themselves after the delay when a call came in meanwhile', () => {
    const session = createSession()
    session.feed(called('a'), { type: 'child_given' }, exit(1, 1), called('b'), { type: 'child_given' }, exit(2, 1), called('c'))
    expect(session.state.phase.name).toBe('backing_off')
    session.passDeadline()
    expect(session.state.phase.name).toBe('waiting')
  })

  it('are left alone until somebody needs one', () => {
    const session = createSession()
    session.feed(called('a'), { type: 'child_given' }, exit(1, 1), called('b'), { type: 'child_given' }, exit(2, 1))
    session.passDeadline()
    expect(session.state.phase.name).toBe('absent')
    expect(session.deadlineMs()).toBeUndefined()
  })

  it('are forgiven once one has answered', () => {
    const session = createSession()
    session.feed(called('a'), { type: 'child_given' }, exit(1, 1), called('b'), { type: 'child_given' })
    session.feed(line(2, { jsonrpc: '2.0', id: firstCallId + 1, result: {} }), exit(2, 1))
    expect(session.state.phase.name).toBe('absent')
  })
})

describe('ending', () => {
  it('answers the calls of a child that exits, and waits for another at the next call without delay', () => {
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

  it('lets a call wait for the end of a child that is on its way out, and then for another', () => {
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

  it('answers its calls when the session is over, and hangs up on those that come after', () => {
    const session = createReady()
    session.feed(called('a'))
    const error = { message: expect.stringContaining('was ended while this call ran') }
    expect(session.feed({ type: 'over' })).toMatchObject([{ type: 'answer', stream: 'a', message: { error } }, { type: 'close' }])
    expect(session.feed(called('b'))).toEqual([{ type: 'hang_up', stream: 'b' }])
    session.feed(exit(1, 0))
    expect(session.state.phase.name).toBe('absent')
  })

  it('takes events of an earlier child for nothing', () => {
    const session = createReady()
    session.feed(exit(1, 0), called('a'), { type: 'child_given' })
    const before = session.state
    const late = [
      exit(1, 1),
      line(1, { jsonrpc: '2.0', id: nextCallId, result: {} }),
      { type: 'broke', run: 1, fault: 'output_closed' },
    ] as const
    expect(session.feed(...late)).toEqual([])
    expect(session.state).toBe(before)
  })
})

it('never uses an id twice, whichever child it has', () => {
  const session = createReady()
  session.feed(setLevel('a', 'error'), exit(1, 0), called('b'))
  expect(session.feed({ type: 'child_given' })).toEqual([written({ id: firstCallId + 2 })])
})
