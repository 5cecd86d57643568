import type { Clock } from '@fjmcp-broker/shared/clock'
import type { Log } from '@fjmcp-broker/shared/log'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { ChildCatalogue, ChildFailure, Runner, RunnerStatus, SessionActivity } from '@fjmcp-broker/shared/runner/runner'
import type { RunnerSettings } from './config.ts'
import type { Credentials } from './credentials.ts'
import type { Injector } from './injector/injector.ts'
import type { ChildProgram } from './process/child-process.ts'
import type { ProcessGroups } from './process/process-groups.ts'
import { identifyProgram } from './program/identify-program.ts'
import { createProgramStatus } from './program/program-status.ts'
import type { Schedule } from './schedule.ts'
import { createIgnoredCounter } from './sessions/count-ignored.ts'
import { createHandshakes } from './sessions/handshakes.ts'
import { learnCatalogue } from './sessions/learn-catalogue.ts'
import type { LiveSession } from './sessions/live-session.ts'
import { createKnownSessions } from './sessions/known-sessions.ts'
import { createStartChild } from './sessions/start-child.ts'
import { createSupervisor, type Supervisor } from './sessions/supervisor.ts'
import { createStreams, type KeepingLimits } from './streams/streams.ts'
import type { Limits } from './supervision/session.ts'

/** All that the runner needs from outside. */
export interface RunnerDependencies {
  /** Names this start of the runner, as no other is named. */
  readonly epoch: string
  readonly settings: Pick<RunnerSettings, 'callTimeoutMs' | 'childIdleMs' | 'maxChildren' | 'callsPerSession' | 'maxMessageBytes'>
  /** How the processes of the program are kept apart. */
  readonly isolation: RunnerStatus['isolation']
  readonly program: ChildProgram
  readonly injector: Pick<Injector, 'url' | 'register' | 'restore' | 'setForgejoVersion'>
  readonly credentials: Pick<Credentials, 'set' | 'forget' | 'onRejected'>
  readonly groups: Pick<ProcessGroups, 'started' | 'ended'>
  readonly clock: Clock
  readonly schedule: Schedule
  readonly log: Log
}

/** The real runner. */
export interface ClosableRunner extends Runner {
  /** Runs the child program for the first time, to learn whether it works and what it is. Asked again it does nothing. */
  lookAtProgram(): void
  /** How many calls wait for an answer. */
  callCount(): number
  /** Settles as soon as none does. */
  callsAnswered(): Promise<void>
  /**
   * Ends all sessions, answers their calls and takes no more; settles when no process is left.
   *
   * @param hastened Aborted when nobody is willing to wait: then processes are killed.
   */
  close(hastened?: AbortSignal): Promise<void>
}

export function createRunner(deps: RunnerDependencies): ClosableRunner {
  const { epoch, settings, injector, credentials, groups, clock, schedule, log } = deps
  const startedAtMs = clock()
  const programStatus = createProgramStatus({ identify: () => identifyProgram({ program: deps.program, groups, schedule }), log })
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
  const sessions = createKnownSessions({ supervisor, createStreams: () => streams.forSession(), credentials, clock, schedule })
  let isClosed = false
  let catalogue: Promise<Result<ChildCatalogue, ChildFailure>> | undefined

  return {
    async catalogue() {
      if (isClosed) return err(stopping)
      catalogue ??= learnCatalogue({ sessions, handshakes, supervisor })
      const learned = await catalogue
      if (!learned.ok) catalogue = undefined
      return learned
    },

    onCatalogueChanged: () => () => undefined,

    async describe(description) {
      if (isClosed) return err(stopping)
      sessions.describe(description)
      return ok(undefined)
    },
    async send({ key, stream, message }) {
      const session = sessions.use(key)
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
      const session = sessions.use(key)
      return session === undefined ? err({ reason: 'unknown_session' }) : session.streams.read({ stream, after, signal })
    },
    async cancel(key, requestId) {
      const session = sessions.use(key)
      if (session !== undefined) supervisor.tell(session, { type: 'cancelled', requestId })
    },
    end: (key) => sessions.end(key),
    async setCredential(credential) {
      // Who waits for it is answered in any case.
      credentials.set(credential)
      if (!sessions.hasUser(credential.userId)) credentials.forget(credential.userId)
    },
    onCredentialRejected: (listener) => credentials.onRejected(listener),
    async setForgejoVersion(version) {
      injector.setForgejoVersion(version)
    },
    async status() {
      const live = sessions.list()
      return {
        epoch,
        startedAtMs,
        isolation: deps.isolation,
        child: await programStatus.read(),
        sessions: live.filter(({ state }) => !state.over).length,
        children: supervisor.childCount(),
        callsInFlight: supervisor.callCount(),
      }
    },
    sessions: async () => sessions.list().map(activityOf),

    lookAtProgram() {
      if (!isClosed) programStatus.look()
    },
    callCount: () => supervisor.callCount(),
    callsAnswered: () => supervisor.callsAnswered(),
    async close(hastened) {
      isClosed = true
      const ended = Promise.all([programStatus.close(), sessions.endAll()])
      if (hastened?.aborted === true) sessions.hasten()
      else hastened?.addEventListener('abort', () => sessions.hasten(), { once: true })
      await ended
    },
  }
}

const stopping: ChildFailure = { reason: 'child_unavailable', detail: 'The runner is stopping.' }

function activityOf({ key, state }: LiveSession): SessionActivity {
  return { key, phase: state.phase.name === 'absent' ? 'none' : state.phase.name, callsInFlight: state.calls.size }
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
