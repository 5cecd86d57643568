import { isRecord } from '@fjmcp-broker/shared/record'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { z } from 'zod'
import { describeIssues } from './describe-issues.ts'

export interface InitializeParams {
  readonly protocolVersion: string
}

const text = z.string({ error: 'has to be a string' })
const schema = z.object({
  protocolVersion: text,
  capabilities: z.custom(isRecord, { error: 'has to be an object' }),
  clientInfo: z.object({ name: text, version: text }, { error: 'has to be an object' }),
})

/** Parses the parameters of `initialize`. What a client can do and else says of itself is used nowhere, so not looked at, however much it is. */
export function parseInitializeParams(params: unknown): Result<InitializeParams, { readonly detail: string }> {
  const parsed = schema.safeParse(params)
  return parsed.success ? ok(parsed.data) : err({ detail: describeIssues(parsed.error) })
}
