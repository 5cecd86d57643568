import type { Clock } from '@fjmcp-broker/shared/clock'
import type { Log } from '@fjmcp-broker/shared/log'
import { err, ok } from '@fjmcp-broker/shared/result'
import type { ChildFailure, Runner, RunnerStatus, SessionActivity } from '@fjmcp-broker/shared/runner/runner'
import type { RunnerSettings } from './config.ts'
import type { Credentials } from './credentials.ts'
import type { Injector } from './injector/injector.ts'
import type { ChildProgram } from './process/child-process.ts'
import type { ProcessGroups } from './process/process-groups.ts'
import { identifyProgram } from './program/identify-program.ts'
import { createProgramStatus } from './program/program-status.ts'
import type { RunnerProbe } from './probe.ts'
import type { Schedule } from './schedule.ts'
import { createCatalogue } from './pool/catalogue.ts'
import { createPool, type Pool } from './pool/pool.ts'
import { createStartChild } from './pool/start-child.ts'
import { checkCall } from './sessions/check-call.ts'
import { createIgnoredCounter } from './sessions/count-ignored.ts'
import { createKnownSessions } from './sessions/known-sessions.ts'
import type { LiveSession } from './sessions/live-session.ts'
import { shareChildren } from './sessions/share-children.ts'
import { createSupervisor, type Supervisor } from './sessions/supervisor.ts'
import { createTurns } from './turns.ts'
import { createStreams, type KeepingLimits } from './streams/streams.ts'
import { createPlaces } from './supervision/places.ts'
import type { Limits } from './supervision/limits.ts'
import type { PoolCounts } from './supervision/share-out.ts'

/** All that the runner needs from outside. */
export interface RunnerDependencies {
  /** Names this start of the runner, as no other is named. */
  readonly epoch: string
  readonly settings: Pick<
    RunnerSettings,
    | 'callTimeoutMs'
    | 'queueMs'
    | 'childIdleMs'
    | 'maxChildren'
    | 'childrenPerUser'
    | 'poolSize'
    | 'callsPerSession'
    | 'callsPerUser'
    | 'queueLength'
    | 'maxMessageBytes'
  >
  /** How the processes of the program are kept apart. */
  readonly isolation: RunnerStatus['isolation']
  readonly program: ChildProgram
  readonly injector: Pick<Injector, 'url' | 'register' | 'restore' | 'setForgejoVersion'>
  readonly credentials: Pick<Credentials, 'set' | 'forget' | 'want' | 'onRejected'>
  readonly groups: Pick<ProcessGroups, 'started' | 'ended'>
  readonly clock: Clock
  /** Draws a number from 0 up to 1. */
  readonly random: () => number
  readonly schedule: Schedule
  readonly probe: Pick<RunnerProbe, 'callWaited' | 'childSpoke' | 'childEnded'>
  readonly log: Log
}

/** The real runner. */
export interface ClosableRunner extends Runner {
  /** Runs the child program for the first time, to learn whether it works and what it is. Asked again it does nothing. */
  lookAtProgram(): void
  /** Children that no session has. */
  poolCounts(): Pick<PoolCounts, 'starting' | 'ready' | 'ending'>
  /** The resident memory of all children as last measured. */
  childMemoryBytes(): number
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
  const limits = lifeLimits(settings)
  const places = createPlaces<LiveSession>(settings)
  const turns = createTurns({ settle: share, log })
  const catalogue = createCatalogue({ waitMs: limits.startTimeoutMs + 1_000, schedule, wanted: () => turns.settle() })
  const noteIgnored = createIgnoredCounter(log)
  const pool: Pool = createPool({
    limits,
    catalogue,
    startChild: createStartChild({
      program: deps.program,
      injector,
      groups,
      maxMessageBytes: settings.maxMessageBytes,
      clock,
      probe: deps.probe,
      log,
    }),
    turns,
    clock,
    schedule,
    listener: {
      ready: (handshake) => programStatus.works(handshake),
      failed(detail) {
        programStatus.fails(detail)
        log.warn('child_start_failed', { detail })
      },
      ignored: (what) => noteIgnored(what),
      circuitOpened(detail) {
        programStatus.fails(detail)
        log.error('circuit_opened', { detail })
      },
      circuitClosed: () => log.info('circuit_closed'),
    },
  })
  const supervisor: Supervisor = createSupervisor({
    limits,
    places,
    turns,
    pool,
    clock,
    random: deps.random,
    schedule,
    probe: deps.probe,
    noteIgnored,
  })
  const sessions = createKnownSessions({ supervisor, createStreams: (userId) => streams.forSession(userId), credentials, clock, schedule })
  let isVersionKnown = false
  let isClosed = false

  return {
    catalogue: async () => (isClosed ? err(stopping) : catalogue.obtain()),
    onCatalogueChanged: (listener) => catalogue.onChanged(listener),
    async describe(description) {
      if (isClosed) return err(stopping)
      sessions.describe(description)
      return ok(undefined)
    },
    async call({ key, stream, message, signal }) {
      const session = sessions.use(key)
      if (session === undefined) return err({ reason: 'unknown_session' })
      const admitted = checkCall({
        state: session.state,
        waitingForPlaces: places.demand,
        ofUser: supervisor.callsOfUser(session.userId),
        isChildAtHand: pool.counts().ready > 0 && places.mayHaveMore(session.userId),
        circuit: pool.circuit(),
        limits: settings,
        nowMs: clock(),
      })
      if (!admitted.ok) return admitted
      const events = session.streams.open(stream, signal)
      supervisor.tell(session, { type: 'called', stream, request: message })
      // The child has work to do before it needs one.
      credentials.want(session.userId)
      return ok(events)
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
      isVersionKnown = true
      // From now on children come up.
      turns.settle()
    },
    async status() {
      const { starting, ready, ending } = pool.counts()
      return {
        epoch,
        startedAtMs,
        isolation: deps.isolation,
        child: await programStatus.read(),
        sessions: sessions.count(),
        children: places.taken + starting + ready + ending,
        callsInFlight: supervisor.calls().calls,
      }
    },
    sessions: async () => sessions.list().map(activityOf),

    lookAtProgram() {
      if (!isClosed) programStatus.look()
    },
    poolCounts: () => pool.counts(),
    childMemoryBytes: () => sessions.list().reduce((sum, { child }) => sum + (child?.memoryBytes() ?? 0), pool.memoryBytes()),
    callCount: () => supervisor.calls().calls,
    callsAnswered: () => supervisor.callsAnswered(),
    async close(hastened) {
      isClosed = true
      catalogue.giveUp(stopping.detail)
      const ended = Promise.all([programStatus.close(), sessions.endAll(), pool.empty()])
      if (hastened?.aborted === true) hasten()
      else hastened?.addEventListener('abort', hasten, { once: true })
      await ended
    },
  }

  function share(): boolean {
    return shareChildren({
      places,
      pool,
      supervisor,
      clock,
      bounds: {
        maxChildren: settings.maxChildren,
        poolSize: settings.poolSize,
        mayStart: isVersionKnown && !isClosed,
        isTellerWanted: catalogue.isWanted(),
      },
    })
  }

  function hasten(): void {
    sessions.hasten()
    pool.hasten()
  }
}

const stopping: ChildFailure = { reason: 'child_unavailable', detail: 'The runner is stopping.' }

function activityOf({ key, state, child, childSinceMs }: LiveSession): SessionActivity {
  const phase = state.phase.name === 'absent' ? 'none' : state.phase.name
  return { key, phase, callsInFlight: state.calls.size, childSinceMs, memoryBytes: child?.memoryBytes() }
}

function lifeLimits({ callTimeoutMs, queueMs, childIdleMs, maxMessageBytes }: RunnerDependencies['settings']): Limits {
  return {
    callTimeoutMs,
    queueMs,
    childIdleMs,
    catalogueSize: maxMessageBytes,
    startTimeoutMs: 10_000,
    endGraceMs: 2_000,
    firstBackOffMs: 200,
    longestBackOffMs: 5_000,
  }
}

/** What a byte of a message takes at most while it is kept: a text has two for each letter where one of them is not Latin. */
const keptBytesOfByte = 2

function keepingLimits({ maxMessageBytes }: RunnerDependencies['settings']): KeepingLimits {
  return {
    keptMs: 60_000,
    mostEvents: 1_000,
    mostSize: maxMessageBytes / keptBytesOfByte,
    endedPerSession: 4_096,
    sizePerUser: (4 * maxMessageBytes) / keptBytesOfByte,
    sizeInAll: (16 * maxMessageBytes) / keptBytesOfByte,
  }
}
