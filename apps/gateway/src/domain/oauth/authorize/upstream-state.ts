/**
 * The `state` that goes to Forgejo: the sign-in's id, by which the callback finds the browser's cookie, and a secret that makes it
 * unguessable. It is stored as a hash.
 */
export function createUpstreamState(signInId: string, secret: string): string {
  return `${signInId}.${secret}`
}

/** The sign-in's id in a `state` that came back; `undefined` when it is none of ours. */
export function parseUpstreamState(state: string): string | undefined {
  return /^(sig_[0-9A-Z]{26})\.[A-Za-z0-9_-]{43}$/.exec(state)?.[1]
}
