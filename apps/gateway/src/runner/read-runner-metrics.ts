import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import type { Log } from '@fjmcp-broker/shared/log'
import { describeFailure } from '../describe-failure.ts'

/** Far less than Prometheus waits. */
const waitMs = 3_000

/** Makes the function that asks the runner for its metrics over its socket; undefined where it does not answer well and in time. */
export function createRunnerMetricsReader({
  socketPath,
  log,
}: {
  readonly socketPath: string
  readonly log: Log
}): () => Promise<string | undefined> {
  return async () => {
    try {
      return await ask(socketPath)
    } catch (error) {
      log.warn('metrics_incomplete', { part: 'runner', ...describeFailure(error) })
      return undefined
    }
  }
}

async function ask(socketPath: string): Promise<string> {
  const signal = AbortSignal.timeout(waitMs)
  const asked = request({ socketPath, path: '/metrics', agent: false, signal }).end()
  const [response] = (await once(asked, 'response', { signal })) as [IncomingMessage]
  response.setEncoding('utf8')
  let text = ''
  for await (const part of response) text += String(part)
  if (response.statusCode !== 200) throw new Error(`The runner answered with status ${response.statusCode}`)
  return text
}
