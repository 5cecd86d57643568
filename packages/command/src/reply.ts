import { toAsciiJson } from '@fjmcp-broker/shared/ascii-json'
import type { Terminal } from './call.ts'

/** Where a command replies, and whether it does so in JSON. */
export interface Reply extends Terminal {
  readonly json: boolean
}

/** Why a command failed. */
export interface Failure {
  readonly reason: string
  readonly message: string
}

/** Says what a command did or found, in words or as a JSON object; returns the exit code. */
export function answer({ json, print }: Reply, found: { readonly message: string; readonly [field: string]: unknown }, code = 0): number {
  print(json ? toJson(code, found) : found.message)
  return code
}

/** Says why a command failed, in words or as a JSON object; returns the exit code. */
export function fail({ json, print, complain }: Reply, { reason, message }: Failure, code = 1): number {
  if (json) print(toJson(code, { error: { reason, message } }))
  else complain(message)
  return code
}

/** The JSON object that is all of a reply: `ok` is true exactly where the exit code is 0. */
export function toJson(code: number, fields: object): string {
  return toAsciiJson({ ok: code === 0, ...fields })
}
