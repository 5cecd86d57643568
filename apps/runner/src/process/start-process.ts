import { execa } from 'execa'
import type { StartFailure } from '../supervision/event.ts'
import type { ChildCommand, ChildListener, ChildProcess } from './child-process.ts'
import { lastWords } from './last-words.ts'
import { createLineSplitter } from './line-splitter.ts'
import { signalGroup } from '@fjmcp-broker/shared/process/process-group'

/** Every process runs under the uid of the runner; to be changed with `startProcess` once children get uids of their own. */
export const isolation = 'none'

/** How long output may stay open after the process is gone, or the process stay after its output is: as long as it takes to notice both. */
const closingMs = 1_000

/** How many of the longest lines may wait for a child to read them. */
const unreadLines = 4

/** Starts a program as the leader of a process group of its own, under the uid of the runner. */
export function startProcess({
  path,
  command,
  listener,
  onNotStarted,
}: {
  readonly path: string
  readonly command: ChildCommand
  readonly listener: ChildListener
  readonly onNotStarted: () => void
}): ChildProcess {
  const child = execa(path, command.arguments, {
    env: command.environment,
    extendEnv: false,
    cwd: '/',
    detached: true,
    cleanup: false,
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    buffer: false,
    reject: false,
  })
  const { pid, stdin, stdout, stderr } = child
  if (pid === undefined) {
    void child.then(({ code }) => {
      onNotStarted()
      listener.ended({ kind: 'not_started', cause: startFailureOf(code) }, '')
    })
    return { pid, write: ignore, closeInput: ignore, signal: ignore }
  }

  let isBroken = false
  let isGone = false
  let lastError: Buffer = Buffer.alloc(0)
  let closing: NodeJS.Timeout | undefined

  stdout.on(
    'data',
    createLineSplitter({
      maxBytes: command.maxLineBytes,
      onLine: (line) => listener.line(line),
      onTooLong: () => breakOff('message_too_long'),
    }),
  )
  stderr.on('data', (chunk: Buffer) => {
    lastError = chunk
  })
  for (const stream of [stdin, stdout, stderr]) stream.on('error', ignore)
  stdout.once('end', () => {
    if (!isGone) closing = setTimeout(breakOff, closingMs, 'output_closed')
  })
  child.nodeChildProcess.once('exit', () => {
    isGone = true
    clearTimeout(closing)
    signalGroup(pid, 'SIGKILL')
    closing = setTimeout(letGo, closingMs)
  })
  child.nodeChildProcess.once('close', (exitCode: number | null, signal: string | null) => {
    clearTimeout(closing)
    listener.ended({ kind: 'exited', exitCode, signal }, lastWords(lastError.toString('utf8')))
  })

  return {
    pid,
    write(line) {
      if (stdin.writable) stdin.write(line)
      if (stdin.writableLength > unreadLines * command.maxLineBytes) breakOff('input_stuck')
    },
    closeInput: () => stdin.end(),
    signal(signal) {
      if (!isGone) signalGroup(pid, signal)
    },
  }

  function breakOff(fault: Parameters<ChildListener['broke']>[0]): void {
    if (isBroken) return
    isBroken = true
    listener.broke(fault)
  }

  /** A process that left the group may hold the pipes open for as long as it likes. */
  function letGo(): void {
    stdout.destroy()
    stderr.destroy()
  }
}

/** Tells, as soon as the caller has returned, that nothing was started. */
export function startFailed(cause: StartFailure, listener: ChildListener): ChildProcess {
  queueMicrotask(() => listener.ended({ kind: 'not_started', cause }, ''))
  return { pid: undefined, write: ignore, closeInput: ignore, signal: ignore }
}

/** What the system's error code says of a failed start. */
function startFailureOf(code: string | undefined): StartFailure {
  if (code === 'ENOENT') return { reason: 'not_found' }
  if (code === 'EACCES' || code === 'ENOEXEC') return { reason: 'not_executable' }
  return { reason: 'refused', code: code ?? 'unknown' }
}

function ignore(): void {}
