import type { Environment } from '@fjmcp-broker/shared/env'
import { exitCode } from '@fjmcp-broker/shared/exit-code'
import type { z } from 'zod'
import { askAdmin } from '../../ask-admin.ts'
import { fail, type Reply, toJson } from '../../reply.ts'
import { locateAdminSocket } from '../locate-admin-socket.ts'

/** What the commands on access work with. */
export interface AccessCall extends Reply {
  readonly environment: Environment
}

/** Children may be slow to end; they are killed after some seconds. */
const patienceMs = 60_000

/** Asks the running broker and prints its answer, in words or as it is; returns the exit code: 0, 1 it refused or did not answer, 78. */
export async function askAccess<Schema extends z.ZodType<object>>(
  { environment, ...reply }: AccessCall,
  {
    describe,
    ...question
  }: {
    readonly method?: 'GET' | 'DELETE'
    readonly path: string
    readonly schema: Schema
    readonly describe: (answer: z.output<Schema>) => readonly string[]
  },
): Promise<number> {
  const socketPath = locateAdminSocket(environment)
  if (!socketPath.ok) return fail(reply, socketPath.error, exitCode.configuration)
  const asked = await askAdmin({ ...question, socketPath: socketPath.value, timeoutMs: patienceMs })
  if (!asked.ok) return fail(reply, asked.error)
  reply.print(reply.json ? toJson(0, asked.value) : describe(asked.value).join('\n'))
  return 0
}

/** A path with those parameters that are given. */
export function withQuery(path: string, parameters: Readonly<Record<string, string | number | undefined>>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, String(value))
  return query.size === 0 ? path : `${path}?${query}`
}
