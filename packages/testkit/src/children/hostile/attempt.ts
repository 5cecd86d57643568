/** What a hostile child tried, and what came of it: `refused (…)`, `nothing there (…)`, `SUCCEEDED…`, or for what anybody may have `public (…)`. */
export interface Attempt {
  readonly attempt: string
  readonly outcome: string
}

/** What an act throws that was told no by somebody else than the system. */
export class Refusal extends Error {}

/**
 * Tries something that must not work.
 *
 * @param act Returns what it got; throws where it was refused.
 */
export async function tryTo(attempt: string, act: () => unknown): Promise<Attempt> {
  try {
    const got = await act()
    return { attempt, outcome: typeof got === 'string' ? `SUCCEEDED: ${got.slice(0, 200)}` : 'SUCCEEDED' }
  } catch (error) {
    return { attempt, outcome: describeRefusal(error) }
  }
}

/** Tries one thing after the other, so that none disturbs the next. */
export async function tryAll(acts: Readonly<Record<string, () => unknown>>): Promise<readonly Attempt[]> {
  const attempts: Attempt[] = []
  for (const [attempt, act] of Object.entries(acts)) attempts.push(await tryTo(attempt, act))
  return attempts
}

const refusals = new Set(['EACCES', 'EPERM', 'EROFS', 'EADDRINUSE', 'ECONNREFUSED'])

function describeRefusal(error: unknown): string {
  if (error instanceof Refusal) return `refused (${error.message})`
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  return refusals.has(code) ? `refused (${code})` : `nothing there (${code})`
}
