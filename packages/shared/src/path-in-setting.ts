import { resolve } from 'node:path'

/**
 * Whether a path leads below `/proc` or `/sys`, where nobody can make a folder: Node 26, asked to make one with those above it, never gives up
 * there, and heeds no signal.
 */
export function isKernelsOwn(path: string): boolean {
  return /^\/(?:proc|sys)(?:\/|$)/.test(resolve(path))
}

/** Whether two paths, each absolute or relative to the working folder, are the same but for links. */
export function isSamePath(first: string, second: string): boolean {
  return resolve(first) === resolve(second)
}
