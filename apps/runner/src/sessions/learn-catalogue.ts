import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { type ChildCatalogue, type ChildFailure, type Handshake, type ListMethod, listMethods } from '@fjmcp-broker/shared/runner/runner'
import type { LiveSession } from './live-session.ts'
import type { Handshakes } from './handshakes.ts'
import type { KnownSessions } from './known-sessions.ts'
import type { Supervisor } from './supervisor.ts'

/** Learns from a child of nobody's what all children offer. */
export async function learnCatalogue({
  sessions,
  handshakes,
  supervisor,
}: {
  readonly sessions: KnownSessions
  readonly handshakes: Handshakes
  readonly supervisor: Supervisor
}): Promise<Result<ChildCatalogue, ChildFailure>> {
  const session = sessions.describe({ key: 's:catalogue', userId: 'nobody', accessLevel: 'read' })
  try {
    const handshake = await handshakes.obtain(session)
    return handshake.ok ? ok(await askLists(session, supervisor, handshake.value)) : err(handshake.error)
  } finally {
    void sessions.end(session.key)
  }
}

async function askLists(session: LiveSession, supervisor: Supervisor, handshake: Handshake): Promise<ChildCatalogue> {
  const lists: Partial<Record<ListMethod, Record<string, unknown>>> = {}
  for (const method of listMethods) {
    session.streams.open(method)
    supervisor.tell(session, { type: 'called', stream: method, request: { jsonrpc: '2.0', id: method, method } })
    const events = session.streams.read({ stream: method, after: undefined, signal: new AbortController().signal })
    if (!events.ok) continue
    for await (const { message } of events.value) if ('result' in message) lists[method] = message.result
  }
  return { handshake, lists }
}
