import type { Log } from '@fjmcp-broker/shared/log'
import { ok } from '@fjmcp-broker/shared/result'
import type { CredentialRejection, Runner } from '@fjmcp-broker/shared/runner/runner'
import { createRunnerConnection } from './runner-connection.ts'
import type { Reader, RunnerLink } from './runner-link.ts'
import { readStream } from './stream-reading.ts'

export interface RunnerClient extends Runner {
  /** Closes the connection for good: what waits for an answer throws `RunnerUnavailable`. */
  close(): void
}

/**
 * The runner behind its unix socket. The first call connects, and so does the first listener for credential rejections; from then on
 * a broken connection is made anew. A call that was written when the connection broke throws `RunnerUnavailable` and is never
 * repeated; streams are read on.
 *
 * @param maxFrameBytes The longest frame in either direction: the longest message and 64 KiB for what goes around it.
 * @param waitMs How long a call waits for a connection before it throws. Default 2000.
 * @param maxQueuedBytes How much of a stream may wait for its consumer. Default 1 MiB.
 * @param roomWaitMs How long an event waits for room at its reader. Default 45000: the runner keeps a stream for 60 seconds after its end.
 */
export function createRunnerClient({
  socketPath,
  maxFrameBytes,
  waitMs = 2_000,
  maxQueuedBytes = 1024 * 1024,
  roomWaitMs = 45_000,
  log,
}: {
  readonly socketPath: string
  readonly maxFrameBytes: number
  readonly waitMs?: number | undefined
  readonly maxQueuedBytes?: number | undefined
  readonly roomWaitMs?: number | undefined
  readonly log: Log
}): RunnerClient {
  const onRejection = new Set<(rejection: CredentialRejection) => void>()
  const onChange = new Set<() => void>()
  const connection = createRunnerConnection({
    address: { socketPath, maxFrameBytes },
    waitMs,
    log,
    heard: {
      credentialRejected(rejection) {
        for (const listener of onRejection) listener(rejection)
      },
      catalogueChanged() {
        for (const listener of onChange) listener()
      },
    },
  })

  const ask: RunnerLink['ask'] = async (question, expected) => (await connection.link()).ask(question, expected)

  return {
    async catalogue() {
      return (await ask({ type: 'catalogue' }, 'catalogue')).result
    },
    onCatalogueChanged(listener) {
      onChange.add(listener)
      return () => onChange.delete(listener)
    },
    async describe(session) {
      return (await ask({ type: 'describe', session }, 'described')).result
    },
    async call(request) {
      const { key, stream, message } = request
      const link = await connection.link()
      const begin = (opened: RunnerLink, reader: Reader) => opened.call({ key, stream, message }, reader)
      return readStream({ link, connection, request, begin, maxQueuedBytes, roomWaitMs })
    },
    async events(request) {
      const { key, stream, after, signal } = request
      if (signal.aborted) return ok(noEvents())
      const link = await connection.link()
      const begin = (opened: RunnerLink, reader: Reader) => opened.read({ key, stream, after }, reader)
      return readStream({ link, connection, request, begin, maxQueuedBytes, roomWaitMs })
    },
    async cancel(key, requestId) {
      await ask({ type: 'cancel', key, requestId }, 'done')
    },
    async end(key) {
      await ask({ type: 'end', key }, 'done')
    },
    async setCredential(credential) {
      await ask({ type: 'set_credential', credential }, 'done')
    },
    async setForgejoVersion(version) {
      await ask({ type: 'set_forgejo_version', version }, 'done')
    },
    async status() {
      return (await ask({ type: 'status' }, 'status')).status
    },
    async sessions() {
      return (await ask({ type: 'sessions' }, 'sessions')).sessions
    },
    onCredentialRejected(listener) {
      onRejection.add(listener)
      connection.connect()
      return () => onRejection.delete(listener)
    },
    close: () => connection.close(),
  }
}

async function* noEvents(): AsyncGenerator<never, void> {}
