import { lstat, mkdir, unlink } from 'node:fs/promises'
import { connect, type Server } from 'node:net'
import { dirname } from 'node:path'
import { umask } from 'node:process'
import { errorCode } from './error-code.ts'
import { explainListenFailure, type ListenFailure } from './listen-failure.ts'
import { err, ok, type Result } from './result.ts'

/**
 * Listens on a unix socket that never has a wider mode than `mode`. The folder is made, 0700, where it is missing. A socket that
 * nobody answers on is replaced.
 */
export async function listenOnSocket({
  server,
  path,
  mode,
}: {
  readonly server: Server
  readonly path: string
  readonly mode: number
}): Promise<Result<undefined, ListenFailure>> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const cleared = await clearStaleSocket(path)
    if (!cleared.ok) return cleared
    await listen({ server, path, mode })
    return ok(undefined)
  } catch (error) {
    return err(explainListenFailure(path, error))
  }
}

async function clearStaleSocket(path: string): Promise<Result<undefined, ListenFailure>> {
  const present = await lstatIfPresent(path)
  if (present === undefined) return ok(undefined)
  if (!present.isSocket()) return err({ reason: 'cannot_listen', detail: `${path} exists and is not a socket` })
  if (await isAnswered(path)) return err({ reason: 'in_use', detail: `another broker is running: it answers on ${path}` })
  await unlink(path)
  return ok(undefined)
}

async function lstatIfPresent(path: string) {
  try {
    return await lstat(path)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

function isAnswered(path: string): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>()
  const probe = connect(path)
  probe.once('connect', () => {
    probe.destroy()
    resolve(true)
  })
  probe.once('error', (error) => {
    if (errorCode(error) === 'ECONNREFUSED') resolve(false)
    else reject(error)
  })
  return promise
}

function listen({ server, path, mode }: { readonly server: Server; readonly path: string; readonly mode: number }): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.once('listening', () => {
    server.off('error', reject)
    resolve()
  })
  // The socket's file is made by this call itself, with what the umask leaves: a chmod after it would leave a moment between.
  const previous = umask(0o777 & ~mode)
  try {
    server.listen(path)
  } finally {
    umask(previous)
  }
  return promise
}
