import { accessSync, constants } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { createChildProgram } from '../children/child-program.ts'

/** The child program that the demo runs, and words for what it is. */
export interface DemoChild {
  readonly path: string
  readonly description: string
}

/** The real forgejo-mcp where one is named or on the PATH, else the testkit's. */
export async function chooseChild({
  named,
  searchPath,
  folder,
}: {
  readonly named: string | undefined
  readonly searchPath: string
  readonly folder: string
}): Promise<DemoChild> {
  if (named !== undefined && named !== '')
    return { path: resolve(named), description: `the forgejo-mcp that FJMCP_BROKER_FORGEJO_MCP names (${named})` }
  const found = searchPath
    .split(delimiter)
    .map((place) => join(place, 'forgejo-mcp'))
    .find(isExecutable)
  if (found !== undefined) return { path: found, description: `the forgejo-mcp on your PATH (${found})` }
  const path = await createChildProgram({ kind: 'forgejo-mcp', folder })
  return { path, description: 'a small stand-in for forgejo-mcp (no forgejo-mcp is on the PATH or named by FJMCP_BROKER_FORGEJO_MCP)' }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
