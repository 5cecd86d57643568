import type { Environment } from '@fjmcp-broker/shared/env'
import { exitCode } from '@fjmcp-broker/shared/exit-code'
import { z } from 'zod'
import { askAdmin } from '../../ask-admin.ts'
import { fail, type Reply, toJson } from '../../reply.ts'
import { tabulate } from '../../tabulate.ts'
import { locateAdminSocket } from '../locate-admin-socket.ts'
import { auditedEvent, auditPath, type AuditQuestion } from './audit-question.ts'
import { describeEvent, eventColumns } from './describe-event.ts'

const schema = z.object({ events: z.array(auditedEvent), more: z.boolean() })

/** Prints the newest events that fit, oldest first; returns the exit code: 0, 1 no broker answered, 78 wrong settings. */
export async function listAudit({
  environment,
  question,
  ...reply
}: Reply & { readonly environment: Environment; readonly question: AuditQuestion }): Promise<number> {
  const socketPath = locateAdminSocket(environment)
  if (!socketPath.ok) return fail(reply, socketPath.error, exitCode.configuration)
  const found = await askAdmin({ socketPath: socketPath.value, path: auditPath('/audit', question), schema })
  if (!found.ok) return fail(reply, found.error)
  const { events, more } = found.value
  if (reply.json) {
    reply.print(toJson(0, { events, more }))
    return 0
  }
  if (events.length === 0) reply.complain('No event fits.')
  else for (const line of tabulate([eventColumns, ...events.map(describeEvent)])) reply.print(line)
  if (more) reply.complain(`These are the newest ${events.length}: there are more, for a higher --limit or an earlier --until.`)
  return 0
}
