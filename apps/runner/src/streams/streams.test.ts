import type { StreamEvent } from '@fjmcp-broker/shared/runner/runner'
import { expect, it } from 'vitest'
import { createManualTime } from '../../test/fixtures/manual-time.ts'
import { createStreams, type KeepingLimits, type SessionStreams } from './streams.ts'

const limits: KeepingLimits = {
  keptMs: 60_000,
  mostEvents: 3,
  mostSize: 100,
  endedPerSession: 3,
  sizePerUser: 1_000,
  sizeInAll: 1_500,
}

const forever = new AbortController().signal

it('gives every reader all of it, those that come late and those that came early', async () => {
  const { session } = createTest()
  session.open('a', forever)
  const early = read(session, 'a')
  note(session, 'a', 1)
  const middle = read(session, 'a')
  respond(session, 'a')
  const readings = [await early, await middle, await read(session, 'a')]
  expect(readings).toEqual(readings.map(() => ['E.a.1', 'E.a.2']))
})

it('reads on after any event', async () => {
  const { session } = createTest()
  session.open('a', forever)
  note(session, 'a', 1)
  respond(session, 'a')
  expect(await read(session, 'a', 'E.a.0')).toEqual(['E.a.1', 'E.a.2'])
  expect(await read(session, 'a', 'E.a.1')).toEqual(['E.a.2'])
})

it('says that nothing is left to one who has seen the end', () => {
  const { session } = createTest()
  session.open('a', forever)
  note(session, 'a', 1)
  expect(outcome(session, 'a', 'E.a.1')).toBe('ok')
  session.hangUp('a')
  expect(outcome(session, 'a', 'E.a.1')).toBe('nothing_left')
})

it.each(['E.b.1', 'F.a.1', 'E.a.x', 'E.a.', 'E.a.2', ''])('knows no event %j', (after) => {
  const { session } = createTest()
  session.open('a', forever)
  note(session, 'a', 1)
  expect(outcome(session, 'a', after)).toBe('unknown_stream')
})

it('ends a reading when its signal says so, and that reading alone', async () => {
  const { session } = createTest()
  session.open('a', forever)
  const stop = new AbortController()
  const stopped = responses(session, 'a', { signal: stop.signal })
  const other = read(session, 'a')
  stop.abort()
  expect(await stopped).toEqual([])
  respond(session, 'a')
  expect(await other).toEqual(['E.a.1'])
})

it('keeps a stream for its time after the end, and not longer', () => {
  const { session, time } = createTest()
  session.open('a', forever)
  time.advance(1_000_000)
  respond(session, 'a')
  time.advance(59_999)
  expect(outcome(session, 'a')).toBe('ok')
  time.advance(1_001)
  expect(outcome(session, 'a')).toBe('unknown_stream')
})

it('drops the oldest messages of a stream with too many, and never the response', async () => {
  const { session } = createTest()
  session.open('a', forever)
  for (let index = 0; index < 10; index += 1) note(session, 'a', 1)
  respond(session, 'a', 500)
  expect(await read(session, 'a')).toEqual(['E.a.8', 'E.a.9', 'E.a.10', 'E.a.11'])
  session.open('b', forever)
  for (let index = 0; index < 3; index += 1) note(session, 'b', 60)
  respond(session, 'b')
  expect(await read(session, 'b', 'E.b.1')).toEqual(['E.b.3', 'E.b.4'])
})

it('cuts off the oldest when a user keeps too much in all sessions, and says so in place of the response', async () => {
  const { streams, session } = createTest()
  const other = streams.forSession('alice')
  for (const own of [session, other]) {
    own.open('a', forever)
    note(own, 'a', 10)
    respond(own, 'a', 700)
  }
  expect(await responses(session, 'a')).toMatchObject([{ id: 'E.a.2', final: true, message: { id: 7, error: { code: -32603 } } }])
  expect(outcome(session, 'a', 'E.a.2')).toBe('nothing_left')
  expect(await responses(other, 'a')).toMatchObject([{}, { message: { result: {} } }])
})

it('cuts off what is oldest of whoever keeps most when all keep too much, and nothing of the others', async () => {
  const { streams } = createTest()
  const [bob, carol, alice, elsewhere] = ['bob', 'carol', 'alice', 'alice'].map((userId) => streams.forSession(userId))
  const answers = [
    { session: bob, name: 'a', size: 300 },
    { session: carol, name: 'a', size: 400 },
    { session: alice, name: 'a', size: 450 },
    { session: elsewhere, name: 'b', size: 450 },
  ] as const
  for (const { session, name, size } of answers) {
    session?.open(name, forever)
    if (session !== undefined) respond(session, name, size)
  }
  expect(await Promise.all(answers.map(({ session, name }) => isKept(session, name)))).toEqual([true, true, false, true])
})

it('gives up messages of calls that go on before newer answers, and their answers are still passed on', async () => {
  const { session } = createTest()
  for (const name of ['a', 'b', 'c']) session.open(name, forever)
  note(session, 'a', 90)
  respond(session, 'b', 500)
  respond(session, 'c', 450)
  respond(session, 'a')
  expect(await read(session, 'a')).toEqual(['E.a.2'])
  expect(await Promise.all([isKept(session, 'b'), isKept(session, 'c')])).toEqual([true, true])
})

it('keeps a response that is larger than all that may be kept, for it was only just given', async () => {
  const { session } = createTest()
  session.open('a', forever)
  respond(session, 'a', 10_000)
  expect(await responses(session, 'a')).toMatchObject([{ message: { result: {} } }])
})

it('forgets the oldest of too many ended streams', () => {
  const { session } = createTest()
  for (const name of ['a', 'b', 'c', 'd']) {
    session.open(name, forever)
    respond(session, name)
  }
  expect(['a', 'b', 'c', 'd'].map((name) => outcome(session, name))).toEqual(['unknown_stream', 'ok', 'ok', 'ok'])
})

it('has all room again once a session is cleared, whose readers it ends', async () => {
  const { session, streams } = createTest()
  session.open('a', forever)
  const reading = read(session, 'a')
  session.open('b', forever)
  respond(session, 'b', 900)
  session.clear()
  expect(await reading).toEqual([])
  expect(outcome(session, 'b')).toBe('unknown_stream')
  const other = streams.forSession('alice')
  for (const name of ['a', 'b']) {
    other.open(name, forever)
    respond(other, name, 490)
  }
  expect(await responses(other, 'a')).toMatchObject([{ message: { result: {} } }])
})

function createTest() {
  const time = createManualTime()
  const streams = createStreams({ epoch: 'E', ...time, limits })
  return { streams, time, session: streams.forSession('alice') }
}

function note(session: SessionStreams, name: string, size: number): void {
  session.add(name, { message: { jsonrpc: '2.0', method: 'notifications/message' }, final: false, size })
}

function respond(session: SessionStreams, name: string, size = 1): void {
  session.add(name, { message: { jsonrpc: '2.0', id: 7, result: {} }, final: true, size })
}

async function responses(
  session: SessionStreams,
  stream: string,
  { after, signal = forever }: { readonly after?: string | undefined; readonly signal?: AbortSignal } = {},
): Promise<readonly StreamEvent[]> {
  const events = session.read({ stream, after, signal })
  if (!events.ok) throw new Error(events.error.reason)
  return Array.fromAsync(events.value)
}

async function read(session: SessionStreams, stream: string, after?: string): Promise<readonly string[]> {
  return (await responses(session, stream, { after })).map(({ id }) => id)
}

function outcome(session: SessionStreams, stream: string, after?: string): string {
  const events = session.read({ stream, after, signal: forever })
  return events.ok ? 'ok' : events.error.reason
}

/** Whether the answer itself is there, and not one that says that it is gone. */
async function isKept(session: SessionStreams | undefined, stream: string): Promise<boolean> {
  const last = session && (await responses(session, stream)).at(-1)
  return last !== undefined && 'result' in last.message
}
