import { bearerChallenge } from '@fjmcp-broker/gateway/domain/mcp/bearer'
import { canonicalResource } from '@fjmcp-broker/gateway/domain/oauth/resource'
import { z } from 'zod'
import { type Finding, type Outcome, reportOn } from '../finding.ts'
import type { Answer, Ask } from '../network/ask.ts'
import { explainNoAnswer } from '../network/explain-no-answer.ts'
import { parseJson } from '../parse-json.ts'
import { explainForeignAnswer } from '../proxy-fault.ts'

/**
 * Posts to the MCP endpoint with a token that cannot be valid. The right answer is a challenge that says so: then what comes and goes with
 * a real client's request, the method, both headers and the body, got through.
 *
 * @see RFC 9728 §5.1
 */
export async function checkMcpEndpoint({ publicUrl, ask }: { readonly publicUrl: string; readonly ask: Ask }): Promise<Outcome> {
  const answer = await ask({
    url: canonicalResource(publicUrl),
    method: 'POST',
    headers: {
      authorization: 'Bearer made-up-by-doctor',
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }),
  })
  if (answer.ok) return { findings: [judge(answer.value, publicUrl)] }
  const why = explainNoAnswer({ noAnswer: answer.error, origin: publicUrl, addresses: [] })
  return {
    findings: [reportOn('mcp-endpoint').problem(`/mcp: ${why}`, 'Look into the log of the proxy: does it take a POST to this path?')],
  }
}

function judge(answer: Answer, publicUrl: string): Finding {
  const report = reportOn('mcp-endpoint')
  const url = canonicalResource(publicUrl)
  const isRefusal = answer.status === 401 && parseJson(answer.body, refusalSchema) !== undefined
  if (answer.status === 405 && !isRefusal) {
    return report.problem(`${url}: the proxy takes no POST there (405)`, 'Let the proxy pass GET, POST, DELETE and OPTIONS.')
  }
  if (!isRefusal) {
    const { detail, remedy } = explainForeignAnswer({ answer, url })
    return report.problem(detail, remedy)
  }
  const challenge = answer.headers.get('www-authenticate') ?? ''
  if (challenge === '') {
    return report.problem(
      `${url}: the proxy drops the header WWW-Authenticate, so that clients do not learn where to sign in`,
      'Let the proxy pass the headers of answers as they are.',
    )
  }
  if (!challenge.includes(metadataParameter(publicUrl))) {
    return report.problem(
      `${url}: the header WWW-Authenticate does not lead to the broker's sign-in`,
      'The proxy replaces it, or the broker that answers was started with another FJMCP_BROKER_PUBLIC_URL: pass headers as they are, and restart the broker.',
    )
  }
  if (!challenge.includes('error="invalid_token"')) {
    return report.problem(
      `${url}: the proxy drops the header Authorization of requests, so that nobody can use a token`,
      'Let the proxy pass Authorization to the broker, and leave authentication to it.',
    )
  }
  return report.ok('asks for a sign-in, and the headers for it get through')
}

/** A JSON-RPC error, as the broker puts into every refusal. */
const refusalSchema = z.object({ jsonrpc: z.literal('2.0'), error: z.object({ code: z.number(), message: z.string() }) })

function metadataParameter(publicUrl: string): string {
  return /resource_metadata="[^"]*"/.exec(bearerChallenge(publicUrl, { reason: 'no_token' }))?.[0] ?? ''
}
