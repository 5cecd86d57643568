import type { Result } from '@fjmcp-broker/shared/result'
import { type FileLocation, prepareFolder, prepareLockFile } from './location.ts'
import { type OwnerLock, takeOwnerLock } from './owner-lock.ts'
import type { StoreRefusal } from './refusal.ts'

/** Makes this process the only one that uses a database file, which need not exist; its folder is made where it is missing. */
export async function ownDatabase(location: FileLocation): Promise<Result<OwnerLock, StoreRefusal>> {
  const folder = prepareFolder(location)
  if (!folder.ok) return folder
  const lockFile = prepareLockFile(location)
  if (!lockFile.ok) return lockFile
  return takeOwnerLock(location)
}
