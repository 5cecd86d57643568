import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Log } from '@fjmcp-broker/shared/log'
import type { Runner } from '@fjmcp-broker/shared/runner/runner'

/** Makes the handler of plain HTTP on the runner's socket: `GET /health` answers with the runner's status, all else with 404. */
export function createHealthHandler({
  runner,
  log,
}: {
  readonly runner: Pick<Runner, 'status'>
  readonly log: Log
}): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    if (request.method !== 'GET' || request.url !== '/health') {
      answerJson({ response, status: 404, body: { error: 'not_found' } })
      return
    }
    try {
      answerJson({ response, status: 200, body: await runner.status() })
    } catch (error) {
      log.error('runner_call_failed', { call: 'status', detail: String(error) })
      answerJson({ response, status: 503, body: { error: 'unavailable' } })
    }
  }
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
