import { type FileLocation, parseLocation } from '@fjmcp-broker/gateway/store/libsql/location'

/** The file of a database; undefined where the setting names none. */
export function findDatabaseFile(databaseUrl: string): FileLocation | undefined {
  const location = parseLocation(databaseUrl)
  return location.ok && location.value.kind === 'file' ? location.value : undefined
}
