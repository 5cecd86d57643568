import { type KeyReport, reportKeys } from '@fjmcp-broker/gateway/domain/keys/key-report'
import { examineDatabase } from '@fjmcp-broker/gateway/store/libsql/examine-database'
import type { Environment } from '@fjmcp-broker/shared/env'
import { exitCode } from '@fjmcp-broker/shared/exit-code'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { ReadSecretFile } from '@fjmcp-broker/shared/secret-file'
import { askAdmin } from '../../ask-admin.ts'
import { fail, type Failure, type Reply, toJson } from '../../reply.ts'
import { tabulate } from '../../tabulate.ts'
import { locateAdminSocket } from '../locate-admin-socket.ts'
import { locateDatabase } from '../locate-database.ts'
import { readIdentity } from '../read-identity.ts'
import { keyReportSchema } from './key-report-schema.ts'

/**
 * Lists the keys that are loaded and what is encrypted with each; returns the exit code: 0, 1 where some are missing or it cannot be told, 78
 * wrong settings. Where no broker runs, the settings and the database say it: that is when a missing key is looked for.
 */
export async function listKeys({
  environment,
  readSecretFile,
  ...reply
}: Reply & { readonly environment: Environment; readonly readSecretFile: ReadSecretFile }): Promise<number> {
  const socketPath = locateAdminSocket(environment)
  if (!socketPath.ok) return fail(reply, socketPath.error, exitCode.configuration)
  const told = await askAdmin({ socketPath: socketPath.value, path: '/keys', schema: keyReportSchema })
  if (told.ok) return list(reply, told.value, 'broker')
  if (told.error.kind !== 'no_socket' && told.error.kind !== 'nobody_listens') return fail(reply, told.error)
  const read = await readKeys(environment, readSecretFile)
  if (!read.ok) return fail(reply, read.error, read.error.reason === 'wrong_settings' ? exitCode.configuration : 1)
  return list(reply, read.value, 'settings')
}

async function readKeys(environment: Environment, readSecretFile: ReadSecretFile): Promise<Result<KeyReport, Failure>> {
  const location = locateDatabase(environment)
  if (!location.ok) return location
  const identity = await readIdentity(environment, readSecretFile)
  if (!identity.ok) return identity
  const found = await examineDatabase(location.value)
  if (!found.ok) return found
  if (found.value === 'interrupted') {
    const message = `The database ${location.value.path} has a write that was cut short: the next start of the broker takes it back.`
    return err({ reason: 'interrupted', message })
  }
  return ok(reportKeys(identity.value.sealer.keys, found.value === 'empty' ? [] : found.value.keyUses))
}

function list(reply: Reply, report: KeyReport, source: 'broker' | 'settings'): number {
  const code = report.missing.length === 0 ? 0 : 1
  reply.print(reply.json ? toJson(code, { source, ...report }) : describe(report, source))
  return code
}

function describe({ keys, missing }: KeyReport, source: 'broker' | 'settings'): string {
  const rows = [
    ...keys.map((key) => [key.name, key.id, key.use, String(key.rows), key.isRemovable ? 'not needed: may be removed' : '']),
    ...missing.map(({ keyId, rows, name = '?' }) => [name, keyId, 'MISSING', String(rows), 'these cannot be opened']),
  ]
  return [
    ...(source === 'broker' ? [] : ['No broker runs here: these are the keys of the settings, and what the database needs.', '']),
    ...tabulate([['key', 'id', 'use', 'sign-ins', ''], ...rows]),
  ].join('\n')
}
