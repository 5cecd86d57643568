import { StreamableHTTPError } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { ErrorCode, McpError } from '@modelcontextprotocol/sdk/types.js'
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js'
import type { McpClient } from '../mcp-client.ts'
import type { Caller, Calling, OfferedTools } from './caller.ts'
import type { CallOutcome } from './ledger.ts'
import { describeBreak } from './raw-session.ts'

/** How long it waits for an answer; it does not resume all that could be resumed, and would wait for ever. */
const patienceMs = 10_000

/** The client of the SDK, which does with streams what it likes. */
export function createSdkCaller({
  name,
  login,
  client: { client, transport },
  tools,
  calling: { ledger, findings, random },
}: {
  readonly name: string
  readonly login: string
  readonly client: McpClient
  readonly tools: OfferedTools
  readonly calling: Calling
}): Caller {
  let writes = 0
  async function call(tool: string, input: Readonly<Record<string, unknown>>): Promise<CallOutcome> {
    try {
      const onprogress = 'steps' in input ? () => undefined : undefined
      const result = await client.callTool({ name: tool, arguments: input }, undefined, {
        timeout: patienceMs,
        ...(onprogress && { onprogress }),
      })
      return { kind: 'result', result }
    } catch (error) {
      return outcomeOf(error)
    }
  }

  return {
    name,
    async act() {
      const dice = random.below(3)
      if (dice === 0) return enter({ name: 'SDK: read' }, call('get_my_user_info', {}))
      writes += 1
      const title = `${name}-${writes}`
      const issue = { owner: login, repo: 'garden', title }
      if (dice === 1 || tools === 'of_forgejo_mcp') return enter({ name: 'SDK: write', writes: title }, call('create_issue', issue))
      return enter({ name: 'SDK: write in steps', writes: title }, call('create_issue_in_steps', { ...issue, steps: 1 + random.below(4) }))
    },
    drop: () => undefined,
    async sayWhetherAllGoOn() {
      const outcome = await call('get_my_user_info', {})
      if (outcome.kind !== 'result') findings.add(`${name}: its session does not go on: ${JSON.stringify(outcome)}`)
    },
    async leave() {
      await transport.terminateSession()
      await client.close()
    },
  }

  async function enter(entry: Parameters<typeof ledger.begin>[0], calling: Promise<CallOutcome>): Promise<CallOutcome> {
    const end = ledger.begin(entry)
    const outcome = await calling
    end(outcome)
    return outcome
  }
}

const timedOut: number = ErrorCode.RequestTimeout

function outcomeOf(error: unknown): CallOutcome {
  if (error instanceof UnauthorizedError) return { kind: 'error', status: 401, message: error.message }
  if (error instanceof StreamableHTTPError) return { kind: 'error', status: error.code ?? 0, message: error.message }
  if (error instanceof McpError && error.code === timedOut) return { kind: 'lost', why: 'the SDK waited in vain' }
  if (error instanceof McpError) return { kind: 'error', status: 200, message: error.message }
  return { kind: 'lost', why: describeBreak(error) }
}
