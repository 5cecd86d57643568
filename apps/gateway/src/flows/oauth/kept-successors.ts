import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { accessLevels } from '@fjmcp-broker/shared/catalogue/access-level'
import { z } from 'zod'
import { createSealer } from '../../store/sealing.ts'
import type { Tokens } from './create-pair.ts'

const schema = z.object({
  accessToken: z.string(),
  refreshToken: z.string(),
  accessLevel: z.enum(accessLevels),
  accessExpiresAtMs: z.number(),
  usedFrom: z.string().optional(),
})

/** The successors of a refresh token. */
export interface KeptSuccessors extends Tokens {
  /** The address from which it was used; undefined where that is not known. */
  readonly usedFrom?: string | undefined
}

/** A refresh token that was used, in the clear and as its row knows it. */
export interface UsedToken {
  readonly token: string
  readonly hash: string
}

/** Seals the successors of a refresh token under that token itself: of the database alone they cannot be had. */
export async function sealSuccessors(successors: KeptSuccessors, { token, hash }: UsedToken): Promise<string> {
  const sealer = await createSealer([{ name: 'refresh token', refreshToken: token }])
  return sealer.seal(JSON.stringify(successors), place(hash))
}

/** Opens what `sealSuccessors` made for the same token. */
export async function openSuccessors(
  sealed: string,
  { token, hash }: UsedToken,
): Promise<Result<KeptSuccessors, { readonly reason: 'damaged' }>> {
  const sealer = await createSealer([{ name: 'refresh token', refreshToken: token }])
  const text = await sealer.open(sealed, place(hash))
  return text.ok ? ok(schema.parse(JSON.parse(text.value))) : err({ reason: 'damaged' })
}

function place(refreshHash: string) {
  return { table: 'refresh_tokens', column: 'sealed_successors', row: refreshHash }
}
