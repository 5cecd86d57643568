import type { BrokerIdentity } from '@fjmcp-broker/gateway/store/libsql/broker-identity'
import type { DatabaseState } from '@fjmcp-broker/gateway/store/libsql/database-state'
import { examineDatabase } from '@fjmcp-broker/gateway/store/libsql/examine-database'
import { readBrokerSchema } from '@fjmcp-broker/gateway/store/libsql/known-migrations'
import type { FileLocation } from '@fjmcp-broker/gateway/store/libsql/location'
import { planMigration } from '@fjmcp-broker/gateway/store/libsql/migration-plan'
import { checkIdentity } from '@fjmcp-broker/gateway/store/libsql/ownership'
import type { StoreRefusal } from '@fjmcp-broker/gateway/store/libsql/refusal'
import { type CheckName, type Finding, type Outcome, reportOn } from '../finding.ts'

/** Reading a larger database from end to end takes longer than somebody waits for this command. */
const mostBytesToCheck = 1024 ** 3

/**
 * Opens the database for reading only, whether or not a broker uses it: is it ours, whole, of a schema that this version knows, of this
 * Forgejo and application, and sealed with a key that is here.
 */
export async function checkDatabaseContent({
  location,
  identity,
}: {
  readonly location: FileLocation
  /** Undefined where the settings are wrong. */
  readonly identity: BrokerIdentity | undefined
}): Promise<Outcome> {
  const report = reportOn('database')
  const found = await examineDatabase(location, { mostBytesToCheck })
  if (!found.ok) return { findings: [refuse('database', found.error)] }
  if (found.value === 'empty') return { findings: [report.skipped(`${location.path} is empty: the broker fills it at its first start`)] }
  if (found.value === 'interrupted') {
    return { findings: [report.skipped(`${location.path} has a write that was cut short: the next start of the broker takes it back`)] }
  }
  return { findings: await judgeState({ state: found.value, location, identity }) }
}

async function judgeState({
  state,
  location: { path },
  identity,
}: {
  readonly state: DatabaseState
  readonly location: FileLocation
  readonly identity: BrokerIdentity | undefined
}): Promise<readonly Finding[]> {
  const plan = await planMigration({ state, schema: readBrokerSchema(), name: path })
  if (!plan.ok) return [refuse('database', plan.error)]
  const { pending, unknown } = plan.value
  const schema =
    pending.length > 0
      ? `, the next start applies ${pending.length} migration${pending.length === 1 ? '' : 's'}`
      : unknown > 0
        ? ', migrated by a newer broker in a way that this one can go on with'
        : ''
  const sound = reportOn('database').ok(`${path} is whole and ours${schema}`)
  return [sound, ...(identity === undefined ? [] : [judgeIdentity({ state, path, identity })])]
}

function judgeIdentity({
  state,
  path,
  identity,
}: {
  readonly state: DatabaseState
  readonly path: string
  readonly identity: BrokerIdentity
}): Finding {
  const checked = checkIdentity({ state, name: path, identity })
  if (!checked.ok) return refuse(checked.error.reason === 'other_secret' ? 'key' : 'database', checked.error)
  const report = reportOn('key')
  if (!state.hasUsers) return report.ok('nobody has signed in yet: nothing is sealed')
  if (state.facts.sealing_key_id === identity.sealer.keyId) return report.ok('the client secret opens the stored tokens')
  return report.ok('the previous client secret opens the stored tokens; the next start seals them with the new one')
}

function refuse(check: CheckName, { detail, remedy }: StoreRefusal): Finding {
  return reportOn(check).problem(detail, remedy)
}
