import { getSystemErrorName } from 'node:util'
import { signalGroup } from '@fjmcp-broker/shared/process/process-group'
import { execa } from 'execa'
import type { StartFailure } from '../supervision/event.ts'
import type { ChildBounds } from './child-bounds.ts'
import type { ChildCommand, ChildListener, ChildProcess } from './child-process.ts'
import type { ChildUser } from './child-user.ts'
import { lastWords } from './last-words.ts'
import { createLineSplitter } from './line-splitter.ts'
import { nonblockFailedCode, nonblockFailedWord } from './nonblock.ts'

/** How long output may stay open after the process is gone, or the process stay after its output is: as long as it takes to notice both. */
const closingMs = 1_000

/** How many of the longest lines may wait for a child to read them. */
const mostUnread = 4

/** What a line costs beside its bytes, in bytes: a short one is work and memory too. */
const lineCost = 256

/** The process was there, but not as whom it was to run, or `/proc` does not show that. */
const wrongUser: StartFailure = { reason: 'refused', code: 'WRONG_USER' }

/**
 * Starts a program as the leader of a process group of its own. The user is released as soon as the process is gone.
 *
 * @param nonblock The program that becomes this one with an input that does not block; where there is none, it is started as it is.
 */
export function startProcess({
  path,
  nonblock,
  command,
  user,
  bounds,
  listener,
  onNotStarted,
  onNonblockUnusable,
}: {
  readonly path: string
  readonly nonblock?: string | undefined
  readonly command: ChildCommand
  readonly user: ChildUser
  readonly bounds: ChildBounds
  readonly listener: ChildListener
  readonly onNotStarted: (cause: StartFailure) => void
  /** It is `nonblock` itself that the system does not run. */
  readonly onNonblockUnusable: () => void
}): ChildProcess {
  const child = execa(nonblock ?? path, nonblock === undefined ? command.arguments : [path, ...command.arguments], {
    env: command.environment,
    extendEnv: false,
    cwd: '/',
    ...user.ids,
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
    // Where a capability is missing or the uid is not mapped, Node throws; execa makes one thing of that and of a failure told later.
    void child.then(({ code }) => {
      user.release()
      const cause = startFailureOf(code)
      if (nonblock !== undefined && cause.reason !== 'refused') onNonblockUnusable()
      endNotStarted(cause)
    })
    return notStarted
  }

  let isBroken = false
  let isGone = false
  const isAsAsked = user.isUserOf(pid)
  if (!isAsAsked) signalGroup(pid, 'SIGKILL')
  let lastError: Buffer = Buffer.alloc(0)
  let closing: NodeJS.Timeout | undefined
  const memory = bounds.memory.begin({ leader: pid, uid: user.ids?.uid }, () => breakOff('memory_exceeded'))
  const stdoutAllowance = bounds.newStdoutAllowance()
  const stderrAllowance = bounds.newStderrAllowance()
  let unreadLines = 0
  let hasSpoken = false

  stdout.on(
    'data',
    createLineSplitter({
      maxBytes: command.maxLineBytes,
      onLine(line) {
        hasSpoken = true
        if (stdout.destroyed) return
        if (!listener.line(line) && !stdoutAllowance.take(Buffer.byteLength(line) + lineCost)) giveUpOutput()
      },
      onTooLong: () => breakOff('message_too_long'),
    }),
  )
  stderr.on('data', (chunk: Buffer) => {
    lastError = chunk
    if (!stderrAllowance.take(chunk.length)) breakOff('stderr_flood')
  })
  for (const stream of [stdin, stdout, stderr]) stream.on('error', ignore)
  stdout.once('end', () => {
    if (!isGone) closing = setTimeout(breakOff, closingMs, 'output_closed')
  })
  child.nodeChildProcess.once('exit', () => {
    isGone = true
    clearTimeout(closing)
    signalGroup(pid, 'SIGKILL')
    user.release()
    memory.end()
    closing = setTimeout(letGo, closingMs)
  })
  child.nodeChildProcess.once('close', (exitCode: number | null, signal: string | null) => {
    clearTimeout(closing)
    const lastText = lastError.toString('utf8')
    const becameNothing =
      nonblock !== undefined && !hasSpoken && lastText === nonblockFailedWord && exitCode !== null && exitCode > nonblockFailedCode
    if (!isAsAsked) endNotStarted(wrongUser)
    else if (becameNothing) endNotStarted(startFailureOf(getSystemErrorName(nonblockFailedCode - exitCode)))
    else listener.ended({ kind: 'exited', exitCode, signal }, lastWords(lastText))
  })

  return {
    pid,
    memoryBytes: () => memory.bytes(),
    write(line) {
      if (!stdin.writable) return
      unreadLines += 1
      stdin.write(line, noteRead)
      if (stdin.writableLength + unreadLines * lineCost > mostUnread * command.maxLineBytes) breakOff('input_stuck')
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

  /** What follows is not read: that would be the work that is to be spared. */
  function giveUpOutput(): void {
    breakOff('stdout_flood')
    stdout.destroy()
  }

  function noteRead(): void {
    unreadLines -= 1
  }

  function endNotStarted(cause: StartFailure): void {
    onNotStarted(cause)
    listener.ended({ kind: 'not_started', cause }, '')
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
  return notStarted
}

const notStarted: ChildProcess = { pid: undefined, memoryBytes: ignore, write: ignore, closeInput: ignore, signal: ignore }

/** What the system's error code says of a failed start. */
function startFailureOf(code: string | undefined): StartFailure {
  if (code === 'ENOENT') return { reason: 'not_found' }
  if (code === 'EACCES' || code === 'ENOEXEC') return { reason: 'not_executable' }
  return { reason: 'refused', code: code ?? 'unknown' }
}

function ignore(): undefined {}
