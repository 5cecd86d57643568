import { pause } from '@fjmcp-broker/shared/pause'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { z } from 'zod'
import type { AdminFailure } from './admin-failure.ts'
import { askAdminForLines } from './ask-admin.ts'
import type { Terminal } from './call.ts'

interface Following<Schema extends z.ZodType> extends Pick<Terminal, 'complain'> {
  readonly socketPath: string
  /** What is asked, each time that it has to be asked anew. */
  readonly path: () => string
  readonly schema: Schema
  /** The first answer has begun. */
  readonly onFirstOpen: () => void
  readonly onLine: (line: z.output<Schema>) => void
  /** Ends it. */
  readonly stopping: AbortSignal
  /** Whether anybody still reads what the lines lead to; asked after each. */
  readonly isRead: () => boolean
  /** How long a broker that is away is left alone before it is asked again. */
  readonly retryMs: number
}

/** Follows a stream of lines until it is ended. A broker that stops is waited for; a failure says that none was there from the first, or why. */
export async function followAdmin<Schema extends z.ZodType>(following: Following<Schema>): Promise<Result<void, AdminFailure>> {
  const { socketPath, path, schema, onFirstOpen, onLine, complain, stopping, isRead, retryMs } = following
  const unread = new AbortController()
  const signal = AbortSignal.any([stopping, unread.signal])
  let hasBeenReached = false
  let isAway = false

  for (;;) {
    const followed = await askAdminForLines({ socketPath, path: path(), schema, signal, onOpen: welcome, onLine: pass })
    if (signal.aborted) return ok(undefined)
    if (!followed.ok && !(hasBeenReached && mayComeBack(followed.error))) return err(followed.error)
    if (!isAway) complain('The broker has ended the connection. Waiting until it is back; Ctrl-C ends this.')
    isAway = true
    await pause(retryMs, signal)
    if (signal.aborted) return ok(undefined)
  }

  function pass(line: z.output<Schema>): void {
    onLine(line)
    if (!isRead()) unread.abort()
  }

  function welcome(): void {
    if (isAway) complain('The broker is back.')
    if (!hasBeenReached) onFirstOpen()
    hasBeenReached = true
    isAway = false
  }
}

/** While the gateway is started again its socket is away, or breaks off. */
function mayComeBack({ kind }: AdminFailure): boolean {
  return kind === 'no_socket' || kind === 'nobody_listens' || kind === 'no_answer'
}
