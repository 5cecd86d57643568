import { findTool } from '@fjmcp-broker/shared/catalogue/lookup'
import { createLookAtProcess } from '@fjmcp-broker/shared/look-at-process'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { auditEventTypes } from '../domain/audit/audit-event.ts'
import { type CallOutcome, callOutcomes, type CallProbe, type GatewayProbe, limitNames, refreshOutcomes } from '../probe.ts'
import { routeLabel, routeLabels } from './route-label.ts'

/** The metrics of this process. */
export interface GatewayMetrics {
  readonly probe: GatewayProbe
  readonly registry: Registry
  /** All of them as Prometheus reads them. Memory, CPU and event loop are looked at from the first time on. */
  text(now: GatewayReadings): Promise<string>
}

/** What is not counted but looked up whenever somebody asks. */
export interface GatewayReadings {
  /** Undefined where the store does not say. */
  readonly sessions: number | undefined
  readonly isRunnerUp: boolean
}

/** From an answer out of memory to the longest call that is allowed. */
const callBuckets = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120]

/**
 * Each counter has all its labels from the start on, at 0: Prometheus takes no rate of a first event that it never saw missing. Those by tool
 * come with the first call of the tool, or they would be some thousands.
 *
 * @param version The broker's own.
 */
export function createGatewayMetrics({ version }: { readonly version: string }): GatewayMetrics {
  const registry = new Registry()
  const registers = [registry]
  const build = new Gauge({
    name: 'fjmcp_broker_build_info',
    help: 'Always 1; its labels say what runs.',
    labelNames: ['version'],
    registers,
  })
  build.set({ version }, 1)
  const runnerUp = new Gauge({
    name: 'fjmcp_broker_runner_up',
    help: 'Whether the runner answered this scrape; if not, its metrics are missing.',
    registers,
  })
  const sessions = new Gauge({ name: 'fjmcp_broker_sessions', help: 'Sessions of connected clients, idle ones included.', registers })
  const events = new Counter({
    name: 'fjmcp_broker_audit_events_total',
    help: 'Events of the audit log by type: user_signed_in, tokens_refreshed and so on.',
    labelNames: ['event'],
    registers,
  })
  const refreshes = new Counter({
    name: 'fjmcp_broker_credential_refreshes_total',
    help: "Renewals of users' Forgejo tokens: renewed, died (the user has to sign in again) or failed (tried again later).",
    labelNames: ['outcome'],
    registers,
  })
  const refusals = new Counter({
    name: 'fjmcp_broker_rate_limited_total',
    help: 'Requests that were refused, by the limit they met.',
    labelNames: ['limit'],
    registers,
  })
  for (const event of auditEventTypes) events.inc({ event }, 0)
  for (const outcome of refreshOutcomes) refreshes.inc({ outcome }, 0)
  for (const limit of limitNames) refusals.inc({ limit }, 0)
  const probe: GatewayProbe = {
    callStarted: createCallCounter(registers),
    requestAnswered: createRequestCounter(registers),
    rateLimited: (limit) => refusals.inc({ limit }),
    credentialRefreshed: (outcome) => refreshes.inc({ outcome }),
    eventRecorded: (event) => events.inc({ event }),
  }
  const lookAtProcess = createLookAtProcess({
    name: 'gateway',
    collect: (options) => collectDefaultMetrics({ ...options, register: registry }),
  })

  return {
    probe,
    registry,
    text(now) {
      lookAtProcess()
      runnerUp.set(now.isRunnerUp ? 1 : 0)
      if (now.sessions === undefined) sessions.remove()
      else sessions.set(now.sessions)
      return registry.metrics()
    },
  }
}

function createCallCounter(registers: Registry[]): GatewayProbe['callStarted'] {
  const waiting = new Gauge({
    name: 'fjmcp_broker_calls_awaited',
    help: 'Calls whose answer a client waits for.',
    registers,
  })
  const finished = new Counter({
    name: 'fjmcp_broker_calls_total',
    help: 'Calls by tool (other: one that the catalogue does not know; none: a request that calls no tool) and how they ended.',
    labelNames: ['tool', 'outcome'],
    registers,
  })
  const duration = new Histogram({
    name: 'fjmcp_broker_call_duration_seconds',
    help: 'From the receipt of a call to its answer, by tool.',
    labelNames: ['tool'],
    buckets: callBuckets,
    registers,
  })
  const counters = new Map<string, CallProbe>()

  return (name) => {
    waiting.inc()
    const tool = toolLabel(name)
    let counter = counters.get(tool)
    if (counter === undefined) {
      counter = createCounter(tool)
      counters.set(tool, counter)
    }
    return counter
  }

  /** The same for all calls of a tool, so that a call makes no object here. */
  function createCounter(tool: string): CallProbe {
    duration.zero({ tool })
    for (const outcome of callOutcomes) finished.inc({ tool, outcome }, 0)
    const observed = duration.labels(tool)
    const byOutcome = new Map<CallOutcome, Counter.Internal>(callOutcomes.map((outcome) => [outcome, finished.labels(tool, outcome)]))
    return {
      finished(outcome, durationMs) {
        waiting.dec()
        byOutcome.get(outcome)?.inc()
        observed.observe(Math.max(0, durationMs) / 1000)
      },
    }
  }
}

/** A client may name any tool: those that the catalogue does not know are one label. */
function toolLabel(name: string | undefined): string {
  if (name === undefined) return 'none'
  return findTool(name)?.name ?? 'other'
}

/** Of the statuses, by their first digit. */
const classes = [1, 2, 3, 4, 5]

function createRequestCounter(registers: Registry[]): GatewayProbe['requestAnswered'] {
  const requests = new Counter({
    name: 'fjmcp_broker_http_requests_total',
    help: 'Requests of clients and browsers, by route and class of the status (2xx).',
    labelNames: ['route', 'status'],
    registers,
  })
  const counters = new Map(routeLabels.map((route) => [route, new Map(classes.map((digit) => [digit, counterOf(route, `${digit}xx`)]))]))

  return (path, status) =>
    counters
      .get(routeLabel(path))
      ?.get(Math.floor(status / 100))
      ?.inc()

  function counterOf(route: string, status: string): Counter.Internal {
    requests.inc({ route, status }, 0)
    return requests.labels(route, status)
  }
}
