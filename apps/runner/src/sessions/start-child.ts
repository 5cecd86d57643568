import type { Log } from '@fjmcp-broker/shared/log'
import { brokerVersion } from '@fjmcp-broker/shared/version'
import type { Injector } from '../injector/injector.ts'
import type { ChildProgram } from '../process/child-process.ts'
import type { ProcessGroups } from '../process/process-groups.ts'
import { type ChildMessage, parseChildMessage } from '../supervision/child-message.ts'
import type { ChildEnd } from '../supervision/event.ts'
import type { LiveSession } from './live-session.ts'
import type { StartChild } from './supervisor.ts'

/** Makes the function that starts a session's child: let in at the injector, in an environment made for it, on record while it lives. */
export function createStartChild({
  program,
  injector,
  groups,
  maxMessageBytes,
  log,
}: {
  readonly program: ChildProgram
  readonly injector: Pick<Injector, 'url' | 'register' | 'restore'>
  readonly groups: Pick<ProcessGroups, 'started' | 'ended'>
  readonly maxMessageBytes: number
  readonly log: Log
}): StartChild {
  return (session, run, tell) => {
    const registration = injector.register({
      key: session.key,
      userId: session.userId,
      accessLevel: session.accessLevel,
      credentialDied: () => tell({ type: 'credential_died', run }),
    })
    const child = program.start(
      {
        arguments: ['--transport', 'stdio', '--url', injector.url],
        environment: {
          FORGEJO_URL: injector.url,
          FORGEJO_ACCESS_TOKEN: registration.token,
          FORGEJO_USER_AGENT: `forgejo-mcp-broker/${brokerVersion}`,
        },
        maxLineBytes: maxMessageBytes,
      },
      {
        line(written) {
          const line = injector.restore(written)
          tell({ type: 'received', run, message: parseLine(line), size: line.length })
        },
        broke: (fault) => {
          log.warn('child_broke', { session: session.key, run, fault })
          tell({ type: 'broke', run, fault })
        },
        ended(end, lastWords) {
          registration.unregister()
          if (child.pid !== undefined) groups.ended(child.pid)
          logEnd({ session, run, end, lastWords, log })
          tell({ type: 'ended', run, end })
        },
      },
    )
    if (child.pid !== undefined) groups.started(child.pid)
    log.debug('child_started', { session: session.key, run, pid: child.pid })
    return {
      write: (message) => child.write(`${JSON.stringify(message)}\n`),
      close() {
        registration.unregister()
        child.closeInput()
      },
      signal: (signal) => child.signal(signal),
      setAccessLevel: (accessLevel) => registration.update(accessLevel),
    }
  }
}

function parseLine(line: string): ChildMessage {
  try {
    return parseChildMessage(JSON.parse(line))
  } catch {
    return { kind: 'garbage' }
  }
}

/** What a child wrote on its standard error may hold private content: it is told of a child that failed at its start, and of no other. */
function logEnd({
  session,
  run,
  end,
  lastWords,
  log,
}: {
  readonly session: LiveSession
  readonly run: number
  readonly end: ChildEnd
  readonly lastWords: string
  readonly log: Log
}): void {
  if (end.kind === 'not_started') return
  const { exitCode, signal } = end
  const phase = session.state.phase.name
  const fields = { session: session.key, run, exitCode, signal, phase }
  if (phase === 'ending') log.debug('child_ended', fields)
  else if (phase === 'starting') log.warn('child_ended', { ...fields, lastWords })
  else log.warn('child_ended', fields)
}
