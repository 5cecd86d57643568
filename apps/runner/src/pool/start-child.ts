import type { Clock } from '@fjmcp-broker/shared/clock'
import type { Log } from '@fjmcp-broker/shared/log'
import { brokerVersion } from '@fjmcp-broker/shared/version'
import type { Injector } from '../injector/injector.ts'
import type { ChildProgram } from '../process/child-process.ts'
import type { ChildEndReason, RunnerProbe } from '../probe.ts'
import type { ProcessGroups } from '../process/process-groups.ts'
import { parseChildLine } from '../supervision/child-line.ts'
import type { ChildEnd } from '../supervision/event.ts'
import { createAskedRequests } from './asked-requests.ts'
import type { ChildOwner, StartChild } from './live-child.ts'

/** Makes the function that starts a child: let in at the injector, in an environment made for it, on record while it lives, and counted. */
export function createStartChild({
  program,
  injector,
  groups,
  maxMessageBytes,
  clock,
  probe,
  log,
}: {
  readonly program: ChildProgram
  readonly injector: Pick<Injector, 'url' | 'register' | 'restore'>
  readonly groups: Pick<ProcessGroups, 'started' | 'ended'>
  readonly maxMessageBytes: number
  readonly clock: Clock
  readonly probe: Pick<RunnerProbe, 'childSpoke' | 'childEnded'>
  readonly log: Log
}): StartChild {
  return (firstOwner) => {
    const startedAtMs = clock()
    let owner = firstOwner
    let hasSpoken = false
    const asked = createAskedRequests()
    let why: ChildEndReason = 'by_itself'
    const registration = injector.register()
    using unlessStarted = new DisposableStack()
    unlessStarted.defer(() => registration.unregister())
    const child = program.start(
      {
        arguments: ['--transport', 'stdio', '--url', injector.url],
        environment: {
          FORGEJO_URL: injector.url,
          FORGEJO_ACCESS_TOKEN: registration.token,
          FORGEJO_USER_AGENT: `forgejo-mcp-broker/${brokerVersion}`,
          // A Go program serves the few calls of one session cheapest on one core: a third less CPU for each, see docs/performance.md.
          GOMAXPROCS: '1',
        },
        maxLineBytes: maxMessageBytes,
      },
      {
        line(written) {
          if (!hasSpoken) probe.childSpoke(clock() - startedAtMs)
          hasSpoken = true
          const line = injector.restore(written)
          const { message, size } = parseChildLine(line)
          const isAnswer = asked.isAnswer(message)
          owner.tell({ type: 'received', message, size })
          return isAnswer
        },
        broke(fault) {
          why = fault
          log.warn('child_broke', { ...owner.describe(), pid: child.pid, fault })
          owner.tell({ type: 'broke', fault })
        },
        ended(end, lastWords) {
          registration.unregister()
          probe.childEnded(end.kind === 'not_started' ? 'not_started' : why)
          if (child.pid !== undefined) groups.ended(child.pid)
          logEnd({ owner, pid: child.pid, end, lastWords, log })
          owner.tell({ type: 'ended', end })
        },
      },
    )
    unlessStarted.move()
    if (child.pid !== undefined) groups.started(child.pid)
    log.debug('child_started', { pid: child.pid })
    return {
      pid: child.pid,
      write(message) {
        asked.note(message)
        child.write(`${JSON.stringify(message)}\n`)
      },
      close() {
        noteAsked()
        registration.unregister()
        child.closeInput()
      },
      signal(signal) {
        noteAsked()
        child.signal(signal)
      },
      memoryBytes: () => child.memoryBytes(),
      handOver({ key, userId, accessLevel }, next) {
        registration.bind({ key, userId, accessLevel, credentialDied: () => next.tell({ type: 'credential_died' }) })
        owner = next
        log.debug('child_handed_over', { session: key, pid: child.pid })
      },
      setAccessLevel: (accessLevel) => registration.update(accessLevel),
    }

    function noteAsked(): void {
      if (why === 'by_itself') why = 'asked'
    }
  }
}

/** What a child wrote on its standard error may hold private content: it is told of a child that nobody had yet, and of no other. */
function logEnd({
  owner,
  pid,
  end,
  lastWords,
  log,
}: {
  readonly owner: ChildOwner
  readonly pid: number | undefined
  readonly end: ChildEnd
  readonly lastWords: string
  readonly log: Log
}): void {
  if (end.kind === 'not_started') return
  const { exitCode, signal } = end
  const { session, phase } = owner.describe()
  const fields = { session, pid, exitCode, signal, phase, ...(session === undefined && { lastWords }) }
  if (phase === 'ending') log.debug('child_ended', fields)
  else log.warn('child_ended', fields)
}
