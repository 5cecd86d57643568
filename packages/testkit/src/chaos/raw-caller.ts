import { setTimeout as delay } from 'node:timers/promises'
import type { McpClient } from '../mcp-client.ts'
import type { Caller, Calling, OfferedTools } from './caller.ts'
import type { CallOutcome } from './ledger.ts'
import { openRawSession, type RawRequest, type RawSession } from './raw-session.ts'
import { takeOverAccess } from './refresh-access.ts'
import type { Target } from './target.ts'
import { watchEvents } from './watch-events.ts'

/** How long it waits before it tries again to end a session. */
const againAfterMs = 100

/** How many sessions a client keeps besides its first; of those it opens it ends the oldest. */
const mostOthers = 3

/** A client that does all a client can: calls of every kind, other sessions opened and ended, access renewed. */
export async function createRawCaller({
  name,
  login,
  client,
  target,
  tools,
  calling: { ledger, findings, random },
}: {
  readonly name: string
  readonly login: string
  readonly client: McpClient
  readonly target: Target
  readonly tools: OfferedTools
  readonly calling: Calling
}): Promise<Caller> {
  const access = takeOverAccess(client, target.publicUrl)
  const first = await open()
  if (!('request' in first)) throw new Error(`${name} could not open a session: ${JSON.stringify(first)}`)
  const others: RawSession[] = []
  let writes = 0
  let current = first

  function open(): Promise<RawSession | CallOutcome> {
    return openRawSession({
      mcpUrl: `${target.publicUrl}/mcp`,
      headWithinMs: target.headWithinMs,
      token: access.accessToken,
      watch: watchEvents({ name, findings }),
      missed: (what) => findings.add(`${name}: ${what}`),
    })
  }

  async function call(session: RawSession, request: NamedRequest): Promise<CallOutcome> {
    const end = ledger.begin(request)
    current = session
    const outcome = await session.request(request)
    end(outcome)
    return outcome
  }

  function write(steps: number | undefined): NamedRequest {
    writes += 1
    const token = `${name}-${writes}`
    const issue = { owner: login, repo: 'garden', title: token }
    const called =
      steps === undefined ? { name: 'create_issue', arguments: issue } : { name: 'create_issue_in_steps', arguments: { ...issue, steps } }
    return { name: steps === undefined ? 'write' : 'write in steps', writes: token, method: 'tools/call', params: called, steps }
  }

  /** Half of the time it drops the connection in between. */
  function writeInSteps(): NamedRequest {
    const steps = 1 + random.below(6)
    const request = write(steps)
    return random.below(2) === 0 ? request : { ...request, name: 'write in steps, dropped once', dropsAfter: 1 + random.below(steps) }
  }

  async function openOther(): Promise<CallOutcome> {
    const end = ledger.begin({ name: 'open a session' })
    const opened = await open()
    const outcome: CallOutcome = 'request' in opened ? { kind: 'result', result: undefined } : opened
    end(outcome)
    if (!('request' in opened)) return outcome
    others.push(opened)
    if (others.length > mostOthers) await endSession(others.shift() ?? opened)
    return call(opened, read)
  }

  /** As often as it takes: whether a DELETE without an answer ended it, nobody knows. */
  async function endSession(session: RawSession): Promise<void> {
    const status = await session.end()
    if (status !== undefined && status < 500) return
    await delay(againAfterMs)
    await endSession(session)
  }

  async function refresh(): Promise<CallOutcome> {
    const end = ledger.begin({ name: 'refresh' })
    const outcome = await access.refresh()
    end(outcome)
    return outcome
  }

  return {
    name,
    drop: () => current.drop(),
    act() {
      const dice = random.below(100)
      if (dice < 30) return call(first, read)
      if (dice < 55) return call(first, write(undefined))
      if (dice < 80) return call(first, tools === 'with_steps' ? writeInSteps() : write(undefined))
      if (dice < 88) return call(first, { name: 'list', method: 'tools/list' })
      if (dice < 95) return openOther()
      return refresh()
    },
    async sayWhetherAllGoOn() {
      const outcomes = await Promise.all([first, ...others].map((session) => session.request(read)))
      for (const outcome of outcomes) {
        if (outcome.kind !== 'result') findings.add(`${name}: a session does not go on: ${JSON.stringify(outcome)}`)
      }
    },
    async leave() {
      for (const session of [first, ...others]) await endSession(session)
    },
  }
}

interface NamedRequest extends RawRequest {
  readonly name: string
  readonly writes?: string | undefined
}

const read: NamedRequest = { name: 'read', method: 'tools/call', params: { name: 'get_my_user_info', arguments: {} } }
