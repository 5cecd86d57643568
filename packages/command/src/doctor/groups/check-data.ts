import { type BrokerIdentity, createBrokerIdentity } from '@fjmcp-broker/gateway/store/libsql/broker-identity'
import { checkDatabaseContent } from '../checks/check-database-content.ts'
import { checkDatabaseFiles } from '../checks/check-database-files.ts'
import type { KnownSettings } from '../checks/check-settings.ts'
import type { DatabaseLocation } from '../database-location.ts'
import type { DoctorDependencies } from '../dependencies.ts'
import { type Finding, reportOn } from '../finding.ts'
import { skip, withSettings } from '../skip.ts'

type DataDependencies = Pick<DoctorDependencies, 'uid' | 'readFreeBytes' | 'findAccessProblem' | 'surroundings'> & {
  readonly location: DatabaseLocation
  readonly isRunning: boolean
}

/** The database and the key to it. */
export async function checkData(known: KnownSettings, deps: DataDependencies): Promise<readonly Finding[]> {
  const { findings } = await withSettings({
    check: 'database',
    needs: ['FJMCP_BROKER_DATABASE_URL'],
    wrong: known.wrong,
    run: async () => ({ findings: await checkFile(known, deps) }),
  })
  const tellsOfKey = findings.some(({ check }) => check === 'key')
  return tellsOfKey ? findings : [...findings, ...skip('key', 'needs a sound database of this Forgejo, and the settings of both').findings]
}

async function checkFile({ gateway, wrong }: KnownSettings, deps: DataDependencies): Promise<readonly Finding[]> {
  const { location } = deps
  if (!location.ok) return [reportOn('database').problem(location.error.detail, location.error.remedy)]
  if (location.value.kind === 'memory') return [reportOn('database').skipped('it is in memory and ends with the broker')]
  const files = checkDatabaseFiles({ ...deps, location: location.value, isContainer: deps.surroundings.isContainer })
  if (files.ground === undefined) return files.findings
  const content = await checkDatabaseContent({ location: location.value, identity: await identify({ gateway, wrong }) })
  return [...files.findings, ...content.findings]
}

async function identify({ gateway, wrong }: Pick<KnownSettings, 'gateway' | 'wrong'>): Promise<BrokerIdentity | undefined> {
  const needed = [
    'FORGEJO_URL',
    'FORGEJO_OAUTH_CLIENT_ID',
    'FORGEJO_OAUTH_CLIENT_SECRET',
    'FORGEJO_OAUTH_CLIENT_SECRET_PREVIOUS',
    'FJMCP_BROKER_ENCRYPTION_KEYS',
  ]
  if (needed.some((name) => wrong.has(name))) return undefined
  return createBrokerIdentity(gateway)
}
