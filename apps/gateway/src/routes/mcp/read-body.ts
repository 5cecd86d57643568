import { err, ok, type Result } from '@fjmcp-broker/shared/result'

export type UnreadableBody = { readonly reason: 'too_large' | 'not_utf8' | 'incomplete' }

/** Reads a body of at most `limitBytes`; of a longer one no more than that is kept. */
export async function readBody(request: Request, limitBytes: number): Promise<Result<string, UnreadableBody>> {
  const declared = request.headers.get('content-length')
  if (Number(declared) > limitBytes) return err({ reason: 'too_large' })
  const bytes = await readBytes(request, { limitBytes, isLengthKnown: declared !== null })
  if (!bytes.ok) return bytes
  try {
    return ok(strictUtf8.decode(bytes.value))
  } catch {
    return err({ reason: 'not_utf8' })
  }
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true })

/** A body of declared length is read in one piece, which the server does fastest and never beyond that length. */
async function readBytes(
  request: Request,
  { limitBytes, isLengthKnown }: { readonly limitBytes: number; readonly isLengthKnown: boolean },
): Promise<Result<Uint8Array, UnreadableBody>> {
  try {
    if (!isLengthKnown) return await readBounded(request, limitBytes)
    const bytes = new Uint8Array(await request.arrayBuffer())
    return bytes.byteLength > limitBytes ? err({ reason: 'too_large' }) : ok(bytes)
  } catch {
    return err({ reason: 'incomplete' })
  }
}

async function readBounded({ body }: Request, limitBytes: number): Promise<Result<Uint8Array, UnreadableBody>> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body ?? []) {
    length += chunk.byteLength
    if (length > limitBytes) return err({ reason: 'too_large' })
    chunks.push(chunk)
  }
  return ok(new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer()))
}
