import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { BodyAccount, BudgetRejection } from '../../memory/body-budget.ts'

export type UnreadableBody = BudgetRejection | { readonly reason: 'too_large' | 'not_utf8' | 'incomplete' }

interface Bounds {
  readonly limitBytes: number
  /** Is asked before anything is kept. */
  readonly account: BodyAccount
}

/** Reads a body of at most `limitBytes` for which there is room; of another one no more than that is kept. */
export async function readBody(request: Request, bounds: Bounds): Promise<Result<string, UnreadableBody>> {
  const declaredBytes = Number(request.headers.get('content-length') ?? Number.NaN)
  if (declaredBytes > bounds.limitBytes) return err({ reason: 'too_large' })
  const bytes = await readBytes(request, { ...bounds, declaredBytes })
  if (!bytes.ok) return bytes
  try {
    return ok(strictUtf8.decode(bytes.value))
  } catch {
    return err({ reason: 'not_utf8' })
  }
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true })

/** Nearly every message is smaller. */
const smallBytes = 65_536

async function readBytes(
  request: Request,
  { declaredBytes, ...bounds }: Bounds & { readonly declaredBytes: number },
): Promise<Result<Uint8Array, UnreadableBody>> {
  try {
    return await (declaredBytes >= 0 && declaredBytes <= smallBytes
      ? readWhole(request, { ...bounds, declaredBytes })
      : readAsItComes(request, bounds))
  } catch {
    return err({ reason: 'incomplete' })
  }
}

/** A body of declared length is read in one piece, which the server does fastest and never beyond that length. */
async function readWhole(
  request: Request,
  { limitBytes, account, declaredBytes }: Bounds & { readonly declaredBytes: number },
): Promise<Result<Uint8Array, UnreadableBody>> {
  const refused = account.take(declaredBytes)
  if (refused !== undefined) return err(refused)
  const bytes = new Uint8Array(await request.arrayBuffer())
  return bytes.byteLength > limitBytes ? err({ reason: 'too_large' }) : ok(bytes)
}

/** Takes room for what has come, not for what was announced. The pieces are not kept: each costs far more than a byte, and may be one. */
async function readAsItComes({ body }: Request, { limitBytes, account }: Bounds): Promise<Result<Uint8Array, UnreadableBody>> {
  let kept = new Uint8Array(0)
  let length = 0
  for await (const chunk of body ?? []) {
    const needed = length + chunk.byteLength
    if (needed > limitBytes) return err({ reason: 'too_large' })
    if (needed > kept.byteLength) {
      const room = Math.min(limitBytes, Math.max(needed, kept.byteLength * 2, smallBytes))
      const refused = account.take(room - kept.byteLength)
      if (refused !== undefined) return err(refused)
      kept = new Uint8Array(kept.buffer.transfer(room))
    }
    kept.set(chunk, length)
    length = needed
  }
  return ok(kept.subarray(0, length))
}
