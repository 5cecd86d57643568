import { parseLocation } from '@fjmcp-broker/gateway/store/libsql/location'
import type { KnownSettings } from './checks/check-settings.ts'
import { checkData } from './groups/check-data.ts'
import { checkInside } from './groups/check-inside.ts'
import { checkOutside } from './groups/check-outside.ts'
import { checkUpstream } from './groups/check-upstream.ts'
import { checkClock } from './checks/check-clock.ts'
import type { DoctorDependencies } from './dependencies.ts'
import type { Finding } from './finding.ts'

/**
 * Runs all checks but that of the settings and gives their findings in a fixed order. A check whose settings are wrong, or that builds on
 * one that failed, is skipped and says so. Those of the network run at the same time; the database comes last, since reading it holds up
 * everything else.
 */
export async function runChecks(known: KnownSettings, deps: DoctorDependencies): Promise<readonly Finding[]> {
  const location = parseLocation(known.gateway.databaseUrl)
  const lookingInside = checkInside(known, { ...deps, location })
  const isRunning = lookingInside.then((inside) => inside.isRunning)
  const [inside, outside, upstream] = await Promise.all([
    lookingInside,
    checkOutside(known, { ...deps, isRunning }),
    checkUpstream(known, deps),
  ])
  const clock = checkClock([...upstream.dated, ...outside.dated])
  const data = await checkData(known, { ...deps, location, isRunning: inside.isRunning })
  return [...inside.findings, ...outside.findings, ...upstream.findings, ...clock.findings, ...data]
}
