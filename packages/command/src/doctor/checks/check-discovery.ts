import { canonicalResource } from '@fjmcp-broker/gateway/domain/oauth/resource'
import { z } from 'zod'
import { type Finding, type Outcome, reportOn } from '../finding.ts'
import type { Ask } from '../network/ask.ts'
import { explainNoAnswer } from '../network/explain-no-answer.ts'
import { parseJson } from '../parse-json.ts'
import { explainForeignAnswer } from '../proxy-fault.ts'

/**
 * Reads the documents from which clients learn how to sign in, as clients do: through the public URL. Each must name that very URL.
 *
 * @see RFC 8414 §3.3, RFC 9728 §3.3
 */
export async function checkDiscovery({ publicUrl, ask }: { readonly publicUrl: string; readonly ask: Ask }): Promise<Outcome> {
  const resource = canonicalResource(publicUrl)
  const documents = [
    { path: '/.well-known/oauth-authorization-server', field: 'issuer', expected: publicUrl },
    { path: '/.well-known/oauth-protected-resource/mcp', field: 'resource', expected: resource },
  ] as const
  const findings = await Promise.all(documents.map((document) => checkDocument({ ...document, publicUrl, ask })))
  const wanting = findings.filter((finding) => finding !== undefined)
  return { findings: wanting.length > 0 ? wanting : [reportOn('discovery').ok('both documents name the public URL')] }
}

async function checkDocument({
  path,
  field,
  expected,
  publicUrl,
  ask,
}: {
  readonly path: string
  readonly field: 'issuer' | 'resource'
  readonly expected: string
  readonly publicUrl: string
  readonly ask: Ask
}): Promise<Finding | undefined> {
  const report = reportOn('discovery')
  const url = `${publicUrl}${path}`
  const answer = await ask({ url, headers: { accept: 'application/json' } })
  if (!answer.ok) {
    const why = explainNoAnswer({ noAnswer: answer.error, origin: publicUrl, addresses: [] })
    return report.problem(`${path}: ${why}`, 'Look into the log of the proxy: it answers for other paths of the same host.')
  }
  const document = answer.value.status === 200 ? parseJson(answer.value.body, documentSchema) : undefined
  const found = document?.[field]
  if (found === undefined) {
    const { detail, remedy } = explainForeignAnswer({ answer: answer.value, url })
    return report.problem(detail, remedy)
  }
  if (found === expected) return undefined
  return report.problem(
    `${path} names ${found.slice(0, 200)} as its ${field}, and ${expected} is expected: clients will refuse it`,
    'The broker that answers was started with another FJMCP_BROKER_PUBLIC_URL: restart it with these settings, or let the proxy send to the right one.',
  )
}

const documentSchema = z.object({ issuer: z.string().optional(), resource: z.string().optional() })
