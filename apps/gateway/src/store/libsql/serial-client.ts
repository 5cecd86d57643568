import { setImmediate } from 'node:timers/promises'
import type { Log } from '@fjmcp-broker/shared/log'
import { type Client, type InArgs, type InStatement, LibsqlError } from '@libsql/client/sqlite3'
import { asOpenFailure } from './failures.ts'

const attempts = 3

/** How long calls on the database may follow each other before everything else has its turn. */
const longestRunMs = 5

/**
 * Puts every call on a database after the one before it, and lets everything else go on every 5 milliseconds. Sets the PRAGMAs on each new
 * connection, and makes every batch a write transaction. After `SQLITE_BUSY` it reconnects and repeats, three attempts in all: on the
 * connection that saw it, later writes would be acknowledged and never committed (libsql-client-ts issue 352).
 *
 * Interactive transactions are refused: while one is open every other call would fail.
 */
export function createSerialClient({
  client,
  pragmas,
  log,
  monotonicMs = () => performance.now(),
}: {
  readonly client: Client
  readonly pragmas: readonly string[]
  readonly log: Log
  readonly monotonicMs?: () => number
}): Client {
  let isPrepared = false
  let last: Promise<unknown> = Promise.resolve()
  let runSinceMs = monotonicMs()

  return {
    execute: (statement: InStatement, args?: InArgs) =>
      serially(() => (typeof statement === 'string' ? client.execute(statement, args) : client.execute(statement))),
    batch: (statements) => serially(() => client.batch(statements, 'write')),
    migrate: (statements) => serially(() => client.migrate(statements)),
    executeMultiple: (sql) => serially(() => client.executeMultiple(sql)),
    transaction: () => Promise.reject(new Error('interactive transactions are not used: write one conditional statement or a batch')),
    sync: () => Promise.reject(new Error('there is no remote database to synchronise with')),
    reconnect,
    close: () => client.close(),
    get closed() {
      return client.closed
    },
    protocol: client.protocol,
  }

  function serially<Value>(call: () => Promise<Value>): Promise<Value> {
    const result = last.then(pause).then(() => repeatWhileBusy(call))
    last = result.catch(ignore)
    return result
  }

  /** The library blocks in each call and settles in the same turn of the event loop: call after call would be one turn without an end. */
  async function pause(): Promise<void> {
    if (monotonicMs() - runSinceMs < longestRunMs) return
    await setImmediate()
    runSinceMs = monotonicMs()
  }

  async function repeatWhileBusy<Value>(call: () => Promise<Value>): Promise<Value> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await prepare()
        return await call()
      } catch (error) {
        if (!isBusy(error) || client.closed) throw error
        log.warn('database_was_busy', { attempt })
        reconnect()
        if (attempt === attempts) throw error
      }
    }
  }

  async function prepare(): Promise<void> {
    if (isPrepared) return
    try {
      for (const pragma of pragmas) await client.execute(pragma)
    } catch (error) {
      throw asOpenFailure(error)
    }
    isPrepared = true
  }

  function reconnect(): void {
    isPrepared = false
    client.reconnect()
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof LibsqlError && error.code === 'SQLITE_BUSY'
}

function ignore(): void {}
