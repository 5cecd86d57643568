import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Environment } from '@fjmcp-broker/shared/env'
import { defaultListenAddress, type ListenAddress, parseListenAddress, reachableAddress } from '@fjmcp-broker/shared/listen-address'
import type { Terminal } from '../call.ts'

const patienceMs = 4_000

/**
 * Asks the broker at its own port whether it is healthy and says so in one line; returns the exit code: 0 healthy, 1 not healthy or not
 * reached. It is loaded and run every few seconds, so it uses next to nothing.
 */
export async function health({
  environment,
  print,
  complain,
  timeoutMs = patienceMs,
}: Terminal & { readonly environment: Environment; readonly timeoutMs?: number }): Promise<number> {
  // An empty one counts as absent.
  const address = parseListenAddress(environment['FJMCP_BROKER_LISTEN'] || defaultListenAddress)
  if (address === undefined || address.port === 0) {
    complain('not healthy: FJMCP_BROKER_LISTEN has to be an address and a port, such as 127.0.0.1:8080')
    return 1
  }
  const answer = await ask(address, timeoutMs)
  const line = `${answer.isHealthy ? 'healthy' : 'not healthy'}: ${answer.detail}`
  if (answer.isHealthy) print(line)
  else complain(line)
  return answer.isHealthy ? 0 : 1
}

interface Answer {
  readonly isHealthy: boolean
  readonly detail: string
}

async function ask(address: ListenAddress, timeoutMs: number): Promise<Answer> {
  const signal = AbortSignal.timeout(timeoutMs)
  const asked = request({ ...reachableAddress(address), path: '/healthz', agent: false, signal }).end()
  try {
    const [response]: IncomingMessage[] = await once(asked, 'response')
    if (response === undefined) return { isHealthy: false, detail: 'no answer' }
    return { isHealthy: response.statusCode === 200, detail: describe(await text(response), response.statusCode) }
  } catch {
    const why = signal.aborted ? `no answer within ${timeoutMs / 1000} s` : 'no answer'
    return { isHealthy: false, detail: `${why} at ${address.host}:${address.port}` }
  }
}

/** The fields of the answer in one line. */
function describe(body: string, status = 0): string {
  try {
    const { status: _, ...parts }: Readonly<Record<string, unknown>> = JSON.parse(body)
    return Object.entries(parts)
      .map(([name, value]) => `${name} ${String(value)}`)
      .join(', ')
  } catch {
    return `answered with HTTP ${status}`
  }
}
