import { type KeyLabel, type KeyUse, reportKeys } from '@fjmcp-broker/gateway/domain/keys/key-report'
import type { BrokerIdentity } from '@fjmcp-broker/gateway/store/libsql/broker-identity'
import type { DatabaseState } from '@fjmcp-broker/gateway/store/libsql/database-state'
import { examineDatabase } from '@fjmcp-broker/gateway/store/libsql/examine-database'
import { readBrokerSchema } from '@fjmcp-broker/gateway/store/libsql/known-migrations'
import type { FileLocation } from '@fjmcp-broker/gateway/store/libsql/location'
import { describeKey } from '@fjmcp-broker/gateway/store/libsql/missing-keys'
import { planMigration } from '@fjmcp-broker/gateway/store/libsql/migration-plan'
import { checkIdentity } from '@fjmcp-broker/gateway/store/libsql/ownership'
import type { StoreRefusal } from '@fjmcp-broker/gateway/store/libsql/refusal'
import { type CheckName, type Finding, type Outcome, reportOn } from '../finding.ts'

/** Reading a larger database from end to end takes longer than somebody waits for this command. */
const mostBytesToCheck = 1024 ** 3

/**
 * Opens the database for reading only, whether or not a broker uses it: is it ours, whole, of a schema that this version knows, of this
 * Forgejo and application, and encrypted with a key that is here.
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
  if (!checked.ok) return refuse(checked.error.reason === 'missing_key' ? 'key' : 'database', checked.error)
  return reportOn('key').ok(describeKeys(identity.sealer.keys, state.keyUses))
}

function describeKeys(keys: readonly [KeyLabel, ...KeyLabel[]], uses: readonly KeyUse[]): string {
  const encrypting = describeKey(keys[0])
  if (uses.length === 0) return `nobody is signed in: nothing is encrypted yet; the ${encrypting} will encrypt`
  const others = reportKeys(keys, uses).keys.filter(({ use, rows }) => use === 'opens' && rows > 0)
  if (others.length === 0) return `the ${encrypting} opens the stored tokens`
  const counts = others.map((key) => `${key.rows} with the ${describeKey(key)}`).join(', ')
  return `the stored tokens can be opened; ${counts} until the running broker has re-encrypted them with the ${encrypting} ("fjmcp-broker keys re-encrypt" does it now)`
}

function refuse(check: CheckName, { detail, remedy }: StoreRefusal): Finding {
  return reportOn(check).problem(detail, remedy)
}
