import type { Clock } from '@fjmcp-broker/shared/clock'
import type { Log } from '@fjmcp-broker/shared/log'
import { err, ok } from '@fjmcp-broker/shared/result'
import type { Runner, SessionDescription, SessionKey } from '@fjmcp-broker/shared/runner/runner'
import type { RunnerSettings } from './config.ts'
import type { Credentials } from './credentials.ts'
import type { Injector } from './injector/injector.ts'
import { createIgnoredCounter } from './sessions/count-ignored.ts'
import { createHandshakes } from './sessions/handshakes.ts'
import { identifyProgram } from './program/identify-program.ts'
import type { LiveSession } from './sessions/live-session.ts'
import type { ChildProgram } from './process/child-process.ts'
import type { ProcessGroups } from './process/process-groups.ts'
import { isolation } from './process/start-process.ts'
import { createProgramStatus } from './program/program-status.ts'
import type { Schedule } from './schedule.ts'
import { createStartChild } from './sessions/start-child.ts'
import { createStreams, type KeepingLimits } from './streams/streams.ts'
import { hasProcess, type Limits, newSession } from './supervision/session.ts'
import { createSupervisor, type Supervisor } from './sessions/supervisor.ts'

/** All that the runner needs from outside. */
export interface RunnerDependencies {
  /** Names this start of the runner, as no other is named. */
  readonly epoch: string
  readonly settings: Pick<RunnerSettings, 'callTimeoutMs' | 'childIdleMs' | 'maxChildren' | 'callsPerSession' | 'maxMessageBytes'>
  readonly program: ChildProgram
  readonly injector: Pick<Injector, 'url' | 'register' | 'restore' | 'setForgejoVersion'>
  readonly credentials: Pick<Credentials, 'set' | 'onRejected'>
  readonly groups: Pick<ProcessGroups, 'started' | 'ended'>
  readonly clock: Clock
  readonly schedule: Schedule
  readonly log: Log
}

/** The real runner. */
export interface ClosableRunner extends Runner {
  /** Ends all sessions and takes no more; settles when no process is left. */
  close(): Promise<void>
}

export function createRunner(deps: RunnerDependencies): ClosableRunner {
  const { epoch, settings, injector, credentials, groups, clock, schedule, log } = deps
  const startedAtMs = clock()
  const identification = identifyProgram({ program: deps.program, groups, schedule })
  const programStatus = createProgramStatus({ identification, log })
  const streams = createStreams({ epoch, clock, schedule, limits: keepingLimits(settings) })
  const handshakes = createHandshakes((session) => supervisor.tell(session, { type: 'handshake_wanted' }))
  const supervisor: Supervisor = createSupervisor({
    limits: lifeLimits(settings),
    maxChildren: settings.maxChildren,
    clock,
    schedule,
    startChild: createStartChild({ program: deps.program, injector, groups, maxMessageBytes: settings.maxMessageBytes, log }),
    listener: {
      handshakeKnown(session, handshake) {
        programStatus.works(handshake)
        handshakes.handshakeKnown(session, handshake)
      },
      noChild: (session, failure) => handshakes.noChild(session, failure),
      startFailed(session, detail) {
        programStatus.fails(detail)
        log.warn('child_start_failed', { session: session.key, detail })
      },
      ignored: createIgnoredCounter(log),
    },
  })
  const sessions = new Map<SessionKey, LiveSession>()
  let isClosed = false

  return {
    async describe(description) {
      if (isClosed) return err({ reason: 'child_unavailable', detail: 'The runner is stopping.' })
      return handshakes.obtain(makeKnown(description))
    },
    async send({ key, stream, message }) {
      const session = find(key)
      if (session === undefined) return err({ reason: 'unknown_session' })
      if (!('id' in message)) {
        supervisor.tell(session, { type: 'notified', notification: message })
        return ok(undefined)
      }
      if (session.state.calls.size >= settings.callsPerSession) return err({ reason: 'too_many_calls', limit: settings.callsPerSession })
      session.streams.open(stream)
      supervisor.tell(session, { type: 'called', stream, request: message })
      return ok(undefined)
    },
    async events({ key, stream, after, signal }) {
      const session = find(key)
      return session === undefined ? err({ reason: 'unknown_session' }) : session.streams.read({ stream, after, signal })
    },
    async cancel(key, requestId) {
      const session = find(key)
      if (session !== undefined) supervisor.tell(session, { type: 'cancelled', requestId })
    },
    end,
    async setCredential(credential) {
      credentials.set(credential)
    },
    onCredentialRejected: (listener) => credentials.onRejected(listener),
    async setForgejoVersion(version) {
      injector.setForgejoVersion(version)
    },
    async status() {
      const live = [...sessions.values()]
      return {
        epoch,
        startedAtMs,
        isolation,
        child: await programStatus.read(),
        sessions: live.filter(({ state }) => !state.over).length,
        children: supervisor.childCount(),
        callsInFlight: live.reduce((sum, { state }) => sum + state.calls.size, 0),
      }
    },
    async close() {
      isClosed = true
      identification.stop()
      await Promise.all([identification.outcome, ...[...sessions.keys()].map(end)])
    },
  }

  function makeKnown({ key, userId, accessLevel, logLevel }: SessionDescription): LiveSession {
    const known = sessions.get(key)
    if (known === undefined) {
      const session = createSession({ key, userId, accessLevel, logLevel })
      sessions.set(key, session)
      return session
    }
    if (known.userId !== userId) throw new Error('A session cannot pass from one user to another')
    known.accessLevel = accessLevel
    known.child?.setAccessLevel(accessLevel)
    supervisor.tell(known, { type: 'described', logLevel })
    return known
  }

  function createSession({ key, userId, accessLevel, logLevel }: SessionDescription): LiveSession {
    return {
      key,
      userId,
      accessLevel,
      streams: streams.forSession(),
      state: newSession(logLevel),
      child: undefined,
      timer: undefined,
      onceGone: new Set(),
    }
  }

  function find(key: SessionKey): LiveSession | undefined {
    const session = sessions.get(key)
    return session === undefined || session.state.over ? undefined : session
  }

  async function end(key: SessionKey): Promise<void> {
    const session = sessions.get(key)
    if (session === undefined) return
    supervisor.tell(session, { type: 'over' })
    session.streams.clear()
    if (hasProcess(session.state)) await new Promise<void>((resolve) => session.onceGone.add(resolve))
    // It may have been described anew meanwhile.
    if (session.state.over) sessions.delete(key)
  }
}

function lifeLimits({ callTimeoutMs, childIdleMs }: RunnerDependencies['settings']): Limits {
  return { callTimeoutMs, childIdleMs, startTimeoutMs: 10_000, endGraceMs: 2_000, firstBackOffMs: 200, longestBackOffMs: 5_000 }
}

function keepingLimits({ maxMessageBytes }: RunnerDependencies['settings']): KeepingLimits {
  return {
    keptMs: 60_000,
    mostEvents: 1_000,
    mostSize: maxMessageBytes,
    endedPerSession: 4_096,
    sizePerSession: 4 * maxMessageBytes,
    sizeInAll: 64 * maxMessageBytes,
  }
}
