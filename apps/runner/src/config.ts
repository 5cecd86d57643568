import { type Environment, parseEnvironment, type SettingProblem } from '@fjmcp-broker/shared/env'
import { isOverlapping } from '@fjmcp-broker/shared/listen-address'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import {
  drainSeconds,
  forgejoUrl,
  listenAddress,
  logFormat,
  logLevel,
  maxMessageBytes,
  metricsListen,
  runnerSocket,
  wholeNumber,
} from '@fjmcp-broker/shared/settings'
import { z } from 'zod'
import { parseUidRange, sizeOf, type UidRange } from './isolation/uid-range.ts'

export type RunnerSettings = ReturnType<typeof nameSettings>

const expectedUids = 'two numbers such as 10000-59999, with neither 0 nor 65532 nor 65534 between them'

/** The runner's settings as they stand in the environment. */
export const runnerEnvironment = z.object({
  FORGEJO_URL: forgejoUrl,
  FJMCP_BROKER_LISTEN: listenAddress,
  FJMCP_BROKER_METRICS_LISTEN: metricsListen,
  FJMCP_BROKER_RUNNER_SOCKET: runnerSocket,
  FJMCP_BROKER_FORGEJO_MCP: z.string().default('forgejo-mcp').meta({
    description: "The child program: a name on the `PATH` or a path. Any program that takes forgejo-mcp's arguments works.",
  }),
  FJMCP_BROKER_LOG_LEVEL: logLevel,
  FJMCP_BROKER_LOG_FORMAT: logFormat,
  FJMCP_BROKER_MAX_MESSAGE_BYTES: maxMessageBytes,
  FJMCP_BROKER_DRAIN_SECONDS: drainSeconds,
  FJMCP_BROKER_CALL_TIMEOUT_SECONDS: wholeNumber({ least: 1, most: 3_600, standard: 120 }).meta({
    description: 'How long one call may take before it is cancelled and answered with an error, in seconds.',
  }),
  FJMCP_BROKER_CHILD_IDLE_SECONDS: wholeNumber({ least: 1, most: 86_400, standard: 120 }).meta({
    description: 'A child without a call for this many seconds is ended. The session lives on; its next call starts another.',
  }),
  FJMCP_BROKER_MAX_CHILDREN: wholeNumber({ least: 1, most: 10_000, standard: 40 }).meta({
    description: 'Children at the same time. The one longest idle gives way to a new one.',
  }),
  FJMCP_BROKER_CHILDREN_PER_USER: wholeNumber({ least: 1, most: 10_000, standard: 10 }).meta({
    description: 'Children of one user at the same time; at most half of those in all, rounded up, whatever is set here.',
  }),
  FJMCP_BROKER_POOL_SIZE: wholeNumber({ least: 0, most: 100, standard: 2 }).meta({
    description: 'Children that are kept ready for whoever comes next, within the limit on children.',
  }),
  FJMCP_BROKER_QUEUE_LENGTH: wholeNumber({ least: 1, most: 100_000, standard: 200 }).meta({
    description:
      'Sessions that may wait until there is a place for their child; those that wait for the limit of their own user are not counted. Of one user half as many calls may wait. More are refused.',
  }),
  FJMCP_BROKER_QUEUE_SECONDS: wholeNumber({ least: 1, most: 3_600, standard: 15 }).meta({
    description: 'How long a call waits for a child before it is answered with an error, in seconds.',
  }),
  FJMCP_BROKER_CALLS_PER_USER: wholeNumber({ least: 1, most: 100_000, standard: 128 }).meta({
    description: 'Calls of one user at the same time, in all sessions.',
  }),
  FJMCP_BROKER_CALLS_PER_SESSION: wholeNumber({ least: 1, most: 10_000, standard: 64 }).meta({
    description: 'Calls of one session at the same time.',
  }),
  FJMCP_BROKER_CHILD_MEMORY_MIB: wholeNumber({ least: 16, most: 65_536, standard: 128 }).meta({
    description:
      'Memory that one child with all that it starts may take, in MiB, measured every few seconds (on Linux). One that takes more is ended; its calls are answered with an error that says so, and the next call starts another.',
  }),
  FJMCP_BROKER_CHILD_STDOUT_KIB_PER_SECOND: wholeNumber({ least: 1, most: 1_048_576, standard: 256 }).meta({
    description:
      'What one child may say that answers no call (progress, log messages, requests of its own), in KiB per second, averaged over five seconds. A line counts 256 bytes beside its own. A child that says more is ended; its calls are answered with an error that says so.',
  }),
  FJMCP_BROKER_CHILD_STDERR_KIB_PER_SECOND: wholeNumber({ least: 1, most: 1_048_576, standard: 4_096 }).meta({
    description:
      'What one child may write to its standard error, in KiB per second, averaged over five seconds. It is read and dropped; a child that writes more is ended.',
  }),
  FJMCP_BROKER_CHILD_UIDS: z
    .string()
    .transform((text, context): UidRange => {
      const range = parseUidRange(text)
      if (range !== undefined) return range
      context.addIssue(expectedUids)
      return z.NEVER
    })
    .optional()
    .meta({
      description: 'Uids that nobody else has: started as root, the broker then gives each child one of them, and the gateway uid 65532.',
      expected: expectedUids,
    }),
})

/** Parses the runner's settings; the failure names every variable that is wrong and what is expected of it. */
export function parseRunnerSettings(environment: Environment): Result<RunnerSettings, readonly SettingProblem[]> {
  const parsed = parseEnvironment({ schema: runnerEnvironment, environment })
  if (!parsed.ok) return parsed
  const settings = nameSettings(parsed.value)
  const problems = [checkUidsSuffice(settings), checkPortsDiffer(settings)].filter((problem) => problem !== undefined)
  return problems.length === 0 ? ok(settings) : err(problems)
}

/** While the uids of children that ended are being cleared, others need theirs: with twice as many there are always some. */
function checkUidsSuffice({ childUids, maxChildren }: RunnerSettings): SettingProblem | undefined {
  const needed = 2 * maxChildren
  if (childUids === undefined || sizeOf(childUids) >= needed) return undefined
  return {
    name: 'FJMCP_BROKER_CHILD_UIDS',
    expected: `at least ${needed} uids, twice FJMCP_BROKER_MAX_CHILDREN (these are ${sizeOf(childUids)})`,
  }
}

/** At the same address whoever came second would be taken for another program that is in the way. */
function checkPortsDiffer({ listen, metricsListen }: RunnerSettings): SettingProblem | undefined {
  if (metricsListen === undefined || !isOverlapping(metricsListen, listen)) return undefined
  return { name: 'FJMCP_BROKER_METRICS_LISTEN', expected: 'another port than that of FJMCP_BROKER_LISTEN, which has this one' }
}

function nameSettings(values: z.output<typeof runnerEnvironment>) {
  return {
    forgejoUrl: values.FORGEJO_URL,
    listen: values.FJMCP_BROKER_LISTEN,
    /** Undefined where nobody is to measure. */
    metricsListen: values.FJMCP_BROKER_METRICS_LISTEN,
    runnerSocket: values.FJMCP_BROKER_RUNNER_SOCKET,
    /** A program on the PATH, or the path of one. */
    childProgram: values.FJMCP_BROKER_FORGEJO_MCP,
    logLevel: values.FJMCP_BROKER_LOG_LEVEL,
    logFormat: values.FJMCP_BROKER_LOG_FORMAT,
    maxMessageBytes: values.FJMCP_BROKER_MAX_MESSAGE_BYTES,
    drainMs: values.FJMCP_BROKER_DRAIN_SECONDS * 1000,
    callTimeoutMs: values.FJMCP_BROKER_CALL_TIMEOUT_SECONDS * 1000,
    childIdleMs: values.FJMCP_BROKER_CHILD_IDLE_SECONDS * 1000,
    maxChildren: values.FJMCP_BROKER_MAX_CHILDREN,
    childrenPerUser: values.FJMCP_BROKER_CHILDREN_PER_USER,
    poolSize: values.FJMCP_BROKER_POOL_SIZE,
    queueLength: values.FJMCP_BROKER_QUEUE_LENGTH,
    queueMs: values.FJMCP_BROKER_QUEUE_SECONDS * 1000,
    callsPerUser: values.FJMCP_BROKER_CALLS_PER_USER,
    callsPerSession: values.FJMCP_BROKER_CALLS_PER_SESSION,
    childMemoryBytes: values.FJMCP_BROKER_CHILD_MEMORY_MIB * 1024 * 1024,
    childStdoutBytesPerSecond: values.FJMCP_BROKER_CHILD_STDOUT_KIB_PER_SECOND * 1024,
    childStderrBytesPerSecond: values.FJMCP_BROKER_CHILD_STDERR_KIB_PER_SECOND * 1024,
    /** Undefined where children are to run as the runner does. */
    childUids: values.FJMCP_BROKER_CHILD_UIDS,
  }
}
