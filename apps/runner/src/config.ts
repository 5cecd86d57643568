import { type Environment, parseEnvironment, type ReadFile, type SettingProblem } from '@fjmcp-broker/shared/env'
import type { Result } from '@fjmcp-broker/shared/result'
import { forgejoUrl, logLevel, maxMessageBytes, runnerSocket, wholeNumber } from '@fjmcp-broker/shared/settings'
import { z } from 'zod'

export type RunnerSettings = z.output<typeof schema>

const schema = z
  .object({
    FORGEJO_URL: forgejoUrl,
    FJMCP_BROKER_RUNNER_SOCKET: runnerSocket,
    FJMCP_BROKER_FORGEJO_MCP: z.string().default('forgejo-mcp'),
    FJMCP_BROKER_LOG_LEVEL: logLevel,
    FJMCP_BROKER_MAX_MESSAGE_BYTES: maxMessageBytes,
    FJMCP_BROKER_CALL_TIMEOUT_SECONDS: wholeNumber({ least: 1, most: 3_600, standard: 120 }),
    FJMCP_BROKER_CHILD_IDLE_SECONDS: wholeNumber({ least: 1, most: 86_400, standard: 120 }),
    FJMCP_BROKER_MAX_CHILDREN: wholeNumber({ least: 1, most: 10_000, standard: 40 }),
    FJMCP_BROKER_CALLS_PER_SESSION: wholeNumber({ least: 1, most: 10_000, standard: 64 }),
  })
  .transform((values) => ({
    forgejoUrl: values.FORGEJO_URL,
    runnerSocket: values.FJMCP_BROKER_RUNNER_SOCKET,
    /** A program on the PATH, or the path of one. */
    childProgram: values.FJMCP_BROKER_FORGEJO_MCP,
    logLevel: values.FJMCP_BROKER_LOG_LEVEL,
    maxMessageBytes: values.FJMCP_BROKER_MAX_MESSAGE_BYTES,
    callTimeoutMs: values.FJMCP_BROKER_CALL_TIMEOUT_SECONDS * 1000,
    childIdleMs: values.FJMCP_BROKER_CHILD_IDLE_SECONDS * 1000,
    maxChildren: values.FJMCP_BROKER_MAX_CHILDREN,
    callsPerSession: values.FJMCP_BROKER_CALLS_PER_SESSION,
  }))

/** Parses the runner's settings; the failure names every variable that is wrong and what is expected of it. */
export function parseRunnerSettings(environment: Environment, readFile: ReadFile): Result<RunnerSettings, readonly SettingProblem[]> {
  return parseEnvironment({ schema, environment, secrets: [], readFile })
}
