import type { StartFailure } from '../supervision/event.ts'

/** What the system's error code says of a failed start. */
export function startFailureOf(code: string | undefined): StartFailure {
  if (code === 'ENOENT') return { reason: 'not_found' }
  if (code === 'EACCES' || code === 'ENOEXEC') return { reason: 'not_executable' }
  return { reason: 'refused', code: code ?? 'unknown' }
}
