import type { Credentials } from '../credentials.ts'

/** How a call ended: Forgejo's answer went out, or there was no credential to ask with or none that helped, or the child is gone. */
export type Outcome = 'answered' | 'credential_dead' | 'credential_late' | 'refused_again' | 'gone'

export interface Forwarding {
  readonly credentials: Credentials
  readonly userId: string
  /** Asks Forgejo with this token; anything but a 401 is passed on to the child. */
  readonly attempt: (accessToken: string) => Promise<'answered' | 'unauthorized'>
  /** Whether the child gave up meanwhile. */
  readonly isGone: () => boolean
}

/**
 * Asks Forgejo with the user's token, and once more with a fresh one when Forgejo refuses the first. A second refusal is not repeated
 * and says nothing of the user's sign-in, but that token counts as refused too.
 */
export async function forward({ credentials, userId, attempt, isGone }: Forwarding): Promise<Outcome> {
  const held = credentials.current(userId)
  const first = held === undefined || held === 'dead' ? await credentials.fresh(userId, 0) : held
  if (typeof first === 'string') return toOutcome(first)
  if (isGone()) return 'gone'
  if ((await attempt(first.accessToken)) === 'answered') return 'answered'
  if (isGone()) return 'gone'
  const second = await credentials.fresh(userId, first.generation)
  if (typeof second === 'string') return toOutcome(second)
  if (isGone()) return 'gone'
  if ((await attempt(second.accessToken)) === 'answered') return 'answered'
  credentials.reject(userId, second.generation)
  return 'refused_again'
}

function toOutcome(failure: 'dead' | 'timeout'): Outcome {
  return failure === 'dead' ? 'credential_dead' : 'credential_late'
}
