import { pathToFileURL } from 'node:url'
import { type FileLocation, parseLocation } from '../location.ts'

/** Where a database file is. */
export function fileLocation(path: string): FileLocation {
  const location = parseLocation(pathToFileURL(path).href)
  if (location.ok && location.value.kind === 'file') return location.value
  throw new Error(`${path} is not the path of a file`)
}
