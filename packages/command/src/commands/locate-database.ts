import { gatewayEnvironment } from '@fjmcp-broker/gateway/config'
import { type FileLocation, parseLocation } from '@fjmcp-broker/gateway/store/libsql/location'
import { type Environment, parseEnvironment } from '@fjmcp-broker/shared/env'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { Failure } from '../reply.ts'
import { wrongSettings } from './wrong-settings.ts'

/** Finds the database that a broker with these settings uses. The other settings may be missing. */
export function locateDatabase(environment: Environment): Result<FileLocation, Failure> {
  const settings = parseEnvironment({ schema: gatewayEnvironment.pick({ FJMCP_BROKER_DATABASE_URL: true }), environment })
  if (!settings.ok) return err(wrongSettings(settings.error))
  const location = parseLocation(settings.value.FJMCP_BROKER_DATABASE_URL)
  if (!location.ok) return err({ reason: 'bad_url', message: location.error.message })
  if (location.value.kind === 'file') return ok(location.value)
  return err({ reason: 'bad_url', message: 'FJMCP_BROKER_DATABASE_URL is a database in memory: there is no file to work on.' })
}
