import { readBrokerSchema } from '@fjmcp-broker/gateway/store/libsql/known-migrations'
import { type FilePlan, migrateFile, planFile } from '@fjmcp-broker/gateway/store/libsql/migrate-file'
import { refusalMayPass } from '@fjmcp-broker/gateway/store/libsql/refusal'
import type { Environment } from '@fjmcp-broker/shared/env'
import { exitCode } from '@fjmcp-broker/shared/exit-code'
import { silentLog } from '@fjmcp-broker/shared/log'
import { answer, fail, type Reply } from '../reply.ts'
import { locateDatabase } from './locate-database.ts'

/**
 * Brings a stopped broker's database to this version's schema, or says what the next start would do; returns the exit code: 0 nothing is
 * left to do, 1 failed or something is left to do, 78 wrong settings or a database that
 * this version or this user cannot use.
 *
 * @param checkOnly Whether to change nothing. Then the broker may be running.
 */
export async function migrate({
  environment,
  checkOnly,
  ...reply
}: Reply & { readonly environment: Environment; readonly checkOnly: boolean }): Promise<number> {
  const location = locateDatabase(environment)
  if (!location.ok) return fail(reply, location.error, exitCode.configuration)
  const schema = readBrokerSchema()
  const found = checkOnly ? await planFile(location.value, schema) : await migrateFile({ location: location.value, schema, log: silentLog })
  if (!found.ok) return fail(reply, found.error, refusalMayPass(found.error) ? 1 : exitCode.configuration)
  const { state, message, migrations } = describe({ plan: found.value, isDone: !checkOnly, name: location.value.path })
  return answer(
    reply,
    { message, database: location.value.path, state, migrations },
    state === 'pending' || state === 'interrupted' ? 1 : 0,
  )
}

type State = 'missing' | 'interrupted' | 'current' | 'newer' | 'pending' | 'migrated'

function describe({ plan, isDone, name }: { readonly plan: FilePlan; readonly isDone: boolean; readonly name: string }): {
  readonly state: State
  readonly message: string
  readonly migrations: readonly string[]
} {
  if (plan === undefined) {
    return { state: 'missing', message: `There is no database ${name} yet: the next start makes it.`, migrations: [] }
  }
  if (plan === 'interrupted') {
    const message = `The database ${name} has a write that was cut short: the next start takes it back, and migrates it where needed.`
    return { state: 'interrupted', message, migrations: [] }
  }
  const migrations = plan.pending.map(({ tag }) => tag)
  if (migrations.length > 0) {
    return isDone
      ? { state: 'migrated', message: `The database ${name} is migrated: ${migrations.join(', ')}.`, migrations }
      : {
          state: 'pending',
          message: `The next start migrates the database ${name}: ${migrations.join(', ')}. Back it up before.`,
          migrations,
        }
  }
  if (plan.unknown > 0) {
    return { state: 'newer', message: `The database ${name} was migrated by a newer broker; this version can go on with it.`, migrations }
  }
  return { state: 'current', message: `The database ${name} has this version's schema: nothing to do.`, migrations }
}
