import type { Fetch } from '@fjmcp-broker/shared/fetch'
import type { GatewayProbe } from '../probe.ts'

/** Counts what a `Fetch` answers. Around it and not within: of a stream the head counts, and every answer passes here. */
export function countAnswers(fetch: Fetch, probe: Pick<GatewayProbe, 'requestAnswered'>): Fetch {
  return async (request, peer) => {
    const response = await fetch(request, peer)
    probe.requestAnswered(pathOf(request.url), response.status)
    return response
  }
}

/** Of an absolute URL without a user, as a request has it: to cut it out is a tenth of the work of parsing it. */
function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  const end = url.indexOf('?', start)
  return end === -1 ? url.slice(start) : url.slice(start, end)
}
