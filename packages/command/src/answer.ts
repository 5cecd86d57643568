import type { Terminal } from './call.ts'

/** Where a command answers, and whether it does so in JSON. */
export interface Answering extends Terminal {
  readonly json: boolean
}

/** Says what a command did, in words or as a JSON object; returns the exit code 0. */
export function succeed({ json, print }: Answering, done: { readonly message: string; readonly [field: string]: unknown }): number {
  print(json ? JSON.stringify({ ok: true, ...done }) : done.message)
  return 0
}

/** Says why a command failed, in words or as a JSON object; returns the exit code. */
export function fail(
  { json, print, complain }: Answering,
  { reason, message }: { readonly reason: string; readonly message: string },
  code = 1,
): number {
  if (json) print(JSON.stringify({ ok: false, error: { reason, message } }))
  else complain(message)
  return code
}
