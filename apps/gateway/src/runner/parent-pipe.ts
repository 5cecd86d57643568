import { finished, type Readable } from 'node:stream'
import type { Log } from '@fjmcp-broker/shared/log'
import { endProcessGroups } from '@fjmcp-broker/shared/process/end-process-groups'
import type { ProcessIdentity } from '@fjmcp-broker/shared/process/process-identity'
import { parseChildLine } from '@fjmcp-broker/shared/runner/child-line'

/**
 * Listens to the runner that started us. When our standard input ends, the runner is gone: the process groups that it told us of and
 * whose leaders are still the same processes are killed, then `onParentGone` is called, once.
 */
export function watchParent({
  stdin,
  log,
  onParentGone,
}: {
  readonly stdin: Readable
  readonly log: Log
  readonly onParentGone: () => void
}): void {
  const leaders = new Map<number, ProcessIdentity>()
  let unfinishedLine = ''

  function note(text: string): void {
    const line = parseChildLine(text)
    if (!line.ok) log.error('malformed_line_received', { detail: line.error })
    else if (line.value.type === 'child_started') leaders.set(line.value.pid, line.value)
    else leaders.delete(line.value.pid)
  }

  stdin.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (unfinishedLine + chunk).split('\n')
    unfinishedLine = lines.pop() ?? ''
    for (const line of lines) note(line)
  })
  // A pipe that breaks says the same as one that ends.
  finished(stdin, () => {
    const childrenEnded = endProcessGroups(leaders.values())
    log.warn('runner_gone', { childrenEnded })
    onParentGone()
  })
}
