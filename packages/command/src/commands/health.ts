import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Environment } from '@fjmcp-broker/shared/env'
import { defaultListenAddress, type ListenAddress, parseListenAddress, reachableAddress } from '@fjmcp-broker/shared/listen-address'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { printable } from '../printable.ts'
import { type Failure, fail, type Reply, toJson } from '../reply.ts'

const patienceMs = 4_000

/**
 * Asks the broker at its own port whether it is healthy and says so in one line; returns the exit code: 0 healthy, 1 not healthy or not
 * reached. It is loaded and run every few seconds, so it uses next to nothing.
 */
export async function health({
  environment,
  timeoutMs = patienceMs,
  ...reply
}: Reply & { readonly environment: Environment; readonly timeoutMs?: number }): Promise<number> {
  // An empty one counts as absent.
  const address = parseListenAddress(environment['FJMCP_BROKER_LISTEN'] || defaultListenAddress)
  if (address === undefined || address.port === 0) {
    const message = 'not healthy: FJMCP_BROKER_LISTEN has to be an address and a port, such as 127.0.0.1:8080'
    return fail(reply, { reason: 'wrong_settings', message })
  }
  const asked = await ask(address, timeoutMs)
  if (!asked.ok) return fail(reply, asked.error)
  const { httpStatus, parts } = asked.value
  const code = httpStatus === 200 ? 0 : 1
  if (reply.json) reply.print(toJson(code, { httpStatus, parts }))
  else if (code === 0) reply.print(`healthy: ${describe(asked.value)}`)
  else reply.complain(`not healthy: ${describe(asked.value)}`)
  return code
}

interface Answer {
  readonly httpStatus: number
  /** What the broker said of each of its parts; empty where the answer is not a broker's. */
  readonly parts: Readonly<Record<string, string>>
}

async function ask(address: ListenAddress, timeoutMs: number): Promise<Result<Answer, Failure>> {
  const signal = AbortSignal.timeout(timeoutMs)
  const asked = request({ ...reachableAddress(address), path: '/healthz', agent: false, signal }).end()
  try {
    const [response]: IncomingMessage[] = await once(asked, 'response')
    if (response?.statusCode === undefined) throw new Error('a response without a status')
    return ok({ httpStatus: response.statusCode, parts: readParts(await text(response)) })
  } catch {
    const why = signal.aborted ? `no answer within ${timeoutMs / 1000} s` : 'no answer'
    return err({ reason: 'no_answer', message: `not healthy: ${why} at ${address.host}:${address.port}` })
  }
}

function readParts(body: string): Answer['parts'] {
  try {
    const { status: _, ...parts }: Readonly<Record<string, unknown>> = JSON.parse(body)
    return Object.fromEntries(Object.entries(parts).map(([name, value]) => [printable(name), printable(String(value))]))
  } catch {
    return {}
  }
}

/** In one line. */
function describe({ httpStatus, parts }: Answer): string {
  const told = Object.entries(parts).map(([name, value]) => `${name} ${value}`)
  return told.length === 0 ? `answered with HTTP ${httpStatus}` : told.join(', ')
}
