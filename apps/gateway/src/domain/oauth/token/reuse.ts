/** Uses within this time of the first are one client's that sent a request twice, whatever the grace: nobody is punished for them. */
const sameMomentMs = 1_000

/**
 * What a use of something means that was used before. `repeat`: the answer of the first use is given again. `refuse`: nothing is given,
 * and nothing taken. `revoke`: somebody has it who should not, and nobody can tell who of the two, so that all that came of it ends.
 */
export type Reuse = 'repeat' | 'refuse' | 'revoke'

/**
 * Judges a use by how long after the first one it comes.
 *
 * @param usedAtMs When it was used first; undefined where that was not recorded, which counts as long ago.
 * @param graceMs How long the first answer is given again; 0 for never.
 * @see RFC 9700 §4.14.2, OAuth 2.1 §4.3.1
 */
export function judgeReuse({
  usedAtMs,
  graceMs,
  nowMs,
}: {
  readonly usedAtMs: number | undefined
  readonly graceMs: number
  readonly nowMs: number
}): Reuse {
  const ageMs = nowMs - (usedAtMs ?? Number.NEGATIVE_INFINITY)
  if (ageMs < graceMs) return 'repeat'
  return ageMs < sameMomentMs ? 'refuse' : 'revoke'
}
