import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Log } from '@fjmcp-broker/shared/log'
import type { Runner } from '@fjmcp-broker/shared/runner/runner'

/**
 * Makes the handler of plain HTTP on the runner's socket: `GET /health` answers with the runner's status, `GET /metrics` with its metrics, all
 * else with 404.
 *
 * @param readMetrics Where there are metrics: all of them as Prometheus reads them.
 */
export function createPlainHttpHandler({
  runner,
  readMetrics,
  log,
}: {
  readonly runner: Pick<Runner, 'status'>
  readonly readMetrics?: (() => Promise<string>) | undefined
  readonly log: Log
}): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const question = request.method === 'GET' ? request.url : undefined
    try {
      if (question === '/health') answerJson({ response, status: 200, body: await runner.status() })
      else if (question === '/metrics' && readMetrics !== undefined) answerText(response, await readMetrics())
      else answerJson({ response, status: 404, body: { error: 'not_found' } })
    } catch (error) {
      log.error('runner_call_failed', { call: question === '/metrics' ? 'metrics' : 'status', detail: String(error) })
      answerJson({ response, status: 503, body: { error: 'unavailable' } })
    }
  }
}

function answerText(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' }).end(text)
}

function answerJson({
  response,
  status,
  body,
}: {
  readonly response: ServerResponse
  readonly status: number
  readonly body: object
}): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(body))
}
