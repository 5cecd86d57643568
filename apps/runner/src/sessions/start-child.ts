import type { AccessLevel } from '@fjmcp-broker/shared/catalogue/access-level'
import type { Log } from '@fjmcp-broker/shared/log'
import type { SessionKey } from '@fjmcp-broker/shared/runner/runner'
import { brokerVersion } from '@fjmcp-broker/shared/version'
import type { LiveSession } from './live-session.ts'
import type { ChildProgram } from '../process/child-process.ts'
import type { ProcessGroups } from '../process/process-groups.ts'
import type { StartChild } from './supervisor.ts'
import { type ChildMessage, parseChildMessage } from '../supervision/child-message.ts'
import type { ChildEnd } from '../supervision/event.ts'

/** What stands between the children and Forgejo, as those who start them see it. */
export interface InjectorPort {
  /** What the children take for Forgejo: `http://127.0.0.1:<port>`. */
  readonly url: string
  /** Lets a child in, with a token that is worth something here only and as long as it is registered. */
  register(session: RegisteredSession): Registration
  /** Puts Forgejo's own addresses back into a line of a child's output. */
  restore(line: string): string
  /** Sets the version of Forgejo that children are told. */
  setForgejoVersion(version: string): void
}

export interface RegisteredSession {
  readonly key: SessionKey
  readonly userId: string
  readonly accessLevel: AccessLevel
  /** Called when a request of the child was answered 401 because the user's credential is dead. */
  credentialDied(): void
}

export interface Registration {
  readonly token: string
  update(accessLevel: AccessLevel): void
  unregister(): void
}

/** Makes the function that starts a session's child: let in at the injector, in an environment made for it, on record while it lives. */
export function createStartChild({
  program,
  injector,
  groups,
  maxMessageBytes,
  log,
}: {
  readonly program: ChildProgram
  readonly injector: InjectorPort
  readonly groups: ProcessGroups
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
        line: (line) => tell({ type: 'received', run, message: parseLine(injector.restore(line)), size: line.length }),
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
