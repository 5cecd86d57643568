import type { Environment } from '@fjmcp-broker/shared/env'
import { exitCode } from '@fjmcp-broker/shared/exit-code'
import { toAsciiJson } from '@fjmcp-broker/shared/ascii-json'
import { followAdmin } from '../../follow-admin.ts'
import { fail, type Reply } from '../../reply.ts'
import { locateAdminSocket } from '../locate-admin-socket.ts'
import { type AuditedEvent, auditedEvent, auditPath, type AuditQuestion } from './audit-question.ts'
import { describeEvent, eventColumns } from './describe-event.ts'

interface Following extends Reply {
  readonly environment: Environment
  readonly question: AuditQuestion
  /** Ends it. */
  readonly stopping: AbortSignal
  /** Whether anybody still reads what is printed. */
  readonly isRead: () => boolean
  /** How long a broker that is away is left alone before it is asked again. */
  readonly retryMs?: number
}

/**
 * Prints the newest events that fit and then each that happens, one a line. A broker that stops is waited for, and told which event was the
 * last, so that none is lost between; returns the exit code: 0 ended as asked, 1 no broker answered, 78 wrong settings.
 */
export async function followAudit({ environment, question, stopping, isRead, retryMs = 1_000, ...reply }: Following): Promise<number> {
  const socketPath = locateAdminSocket(environment)
  if (!socketPath.ok) return fail(reply, socketPath.error, exitCode.configuration)
  let after: string | undefined

  const followed = await followAdmin({
    socketPath: socketPath.value,
    path: () => auditPath('/audit/follow', { ...question, after }),
    schema: auditedEvent,
    onFirstOpen() {
      if (!reply.json) reply.print(toLine(eventColumns))
    },
    onLine: tell,
    complain: reply.complain,
    stopping,
    isRead,
    retryMs,
  })
  return followed.ok ? 0 : fail(reply, followed.error)

  function tell(event: AuditedEvent): void {
    after = event.id
    reply.print(reply.json ? toAsciiJson(event) : toLine(describeEvent(event)))
  }
}

// What is to come is not known: room for what is usual.
const widths = [20, 24, 16, 24, 15, 30]

function toLine(cells: readonly string[]): string {
  return cells
    .map((cell, column) => cell.padEnd(widths[column] ?? 0))
    .join('  ')
    .trimEnd()
}
