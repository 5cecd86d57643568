import type { RunnerStatus, SessionActivity } from '@fjmcp-broker/shared/runner/runner'
import { createLookAtProcess } from '@fjmcp-broker/shared/look-at-process'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { childEndReasons, type RunnerProbe } from '../probe.ts'
import type { PoolCounts } from '../supervision/share-out.ts'

/** The metrics of this process. */
export interface RunnerMetrics {
  readonly probe: RunnerProbe
  readonly registry: Registry
  /** All of them as Prometheus reads them. Memory, CPU and event loop are looked at from the first time on. */
  text(now: RunnerReadings): Promise<string>
}

/** What is not counted but looked up whenever somebody asks. */
export interface RunnerReadings {
  readonly status: Pick<RunnerStatus, 'sessions' | 'callsInFlight'>
  readonly sessions: readonly SessionActivity[]
  /** Children that no session has. */
  readonly pool: Pick<PoolCounts, 'starting' | 'ready' | 'ending'>
  readonly childMemoryBytes: number
}

const startBuckets = [0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const waitBuckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 60]
const upstreamBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60]
/** Others do not come from forgejo-mcp: a child may send whatever it likes. */
const knownMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])
const upstreamStatuses = ['2xx', '3xx', '4xx', '5xx', 'failed']

/**
 * Each counter has all its labels from the start on, at 0: Prometheus takes no rate of a first event that it never saw missing.
 *
 * @param maxChildren Children in all.
 */
export function createRunnerMetrics({ maxChildren }: { readonly maxChildren: number }): RunnerMetrics {
  const registry = new Registry()
  const registers = [registry]
  const gauges = createGauges(registers)
  const limit = new Gauge({
    name: 'fjmcp_broker_children_limit',
    help: 'How many processes of forgejo-mcp there may be, in all states together.',
    registers,
  })
  limit.set(maxChildren)
  const probe: RunnerProbe = {
    ...countChildren(registers),
    callWaited: countWaits(registers),
    upstreamAnswered: countUpstream(registers),
    gatewayStarted: countRestarts(registers),
  }
  const lookAtProcess = createLookAtProcess({
    name: 'runner',
    collect: (options) => collectDefaultMetrics({ ...options, register: registry }),
  })

  return {
    probe,
    registry,
    text(now) {
      lookAtProcess()
      gauges(now)
      return registry.metrics()
    },
  }
}

function createGauges(registers: Registry[]): (now: RunnerReadings) => void {
  const children = new Gauge({
    name: 'fjmcp_broker_children',
    help: 'Processes of forgejo-mcp by state; ready: of a session, pooled: ready and of no session yet.',
    labelNames: ['state'],
    registers,
  })
  const memory = new Gauge({
    name: 'fjmcp_broker_children_memory_bytes',
    help: 'Resident memory of all children together, as last measured.',
    registers,
  })
  const known = new Gauge({
    name: 'fjmcp_broker_live_sessions',
    help: 'Sessions that the runner keeps something of; the others are a row of the database.',
    registers,
  })
  const calls = new Gauge({ name: 'fjmcp_broker_calls_in_flight', help: 'Calls that wait for an answer of a child.', registers })
  const queue = new Gauge({ name: 'fjmcp_broker_queue_length', help: 'Sessions with calls that wait for a place for a child.', registers })

  return ({ status, sessions, pool, childMemoryBytes }) => {
    const count = (phase: SessionActivity['phase']) => sessions.filter((session) => session.phase === phase).length
    children.set({ state: 'starting' }, pool.starting)
    children.set({ state: 'pooled' }, pool.ready)
    children.set({ state: 'ready' }, count('ready'))
    children.set({ state: 'ending' }, count('ending') + pool.ending)
    memory.set(childMemoryBytes)
    known.set(status.sessions)
    calls.set(status.callsInFlight)
    queue.set(count('waiting'))
  }
}

function countChildren(registers: Registry[]): Pick<RunnerProbe, 'childSpoke' | 'childEnded'> {
  const starts = new Histogram({
    name: 'fjmcp_broker_child_start_duration_seconds',
    help: 'From the start of a child to its first word.',
    buckets: startBuckets,
    registers,
  })
  const ends = new Counter({
    name: 'fjmcp_broker_child_ends_total',
    help: 'Children that ended, by reason: asked, by_itself, not_started, or the bound they broke (as child_broke in the log).',
    labelNames: ['reason'],
    registers,
  })
  for (const reason of childEndReasons) ends.inc({ reason }, 0)
  return {
    childSpoke: (durationMs) => starts.observe(Math.max(0, durationMs) / 1000),
    childEnded: (reason) => ends.inc({ reason }),
  }
}

function countWaits(registers: Registry[]): RunnerProbe['callWaited'] {
  const waits = new Histogram({
    name: 'fjmcp_broker_queue_wait_seconds',
    help: 'How long calls that found no child of their session waited until it had one.',
    buckets: waitBuckets,
    registers,
  })
  return (durationMs) => waits.observe(Math.max(0, durationMs) / 1000)
}

function countUpstream(registers: Registry[]): RunnerProbe['upstreamAnswered'] {
  const requests = new Counter({
    name: 'fjmcp_broker_upstream_requests_total',
    help: 'Requests of children to Forgejo, by method and class of the status (2xx), or failed where no answer came.',
    labelNames: ['method', 'status'],
    registers,
  })
  const duration = new Histogram({
    name: 'fjmcp_broker_upstream_request_duration_seconds',
    help: 'Until Forgejo began to answer, by method.',
    labelNames: ['method'],
    buckets: upstreamBuckets,
    registers,
  })
  for (const method of [...knownMethods, 'other']) {
    duration.zero({ method })
    for (const status of upstreamStatuses) requests.inc({ method, status }, 0)
  }
  return ({ method: sent, status, durationMs }) => {
    const method = knownMethods.has(sent) ? sent : 'other'
    requests.inc({ method, status: status === 'failed' ? status : `${Math.floor(status / 100)}xx` })
    duration.observe({ method }, Math.max(0, durationMs) / 1000)
  }
}

function countRestarts(registers: Registry[]): RunnerProbe['gatewayStarted'] {
  const restarts = new Counter({
    name: 'fjmcp_broker_gateway_restarts_total',
    help: 'How often the gateway had to be started again.',
    registers,
  })
  let isFirst = true
  return () => {
    if (!isFirst) restarts.inc()
    isFirst = false
  }
}
