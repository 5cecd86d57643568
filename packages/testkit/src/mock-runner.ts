import {
  type ChildFailure,
  type CredentialRejection,
  type PushedCredential,
  type ReadRequest,
  type Runner,
  RunnerUnavailable,
  type SessionKey,
} from '@fjmcp-broker/shared/runner/runner'
import { err, ok } from '@fjmcp-broker/shared/result'
import { cannedCatalogue } from './mock-runner/canned-catalogue.ts'
import { answerCanned, cannedHandshake } from './mock-runner/canned-handler.ts'
import type { HeldCall, MockAnswer, MockCall, MockHandler } from './mock-runner/mock-call.ts'
import { createMockCredentials } from './mock-runner/mock-credentials.ts'
import { createMockSession, type MockSession } from './mock-runner/mock-session.ts'

/** One use of the runner's interface, as a test finds it afterwards. */
export type RunnerUse = { [Name in keyof Runner]: { readonly name: Name; readonly input: Parameters<Runner[Name]> } }[keyof Runner]

/** A runner in memory, without processes, and what a test may do to it. */
export interface MockRunner extends Runner {
  /** All that was asked of it, in order. */
  readonly uses: readonly RunnerUse[]
  /** Answers all later requests in this way. */
  answerWith(handler: MockHandler): void
  /** Stops the next tool call before its handler. */
  holdNextCall(): HeldCall
  /** As after a restart: a new epoch, nothing known, and whoever reads fails with `RunnerUnavailable`. */
  forgetSessions(): void
  /** While it is not available every use fails with `RunnerUnavailable`, readings under way too; the calls run on. */
  setAvailable(isAvailable: boolean): void
  /** From now on `catalogue` fails so; undefined lets it succeed again. */
  setChildFailure(failure: ChildFailure | undefined): void
  /** Says that Forgejo refused this generation of a user's credential. */
  rejectCredential(rejection: CredentialRejection): void
  /** Says that Forgejo refused what is held of a user, 0 when nothing is; resolves with what the gateway pushes then. */
  renewCredential(userId: string): Promise<PushedCredential>
  /** What was last pushed for a user. */
  credentialOf(userId: string): PushedCredential | undefined
}

/**
 * Makes a runner for working on the gateway alone. Its children have some of forgejo-mcp's tools and answer with canned content that
 * names the session's user.
 *
 * @param options `handler` answers every request instead; `callsPerSession` is how many calls a session may have under way.
 */
export function createMockRunner(options: { readonly handler?: MockHandler; readonly callsPerSession?: number } = {}): MockRunner {
  const limit = options.callsPerSession ?? 64
  const uses: RunnerUse[] = []
  const credentials = createMockCredentials()
  const sessions = new Map<SessionKey, MockSession>()
  const catalogueListeners = new Set<() => void>()
  const holds: ((call: MockCall) => Promise<void>)[] = []
  let handler = options.handler ?? answerCanned
  let childFailure: ChildFailure | undefined
  let isAvailable = true
  let epochNumber = 1

  function receive(use: RunnerUse): void {
    uses.push(use)
    if (!isAvailable) throw new RunnerUnavailable('the mock runner is switched off')
  }

  async function answer(call: MockCall): Promise<MockAnswer> {
    if (call.message.method === 'tools/call') await holds.shift()?.(call)
    return await handler(call)
  }

  function breakReadings(): void {
    for (const session of sessions.values()) for (const stream of session.streams.values()) stream.breakReadings()
  }

  function epoch(): string {
    return `mock${epochNumber}`
  }

  return {
    async catalogue() {
      receive({ name: 'catalogue', input: [] })
      return childFailure === undefined ? ok(await cannedCatalogue()) : err(childFailure)
    },
    onCatalogueChanged(listener) {
      catalogueListeners.add(listener)
      return () => catalogueListeners.delete(listener)
    },
    async describe(description) {
      receive({ name: 'describe', input: [description] })
      const known = sessions.get(description.key)
      if (known === undefined) sessions.set(description.key, createMockSession({ description, epoch: epoch(), handler: answer }))
      else known.description = description
      return ok(undefined)
    },
    async call(request) {
      receive({ name: 'call', input: [request] })
      const session = sessions.get(request.key)
      if (session === undefined) return err({ reason: 'unknown_session' })
      if (session.callsInFlight >= limit) return err({ reason: 'too_many_calls', limit })
      return ok(session.start(request).read(0, request.signal))
    },
    async events(request) {
      receive({ name: 'events', input: [request] })
      const session = sessions.get(request.key)
      if (session === undefined) return err({ reason: 'unknown_session' })
      const stream = session.streams.get(request.stream)
      const seen = countSeen(request, epoch())
      if (stream === undefined || seen === undefined) return err({ reason: 'unknown_stream' })
      return stream.hasMoreAfter(seen) ? ok(stream.read(seen, request.signal)) : err({ reason: 'nothing_left' })
    },
    async cancel(key, requestId) {
      receive({ name: 'cancel', input: [key, requestId] })
      sessions.get(key)?.cancel(requestId)
    },
    async end(key) {
      receive({ name: 'end', input: [key] })
      sessions.get(key)?.end()
      sessions.delete(key)
    },
    async setCredential(credential) {
      receive({ name: 'setCredential', input: [credential] })
      credentials.set(credential)
    },
    onCredentialRejected: (listener) => credentials.listen(listener),
    async setForgejoVersion(version) {
      receive({ name: 'setForgejoVersion', input: [version] })
    },
    async status() {
      receive({ name: 'status', input: [] })
      return {
        epoch: epoch(),
        startedAtMs: 0,
        isolation: 'none',
        child:
          childFailure === undefined ? { state: 'ok', ...cannedHandshake.serverInfo } : { state: 'error', detail: childFailure.detail },
        sessions: sessions.size,
        children: sessions.size,
        callsInFlight: [...sessions.values()].reduce((sum, session) => sum + session.callsInFlight, 0),
      }
    },
    async sessions() {
      receive({ name: 'sessions', input: [] })
      return [...sessions].map(([key, { callsInFlight }]) => ({ key, phase: 'ready', callsInFlight }))
    },

    uses,
    answerWith(next) {
      handler = next
    },
    holdNextCall() {
      const arrived = Promise.withResolvers<MockCall>()
      const released = Promise.withResolvers<void>()
      holds.push((call) => {
        arrived.resolve(call)
        return released.promise
      })
      return { arrived: arrived.promise, release: () => released.resolve() }
    },
    forgetSessions() {
      breakReadings()
      for (const session of sessions.values()) session.end()
      sessions.clear()
      credentials.forget()
      epochNumber += 1
      for (const listener of catalogueListeners) listener()
    },
    setAvailable(available) {
      isAvailable = available
      if (!available) breakReadings()
    },
    setChildFailure(failure) {
      childFailure = failure
    },
    rejectCredential: (rejection) => credentials.reject(rejection),
    renewCredential: (userId) => credentials.renew(userId),
    credentialOf: (userId) => credentials.get(userId),
  }
}

/** How many events of the stream its reader has; undefined when what it last saw was none of this stream. */
function countSeen({ stream, after }: ReadRequest, epoch: string): number | undefined {
  if (after === undefined) return 0
  const prefix = `${epoch}.${stream}.`
  const count = Number(after.slice(prefix.length))
  return after.startsWith(prefix) && Number.isSafeInteger(count) ? count : undefined
}
