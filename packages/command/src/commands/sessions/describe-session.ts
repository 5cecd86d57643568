import { printable } from '../../printable.ts'
import { describeFields, describeMoment } from '../access/describe-access.ts'
import type { Session } from './session-schema.ts'

/** What is shown of a session in a row, under these names. */
export const sessionColumns: Readonly<Record<string, (session: Session) => string>> = {
  user: ({ userLogin }) => userLogin,
  client: ({ clientName }) => clientName,
  id: ({ id }) => id,
  child: describeChild,
  calls: ({ activity }) => (activity === null ? '?' : String(activity.callsInFlight)),
  memory: ({ activity }) => describeMemory(activity),
  since: ({ createdAtMs }) => describeMoment(createdAtMs),
  'last used': ({ lastUsedAtMs }) => describeMoment(lastUsedAtMs),
}

/** All of one session, its fields one under the other. */
export function describeSession(session: Session): readonly string[] {
  const { activity } = session
  return describeFields({
    id: session.id,
    user: `${session.userLogin} (${session.userId})`,
    client: `${session.clientName} (${session.clientId})`,
    grant: session.grantId,
    protocol: `MCP ${session.protocolVersion}`,
    'log level': session.logLevel ?? 'not set',
    since: describeMoment(session.createdAtMs),
    'last used': describeMoment(session.lastUsedAtMs),
    child: describeChild(session),
    'child since': describeMoment(activity?.childSinceMs ?? null),
    memory: describeMemory(activity),
    calls: activity === null ? 'not known' : String(activity.callsInFlight),
  })
}

/** A line of what is followed: the widths are those of what is usual. */
export function toLine(cells: readonly string[]): string {
  return cells
    .map((cell, column) => printable(cell).padEnd(widths[column] ?? 0))
    .join('  ')
    .trimEnd()
}

const widths = [16, 20, 30, 11, 5, 8, 20, 20]

function describeChild({ activity }: Session): string {
  if (activity === null) return 'not known'
  return { none: '-', waiting: 'waiting', ready: 'ready', ending: 'ending', backing_off: 'failed' }[activity.phase]
}

function describeMemory(activity: Session['activity']): string {
  return activity?.memoryBytes === undefined ? '-' : `${Math.round(activity.memoryBytes / 1024 ** 2)} MiB`
}
