import { type AccessLevel, coversLevel } from '@fjmcp-broker/shared/catalogue/access-level'
import { forbiddenArguments, neededLevel, neededResourceLevel, unescapedArguments } from '@fjmcp-broker/shared/catalogue/lookup'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { isForbiddenArgument } from './argument-name.ts'

export type PolicyRejection =
  | { readonly reason: 'insufficient_level'; readonly needed: AccessLevel }
  | { readonly reason: 'forbidden_argument'; readonly argument: string }
  /** It would lead the tool to another address than the one it is known for. */
  | { readonly reason: 'unsafe_argument'; readonly argument: string }

/** Checks a tool call against a grant's access level and against what no call may carry. */
export function checkToolCall(
  call: { readonly name: string; readonly arguments: Readonly<Record<string, unknown>> },
  granted: AccessLevel,
): Result<undefined, PolicyRejection> {
  const needed = neededLevel(call.name)
  if (!coversLevel(granted, needed)) return err({ reason: 'insufficient_level', needed })
  const forbidden = forbiddenArguments(call.name)
  const argument = Object.keys(call.arguments).find((name) => isForbiddenArgument(name, forbidden))
  if (argument !== undefined) return err({ reason: 'forbidden_argument', argument })
  const unsafe = unescapedArguments(call.name).find((name) => !isOneSegment(call.arguments[name]))
  return unsafe === undefined ? ok(undefined) : err({ reason: 'unsafe_argument', argument: unsafe })
}

/** What is no text the tool refuses by itself. */
function isOneSegment(value: unknown): boolean {
  return typeof value !== 'string' || !/[/\\?#%]/.test(value)
}

/** Checks the reading of a resource against a grant's access level. */
export function checkResourceRead(uri: string, granted: AccessLevel): Result<undefined, PolicyRejection> {
  const needed = neededResourceLevel(uri)
  return coversLevel(granted, needed) ? ok(undefined) : err({ reason: 'insufficient_level', needed })
}
