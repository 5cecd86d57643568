import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { Dispatcher } from 'undici'
import type { DocumentFailure, FetchedDocument } from './client-documents.ts'
import { readFreshness } from './freshness.ts'

/** What the draft recommends. */
const maxBytes = 5_120

type Answer = Pick<Dispatcher.ResponseData, 'statusCode' | 'headers' | 'body'>

/**
 * Reads a host's answer as a JSON document of at most 5 KB. Rejects when the connection breaks or is given up meanwhile.
 *
 * @see draft-ietf-oauth-client-id-metadata-document §5, §8.7
 */
export async function readDocument({ statusCode, headers: received, body }: Answer): Promise<Result<FetchedDocument, DocumentFailure>> {
  const headers = joinHeaders(received)
  if (statusCode === 404 || statusCode === 410) return noDocument(`status ${statusCode}`)
  if (statusCode !== 200) return err({ reason: 'no_answer', detail: `status ${statusCode}` })
  if (!isJson(headers['content-type'])) return noDocument('the content type is not JSON')
  // Nothing is unpacked, so that a small answer cannot become a large one.
  if (!/^(?:identity)?$/i.test(headers['content-encoding'] ?? '')) return noDocument('the content is encoded')
  if (Number(headers['content-length'] ?? 0) > maxBytes) return noDocument(tooLong)
  const content = await readJson(body)
  return content.ok ? ok({ content: content.value, freshForMs: readFreshness(headers) }) : content
}

const tooLong = `longer than ${maxBytes} bytes`

async function readJson(body: AsyncIterable<Uint8Array<ArrayBuffer>>): Promise<Result<unknown, DocumentFailure>> {
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) return noDocument(tooLong)
    chunks.push(chunk)
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await new Blob(chunks).arrayBuffer())
    return ok(JSON.parse(text) as unknown)
  } catch {
    return noDocument('not JSON')
  }
}

function isJson(contentType = ''): boolean {
  const [essence = ''] = contentType.split(';')
  return /^application\/(?:[\w.!#$&^-]+\+)?json$/i.test(essence.trim())
}

function noDocument(detail: string): Result<never, DocumentFailure> {
  return err({ reason: 'no_document', detail })
}

function joinHeaders(headers: Answer['headers']): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]))
}
