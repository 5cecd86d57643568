/** Whether a `Content-Type` names a media type, with or without parameters. */
export function isOfType(contentType: string | null | undefined, type: 'application/json' | 'application/x-www-form-urlencoded'): boolean {
  return essence(contentType ?? '') === type
}

/** Whether an `Accept` header allows a media type; an absent one allows all, wildcards count, weights do not. */
export function acceptsType(accept: string | null, type: 'application/json' | 'text/event-stream'): boolean {
  if (accept === null) return true
  const [family] = type.split('/')
  return accept.split(',').some((range) => [type, `${family}/*`, '*/*'].includes(essence(range)))
}

/** Whether an `Accept` header names pages, as those of browsers do; wildcards do not count. */
export function asksForPage(accept: string | null): boolean {
  return accept?.split(',').some((range) => essence(range) === 'text/html') === true
}

function essence(mediaType: string): string {
  return (mediaType.split(';')[0] ?? '').trim().toLowerCase()
}
