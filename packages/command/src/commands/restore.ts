import type { Readable } from 'node:stream'
import { type Restored, restoreBackup } from '@fjmcp-broker/gateway/store/libsql/backup/restore'
import { readBrokerSchema } from '@fjmcp-broker/gateway/store/libsql/known-migrations'
import type { Clock } from '@fjmcp-broker/shared/clock'
import type { Environment } from '@fjmcp-broker/shared/env'
import { exitCode } from '@fjmcp-broker/shared/exit-code'
import type { ReadSecretFile } from '@fjmcp-broker/shared/secret-file'
import { answer, fail, type Reply } from '../reply.ts'
import { locateDatabase } from './locate-database.ts'
import { readIdentity } from './read-identity.ts'

/**
 * Puts a backup in the place of a stopped broker's database and keeps what was there; returns the exit code: 0 done, 1 failed and nothing
 * changed, 64 standard input is a terminal, 78 wrong settings.
 *
 * @param source Path of the backup, or `-` for `input`.
 */
export async function restore({
  environment,
  readSecretFile,
  source,
  input,
  clock,
  stopping,
  ...reply
}: Reply & {
  readonly environment: Environment
  readonly readSecretFile: ReadSecretFile
  readonly source: string
  readonly input: Readable & { readonly isTTY?: boolean }
  readonly clock: Clock
  readonly stopping: AbortSignal
}): Promise<number> {
  const location = locateDatabase(environment)
  if (!location.ok) return fail(reply, location.error, exitCode.configuration)
  const identity = await readIdentity(environment, readSecretFile)
  if (!identity.ok) return fail(reply, identity.error, exitCode.configuration)
  if (source === '-' && input.isTTY === true) {
    const message = 'Standard input is a terminal: give the backup as in fjmcp-broker restore - < broker-backup.db'
    return fail(reply, { reason: 'terminal', message }, exitCode.usage)
  }
  const restored = await restoreBackup({
    location: location.value,
    source: source === '-' ? { stream: input } : { path: source },
    schema: readBrokerSchema(),
    identity: identity.value,
    nowMs: clock(),
    stopping,
  })
  if (!restored.ok) return fail(reply, restored.error)
  const database = location.value.path
  return answer(reply, { message: describe(restored.value, database), database, source, ...restored.value })
}

function describe({ bytes, pendingMigrations, kept }: Restored, database: string): string {
  return [
    `The backup is restored as ${database}: ${bytes} bytes, checked.`,
    ...(kept === undefined ? [] : [`What was there before is kept as ${kept}: remove it when all is well.`]),
    `Now start the broker.${pendingMigrations > 0 ? ` It then brings the database to this version's schema (migrations: ${pendingMigrations}).` : ''}`,
  ].join('\n')
}
